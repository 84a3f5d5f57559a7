"""The members of a comparison set, lean: of each only the value that stands beside a figure of ours.

Serves *Var är vi?* A set of a hundred units has thousands of figures, of which a page tells least, most and middle.
Most units have one source for a figure, and then no `Figure` is made of it; where there are several, the same rules
as everywhere choose between them. What may be told is decided by `disclosure`, figure by figure, as everywhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from styrkedja.core import periods
from styrkedja.core.values import Group, State
from styrkedja.observations.models import StatisticalUnit
from styrkedja.observations.queries import Version, as_row, current_tuples, facets

from .catalogue import Indicator, catalogue
from .disclosure import Audience, disclose, withheld
from .figures import DIFFERENCE_DECIMALS, Lookups, UnitKey, figures_of_rows
from .series import Key, all_series

SHOWN, MISSING = State.SHOWN.value, State.MISSING.value
STATE = 4  # its place in `current_tuples`


@dataclass(frozen=True)
class Members:
    """values: of those that may be shown, by what they stand beside. holders: the members of which anything is said."""

    values: Mapping[Key, Sequence[float]]
    holders: frozenset[UnitKey]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a value has to be like to stand beside ours: the year its period ends, and the population."""

    year: int
    population: str


class _Column(NamedTuple):
    """What a measure of one facet is here. line: its source, place and population."""

    key: Key
    indicator: Indicator
    line: tuple[str, str, str]


class _Found(NamedTuple):
    """What one observation says. shown: its number, where the reader may have it. Two of one line may be subtracted."""

    shown: float | None
    line: tuple[str, str, str]
    row: tuple[Any, ...]


def read_members(
    units: Collection[StatisticalUnit],
    audience: Audience,
    wanted: Mapping[Key, Beside],
    places: Collection[str],
    lookups: Lookups,
) -> Members:
    """One query, whatever the number of members, years and indicators; none while nothing is imported or undone."""
    return _read(
        lookups.version, tuple(units), audience, frozenset(wanted.items()), frozenset(places), lookups.indicators
    )


@lru_cache(maxsize=200)
def _read(
    version: Version,
    units: tuple[StatisticalUnit, ...],
    audience: Audience,
    wanted: frozenset[tuple[Key, Beside]],
    places: frozenset[str],
    indicators: frozenset[str] | None,
) -> Members:
    lookups = Lookups(indicators, version=version)
    reader = _Reader(audience, dict(wanted), places, lookups)
    by_id = {unit.pk: unit for unit in units}
    rows = current_tuples(
        units=by_id,
        measures={measure for measure, _facet in reader.columns},
        facets={facet for _measure, facet in reader.columns},
        version=version,
    )
    for unit_id, of_unit in groupby(rows, key=itemgetter(0)):
        reader.take(by_id[unit_id], of_unit)
    return Members(reader.values, frozenset(reader.holders))


class _Reader:
    def __init__(
        self, audience: Audience, wanted: Mapping[Key, Beside], places: Collection[str], lookups: Lookups
    ) -> None:
        self.audience, self.wanted, self.places, self.lookups = audience, wanted, places, lookups
        self.facets = facets(lookups.version)
        self.values: dict[Key, list[float]] = {}
        self.holders: set[UnitKey] = set()
        self.differences = {key: operands for key in wanted if (operands := catalogue()[key[0]].difference)}
        operand_of = {(id, key[1]): self.wanted[key] for key, ids in self.differences.items() for id in ids}
        self.columns = dict(self._columns({**operand_of, **wanted}))

    def _columns(self, sought: Mapping[Key, Beside]) -> Iterator[tuple[tuple[int, int], _Column]]:
        """By measure and facet, those that may stand beside a value of ours; a few hundred, looked up row by row."""
        for measure, (indicator, source) in self.lookups.meanings.items():
            key = (indicator.id, source.part)
            if key not in sought:
                continue
            for facet, (period, group, place, population) in self.facets.items():
                line = (source.source, source.place or place, source.population or population)
                beside = Beside(periods.end_year(period), line[2])
                if group == Group.ALL and beside == sought[key] and line[1] in self.places:
                    yield (measure, facet), _Column(key, indicator, line)

    def take(self, unit: StatisticalUnit, rows: Iterator[tuple[Any, ...]]) -> None:
        """One member's rows, as `current_tuples` gives them."""
        whom = UnitKey(unit.kind, unit.code)
        sees_all = self.audience.sees_all_of(whom)
        held: dict[Key, list[_Found]] = {}
        for row in rows:
            column = self.columns.get(row[1:3])
            if column is None:
                continue
            _unit, _measure, _facet, _batch, state, value, *_rest = row
            if state != SHOWN or (not sees_all and self._withheld(row, column, unit.kind)):
                value = None
            held.setdefault(column.key, []).append(_Found(value, column.line, row))
        if any(found.row[STATE] != MISSING for of_key in held.values() for found in of_key):
            self.holders.add(whom)
        for key, found in held.items():
            if key in self.wanted:
                self._keep(key, found[0].shown if len(found) == 1 else self._chosen(unit, key, found))
        for key, (of, less) in self.differences.items():
            both = [held[id, key[1]] for id in (of, less) if (id, key[1]) in held]
            if len(both) == len((of, less)):
                self._keep(key, self._difference(unit, key, both))

    def _withheld(self, row: tuple[Any, ...], column: _Column, level: str) -> bool:
        return withheld(as_row(row, self.facets), column.indicator, column.line[0], level)

    def _keep(self, key: Key, value: float | None) -> None:
        if value is not None:
            self.values.setdefault(key, []).append(value)

    def _difference(self, unit: StatisticalUnit, key: Key, both: list[list[_Found]]) -> float | None:
        (of, *more_of), (less, *more_less) = both
        if more_of or more_less or of.line != less.line:
            return self._chosen(unit, key, [one for found in both for one in found])
        return None if of.shown is None or less.shown is None else round(of.shown - less.shown, DIFFERENCE_DECIMALS)

    def _chosen(self, unit: StatisticalUnit, key: Key, found: list[_Found]) -> float | None:
        """Of several sources, by the rules of every other page."""
        figures = figures_of_rows(unit, [as_row(one.row, self.facets) for one in found], self.lookups)
        series = all_series(disclose(figures, self.audience), [UnitKey(unit.kind, unit.code)], list(self.places))
        figure = series[key].at(self.wanted[key].year) if key in series else None
        return figure.value if figure is not None and figure.state == State.SHOWN else None
