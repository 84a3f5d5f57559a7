"""Our own template for a huvudman's local figures: one row per unit, indicator, period and group (CSV or XLSX).

Columns `enhet; indikator; period; grupp; värde; täljare; nämnare; antal` and, where an indicator has parts, `del`;
English names work too and the order is free. A row gives a value (or one of the marks `..` `.` `-` `*` `~100`), or
numerator and denominator; `antal` says how many people the figure is about where those do not. Everything wrong with
a row is said at once; the row is then not offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from styrkedja.core.values import Place, Population, State, UnitKind
from styrkedja.intake.formats._contract import (
    Document,
    IndicatorRule,
    Measure,
    ParseContext,
    Parsed,
    RowError,
    Table,
    Unit,
)
from styrkedja.intake.formats._names import group_of, kind_of, municipalities, period_of
from styrkedja.intake.formats._values import classified, completed
from styrkedja.intake.messages import UnusableFile

ID = "local"
SOURCE = "local"
TITLE = {"sv": "Lokala uppgifter (vår mall, CSV eller XLSX)", "en": "Local figures (our template, CSV or XLSX)"}
CHECKS_UNITS = True

COLUMNS = {
    "unit": ("enhet", "enhetskod", "skolenhetskod", "unit", "unit_code", "code"),
    "indicator": ("indikator", "indicator"),
    "part": ("del", "part"),
    "period": ("period", "l\u00e4s\u00e5r"),
    "group": ("grupp", "group", "k\u00f6n"),
    "value": ("v\u00e4rde", "varde", "value"),
    "numerator": ("t\u00e4ljare", "taljare", "numerator"),
    "denominator": ("n\u00e4mnare", "namnare", "denominator"),
    "people": ("antal", "n", "count"),
}
TEMPLATE_HEADER = (
    "enhet", "indikator", "del", "period", "grupp", "v\u00e4rde", "t\u00e4ljare", "n\u00e4mnare", "antal",
)  # fmt: skip
"""The header of the template a user downloads, in its order."""

NUMBERS = ("value", "numerator", "denominator", "people")
REQUIRED = ("unit", "indicator", "period")
PART = re.compile(r"^[a-z0-9][a-z0-9_-]{0,60}$")


def recognise(document: Document) -> bool:
    return document.table is not None and _header(document.table.head()) is not None


def _header(head: list[list[str]]) -> tuple[int, dict[str, int]] | None:
    """The header's row and the place of each column we know."""
    for index, row in enumerate(head):
        places = _places(row)
        if all(name in places for name in REQUIRED):
            return index, places
    return None


def _places(row: list[str]) -> dict[str, int]:
    lowered = [cell.lower().rstrip(":*") for cell in row]
    return {name: lowered.index(a) for name, aliases in COLUMNS.items() for a in aliases if a in lowered}


def parse(document: Document, context: ParseContext) -> Parsed:
    table = document.table
    assert table is not None
    found = _header(table.head())
    assert found is not None
    at, places = found
    if "value" not in places and not {"numerator", "denominator"} <= places.keys():
        raise UnusableFile("local_needs_value")
    header = table.row(at)
    _refuse_cut_off(table, len(header))
    texts = _texts(table, at, places)
    reader = _Rows(table, {name: header[place] for name, place in places.items()}, places, context)
    reader.read(texts)
    return reader.parsed(rows=texts.height)


def _refuse_cut_off(table: Table, width: int) -> None:
    if table.origin == "csv" and not table.ends_in_newline and table.last_width < width:
        raise UnusableFile("cut_off", row=str(table.grid.height))


def _texts(table: Table, at: int, places: dict[str, int]) -> pl.DataFrame:
    """The filled rows below the header, one column per name of `COLUMNS`, with states and numbers read off."""
    data = table.grid.with_row_index("row", offset=1).slice(at + 1)
    columns = [
        pl.col(str(places[name])).fill_null("").str.normalize("NFC").str.strip_chars().alias(name)
        if name in places
        else pl.lit("").alias(name)
        for name in COLUMNS
    ]
    data = data.select("row", *columns).filter(pl.any_horizontal(pl.exclude("row") != ""))
    for name in NUMBERS:
        read = classified(data.get_column(name))
        data = data.hstack([read[kind].alias(f"{name}_{kind}") for kind in ("state", "value", "raw")])
    return data


Row = dict[str, Any]  # one row of `_texts`


@dataclass(frozen=True)
class _Figure:
    """The value side of a row."""

    state: str
    value: float | None
    n: int | None
    numerator: float | None
    raw: str | None


class _Rows:
    """Reads the template's rows; each is either one observation or at least one row error."""

    def __init__(self, table: Table, header: dict[str, str], places: dict[str, int], context: ParseContext) -> None:
        self.table, self.header, self.places, self.context = table, header, places, context
        self.units: dict[str, int] = {}
        self.unit_list: list[Unit] = []
        self.measures: dict[str, int] = {}
        self.errors: list[RowError] = []
        self.found: list[tuple[object, ...]] = []

    def read(self, texts: pl.DataFrame) -> None:
        for row in texts.iter_rows(named=True):
            before = len(self.errors)
            unit = self._unit(row)
            measure, rule = self._measure(row)
            period = period_of(row["period"])
            group = group_of(row["group"])
            if period is None:
                self._error(row, "period", "bad_period")
            if group is None:
                self._error(row, "group", "bad_group")
            figure = self._figure(row, rule)
            if figure and unit and len(self.errors) == before:
                self._add(row, unit, measure, str(period), str(group), figure)

    def parsed(self, *, rows: int) -> Parsed:
        names = ("unit", "measure", "period", "grp", "state", "value", "n", "numerator", "raw", "row", "column")
        kinds = (pl.Int32, pl.Int32, *[pl.String] * 3, pl.Float64, pl.Int64, pl.Float64, pl.String, pl.Int32, pl.String)
        frame = pl.DataFrame(self.found, schema=dict(zip(names, kinds, strict=True)), orient="row")
        return Parsed(
            frame=completed(frame, place=Place.NONE.value, population=Population.ALL.value),
            units=self.unit_list,
            measures=[Measure(code, code) for code in self.measures],
            errors=self.errors,
            rows=rows,
            title=self.table.sheet or TITLE["sv"],
        )

    def _error(self, row: Row, name: str, code: str, **params: str) -> None:
        number = int(str(row["row"]))
        cell = self.table.cell(number, self.places[name]) if name in self.places else ""
        header = self.header.get(name, COLUMNS[name][0])
        self.errors.append(RowError(number, header, str(row[name])[:200], code, params, cell))

    def _unit(self, row: Row) -> Unit | None:
        known = self.context.known_units
        for code in _readings(row["unit"]):
            kind = (known or {}).get(code) or kind_of(code)
            if kind and (known is None or code in known):
                code = code.lower() if kind == UnitKind.RIKET.value else code
                return Unit(kind, code, "", "", int(row["row"]), self.header["unit"])
        shape_fits = any(kind_of(code) for code in _readings(row["unit"]))
        self._error(row, "unit", "unknown_unit" if shape_fits or known is not None else "bad_unit_code")
        return None

    def _measure(self, row: Row) -> tuple[str, IndicatorRule]:
        indicator, _, part = row["indicator"].partition("/")
        part = row["part"] or part
        rules = self.context.indicators
        rule = rules.get(indicator) if rules is not None else IndicatorRule()
        if rule is None or not PART.match(indicator):
            self._error(row, "indicator", "unknown_indicator")
            return "", IndicatorRule()
        if part and (not PART.match(part) or (rule.parts and part not in rule.parts)):
            self._error(row, "part" if row["part"] else "indicator", "unknown_part", indicator=indicator)
        return (f"{indicator}/{part}" if part else indicator), rule

    def _figure(self, row: Row, rule: IndicatorRule) -> _Figure | None:
        texts = [name for name in NUMBERS if row[f"{name}_state"] is None]
        for name in texts:
            self._error(row, name, "not_a_number")
        if texts or not self._people_fit(row, rule):
            return None
        if row["numerator"] or row["denominator"]:
            return self._ratio(row, rule)
        people = _whole(_number(row["people_value"]))
        return _Figure(str(row["value_state"]), _number(row["value_value"]), people, None, _text(row["value_raw"]))

    def _people_fit(self, row: Row, rule: IndicatorRule) -> bool:
        """The number of people is a whole number, and the one the counts give where they give one."""
        people, stated = _number(row["people_value"]), _number(row[f"{rule.people}_value"]) if rule.people else None
        if row["people"] and (people is None or people < 0 or _whole(people) is None):
            self._error(row, "people", "people_not_whole")
            return False
        if people is not None and stated is not None and people != stated:
            column = self.header.get(rule.people, COLUMNS[rule.people][0])
            self._error(row, "people", "people_not_of_counts", column=column, stated=str(row[rule.people]))
            return False
        return True

    def _ratio(self, row: Row, rule: IndicatorRule) -> _Figure | None:
        """Value from counts; where one of them is a mark ("..") the value is that mark, and nothing is computed."""
        for name in ("denominator", "numerator"):
            state = str(row[f"{name}_state"])
            if state != State.SHOWN.value and (row[name] or not row["value"]):
                if not row[name]:
                    self._error(row, name, "count_missing")
                    return None
                return _Figure(state, None, None, None, _text(row[f"{name}_raw"]))
        numerator, denominator = _number(row["numerator_value"]), _number(row["denominator_value"])
        stated = _number(row["value_value"])
        people = self._people(row, rule)
        if numerator is None or denominator is None:
            return _Figure(str(row["value_state"]), stated, people, numerator, _text(row["value_raw"]))
        if not self._counts_fit(row, rule, numerator, denominator):
            return None
        computed = rule.factor * numerator / denominator
        if stated is not None and abs(stated - computed) > 0.06 + abs(computed) * 0.001:
            self._error(row, "value", "value_not_of_counts", computed=f"{computed:.1f}".replace(".", ","))
            return None
        return _Figure(State.SHOWN.value, computed, people, numerator, None)

    def _people(self, row: Row, rule: IndicatorRule) -> int | None:
        """How many people the figure is about: the column says it, or the count that counts people."""
        said = _number(row["people_value"])
        return _whole(said if said is not None or not rule.people else _number(row[f"{rule.people}_value"]))

    def _counts_fit(self, row: Row, rule: IndicatorRule, numerator: float, denominator: float) -> bool:
        before = len(self.errors)
        if denominator <= 0:
            self._error(row, "denominator", "denominator_not_positive")
        elif numerator < 0:
            self._error(row, "numerator", "count_negative")
        elif rule.bounded and numerator > denominator:
            self._error(row, "numerator", "numerator_above_denominator", denominator=str(row["denominator"]))
        elif rule.people and _whole(numerator if rule.people == "numerator" else denominator) is None:
            self._error(row, rule.people, "count_not_whole")
        return len(self.errors) == before

    def _add(self, row: Row, unit: Unit, measure: str, period: str, group: str, figure: _Figure) -> None:
        if unit.code not in self.units:
            self.units[unit.code] = len(self.unit_list)
            self.unit_list.append(unit)
        at = self.measures.setdefault(measure, len(self.measures))
        value = (figure.state, figure.value, figure.n, figure.numerator, figure.raw)
        column = self.header.get("value") or self.header.get("numerator", "")
        self.found.append((self.units[unit.code], at, period, group, *value, row["row"], column))


def _readings(text: str) -> Iterator[str]:
    """What a code may have been before a spreadsheet or a hand changed it: hyphens in, leading zeros lost."""
    yield text
    digits = text.replace("-", "").replace(" ", "")
    if digits != text:
        yield digits
    if digits.isdigit() and len(digits) == 3 and digits.zfill(4) in municipalities():
        yield digits.zfill(4)
    if digits.isdigit() and len(digits) == 7:
        yield digits.zfill(8)


def _number(value: object) -> float | None:
    return value if isinstance(value, float) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: float | None) -> int | None:
    return int(value) if value is not None and value == int(value) else None
