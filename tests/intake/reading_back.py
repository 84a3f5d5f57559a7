"""Reads what the parsing child wrote, the slow and plain way, so that tests do not use the code they test."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import NamedTuple

from styrkedja.intake.parsing import ParseContext, ParseResult, parse_file


class Fact(NamedTuple):
    kind: str
    code: str
    organiser: str
    measure: str
    period: str
    grp: str
    place: str
    population: str
    state: str
    value: float | None
    n: int | None
    numerator: float | None
    raw: str | None


class Facts:
    """The observations of a parsed file, with units and measures by name."""

    def __init__(self, result: ParseResult) -> None:
        self.result = result
        units = _rows(result.units_path)[1:]
        measures = _rows(result.measures_path)[1:]
        facets = _rows(result.facets_path)[1:]
        self.names = {unit[2]: unit[4] for unit in units}
        self.titles = {measure[1]: measure[2] for measure in measures}
        self.rows = [self._fact(row, units, measures, facets) for row in _rows(result.observations_path)]

    @staticmethod
    def _fact(row: list[str], units: list[list[str]], measures: list[list[str]], facets: list[list[str]]) -> Fact:
        unit, measure, facet, state, value, n, numerator, raw = row
        return Fact(
            *units[int(unit)][1:4],
            measures[int(measure)][1],
            *facets[int(facet)][1:],
            state,
            float(value) if value else None,
            int(n) if n else None,
            float(numerator) if numerator else None,
            raw or None,
        )

    def where(self, **wanted: object) -> list[Fact]:
        return [fact for fact in self.rows if all(getattr(fact, key) == value for key, value in wanted.items())]

    def one(self, **wanted: object) -> Fact:
        [fact] = self.where(**wanted)
        return fact


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def facts(path: Path, tmp_path: Path, context: ParseContext | None = None, format_id: str | None = None) -> Facts:
    work_dir = tmp_path / "work"
    work_dir.mkdir(exist_ok=True)
    return Facts(parse_file(path, work_dir=work_dir, context=context, format_id=format_id))
