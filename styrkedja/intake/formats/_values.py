"""From what a cell says to a state and a number, for whole columns at once (data-formats §2.3, domain.md §2.2).

    "79,2" "4 102" "85 %" -> shown        "cirka 370" -> approximate 370      "~100" -> approximate, no number
    ".." "..." "-"        -> suppressed   "." "" null -> missing              "*"    -> not_applicable

What a cell says is kept in `raw` wherever it is not a plain number. Never 0, never 100.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import polars as pl

from styrkedja.core.values import Group, Place, Population, State
from styrkedja.intake.formats._contract import Measure, Parsed, RowError, Table, Unit

SPACE = "[ \u00a0\u2009\u202f]"
PLAIN = rf"[-+\u2212]?(?:[0-9]{{1,3}}(?:{SPACE}[0-9]{{3}}){{1,5}}|[0-9]{{1,15}})(?:[.,][0-9]{{1,20}})?"
NUMBER = rf"^({PLAIN}){SPACE}?%?$"
ABOUT = rf"^(?i:cirka|circa|ca\.?|c:a){SPACE}{{0,3}}({PLAIN})$"
TILDE = rf"^~{SPACE}?[0-9]{{1,15}}(?:[.,][0-9]{{1,20}})?$"
SUPPRESSED = ("..", "...", "\u2026", "-", "\u2013", "\u2212")
MISSING = (".", "")
NOT_APPLICABLE = ("*",)
LONGEST_CODE = 400  # characters of a measure's code (observations.Measure)
SHOWN = 200  # characters of a text that is no value

# Closed vocabularies as numbers: a workbook of 300,000 cells is to fit into little memory.
FRAME_SCHEMA: dict[str, pl.DataType] = {
    "unit": pl.Int32(),
    "measure": pl.Int32(),
    "period": pl.Categorical(),
    "grp": pl.Enum(Group),
    "place": pl.Enum(Place),
    "population": pl.Enum(Population),
    "state": pl.Enum(State),
    "value": pl.Float64(),
    "n": pl.Int64(),
    "numerator": pl.Float64(),
    "raw": pl.String(),
    "row": pl.Int32(),
    "column": pl.String(),
}
KEY = ["unit", "measure", "period", "grp", "place", "population"]


def duplicated(frame: pl.DataFrame) -> pl.Series:
    """True for rows whose key another row has too; the key packed into one number, which is quick and small."""
    packed = pl.lit(0, dtype=pl.Int64)
    for name in KEY:
        codes = frame.get_column(name).to_physical()
        packed = packed * (int(cast(int, codes.max()) or 0) + 1) + pl.col(name).to_physical().cast(pl.Int64)
    keys = frame.select(packed.alias("key")).get_column("key")
    if (keys.diff() > 0).all():  # in order, as the wide workbook is: nothing to look for
        return pl.repeat(False, frame.height, dtype=pl.Boolean, eager=True)
    return keys.is_duplicated()


def classified(texts: pl.Series) -> pl.DataFrame:
    """For a column of texts the columns state, value, raw in the same order; state is null where the text is none
    of these.

    Only the distinct texts are looked at: a workbook of 300,000 cells holds a few thousand.
    """
    texts = texts.rename("text")
    distinct = texts.unique().to_frame()
    clean = pl.col("text").fill_null("").str.strip_chars()
    plain = _number(clean.str.extract(NUMBER))
    about = _number(clean.str.extract(ABOUT))
    known = distinct.with_columns(
        pl.when(plain.is_not_null())
        .then(pl.lit(State.SHOWN.value))
        .when(clean.is_in(SUPPRESSED))
        .then(pl.lit(State.SUPPRESSED.value))
        .when(clean.is_in(MISSING))
        .then(pl.lit(State.MISSING.value))
        .when(clean.is_in(NOT_APPLICABLE))
        .then(pl.lit(State.NOT_APPLICABLE.value))
        .when(about.is_not_null() | clean.str.contains(TILDE))
        .then(pl.lit(State.APPROXIMATE.value))
        .alias("state"),
        pl.coalesce(plain, about).alias("value"),
        pl.when(plain.is_null() & (clean != "")).then(clean).alias("raw"),
    )
    known = known.with_columns(pl.col("state").cast(FRAME_SCHEMA["state"]))
    joined = texts.to_frame().join(known, on="text", how="left", nulls_equal=True, maintain_order="left")
    return joined.select("state", "value", "raw")


def _number(text: pl.Expr) -> pl.Expr:
    return (
        text.str.replace_all(SPACE, "")
        .str.replace(",", ".", literal=True)
        .str.replace("\u2212", "-", literal=True)
        .cast(pl.Float64, strict=False)
    )


def with_values(frame: pl.DataFrame, text: str = "text") -> pl.DataFrame:
    """`frame` with state, value and raw read off its column `text`."""
    return frame.hstack(classified(frame.get_column(text)))


def completed(frame: pl.DataFrame, **constants: str) -> pl.DataFrame:
    """The frame in the contract's columns and types; `constants` and empty columns fill what is absent."""
    absent = [
        pl.lit(constants.get(name), dtype=kind).alias(name)
        for name, kind in FRAME_SCHEMA.items()
        if name not in frame.columns
    ]
    return frame.with_columns(absent).select(pl.col(name).cast(kind) for name, kind in FRAME_SCHEMA.items())


def number_errors(bad: pl.DataFrame, table: Table | None = None) -> list[RowError]:
    """Row errors of the rows whose text is no value; columns row, text, column and (for a table) grid_column.

    Where the frame has no `column`, the place is named by the column's letters.
    """
    errors = []
    for row in bad.iter_rows(named=True):
        cell = table.cell(row["row"], row["grid_column"]) if table else ""
        column = row["column"] if "column" in row else cell.rstrip("0123456789")
        errors.append(RowError(row["row"], column or "", row["text"][:SHOWN], "not_a_number", cell=cell))
    return errors


class Collector:
    """Rows of a JSON file gathered one value at a time, with units and measures numbered as they come."""

    def __init__(self) -> None:
        self.units: dict[tuple[str, str, str], int] = {}
        self.unit_list: list[Unit] = []
        self.measures: dict[str, int] = {}
        self.measure_list: list[Measure] = []
        self.errors: list[RowError] = []
        self.columns: dict[str, list[object]] = {
            name: []
            for name in ("unit", "measure", "period", "grp", "place", "population", "text", "n", "row", "column")
        }

    def unit(self, unit: Unit) -> int:
        key = (unit.kind, unit.code, unit.organiser)
        if key not in self.units:
            self.units[key] = len(self.unit_list)
            self.unit_list.append(unit)
        return self.units[key]

    def measure(self, code: str, title: str) -> int:
        if code not in self.measures:
            self.measures[code] = len(self.measure_list)
            self.measure_list.append(Measure(code, title))
        return self.measures[code]

    def add(self, values: Sequence[object]) -> None:
        """One value: unit, measure, period, grp, place, population, text, n, row, column (in this order)."""
        for target, value in zip(self.columns.values(), values, strict=True):
            target.append(value)

    def parsed(self, *, rows: int, title: str) -> Parsed:
        """The gathered rows with states and numbers; a text that is no value becomes a row error."""
        whole = {"unit": pl.Int32, "measure": pl.Int32, "n": pl.Int64, "row": pl.Int32}
        frame = pl.DataFrame(self.columns, schema={name: whole.get(name, pl.String) for name in self.columns})
        frame = with_values(frame)
        self.errors += number_errors(frame.filter(pl.col("state").is_null()))
        return Parsed(
            frame=completed(frame.filter(pl.col("state").is_not_null())),
            units=self.unit_list,
            measures=self.measure_list,
            errors=self.errors,
            rows=rows,
            title=title,
        )


def json_text(value: object) -> str | None:
    """A JSON value as the text of a cell: numbers in plain decimal form, null as None, anything else as it stands."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int):
        return str(value)
    text = repr(value)
    return format(value, ".17f").rstrip("0").rstrip(".") if "e" in text and abs(value) < 1e15 else text
