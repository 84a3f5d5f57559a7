"""The national quality system's wide workbook "Underlag för analys" (PxWeb export, data-formats §2.4).

One column per unit - `HUVUDMAN (orgnr): SKOLA (skolenhetskod)`, `HUVUDMAN (orgnr): HUVUDMAN` or `RIKET: TOTALT` -
and one row per measure, thousands of columns wide: cells are turned to rows by whole columns. Costs belong to the
first calendar year of the school year; surveys to the school year whose spring they were answered in. Codes under
two organisers stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from styrkedja.core.values import Group, Place, Population, UnitKind
from styrkedja.intake.formats._contract import (
    Document,
    Measure,
    ParseContext,
    Parsed,
    RowError,
    Table,
    Unit,
    composed,
    letters_of_columns,
)
from styrkedja.intake.formats._names import period_of
from styrkedja.intake.formats._values import KEY, classified, completed, duplicated, number_errors, with_values
from styrkedja.intake.messages import UnusableFile

ID = "underlag"
SOURCE = "skv_underlag"
TITLE = {
    "sv": "Skolverket: Underlag för analys (XLSX)",
    "en": "Skolverket: Underlag för analys, basis for analysis (XLSX)",
}
CHECKS_UNITS = False

ORGANISER = re.compile(r"^.*?\(\d{6}-?\d{4}\)\s*:", re.DOTALL)
SCHOOL = re.compile(r"^.*?\((?P<number>\d{6}-?\d{4})\)\s*:\s*(?P<name>.*?)\s*\((?P<code>\d{8})\)$", re.DOTALL)
WHOLE_ORGANISER = re.compile(
    r"^(?P<organiser>.*?)\s*\((?P<number>\d{6}-?\d{4})\)\s*:\s*(?:HUVUDMAN|TOTALT)$", re.DOTALL | re.IGNORECASE
)
NATION = re.compile(r"^riket\s*:", re.IGNORECASE)
CELLS_NAMED = 5
COSTS = "kostnader:"
FORM = re.compile(r"underlag f\u00f6r analys f\u00f6r (\w+)", re.IGNORECASE)


def recognise(document: Document) -> bool:
    return document.table is not None and _header_row(document.table.head(15, 12)) is not None


def _header_row(head: list[list[str]]) -> int | None:
    for index, row in enumerate(head[:-1]):
        named = [cell for cell in row[1:] if cell]
        units = [cell for cell in named if NATION.match(cell) or ORGANISER.match(cell)]
        periods = [cell for cell in head[index + 1][1:] if cell]
        if units and len(units) * 2 >= len(named) and any(period_of(cell) for cell in periods):
            return index
    return None


def parse(document: Document, _context: ParseContext) -> Parsed:
    table = document.table
    assert table is not None
    at = _header_row(table.head(15, 12))
    assert at is not None
    title = next((cell for cell in table.grid.row(0) if cell), "")
    units, columns, errors = _columns(table, at)
    labels, nameless = _labels(table, at + 2)
    errors += nameless
    if not columns or not labels:
        raise UnusableFile("no_rows")
    form = FORM.search(title)
    prefix = f"{form[1].lower()}: " if form and form[1].lower() != "grundskola" else ""
    codes = {row: label.removesuffix("*").rstrip() for row, label in labels.items()}
    titles = {codes[row]: label for row, label in reversed(labels.items())}
    numbers = {code: number for number, code in enumerate(dict.fromkeys(codes.values()))}
    measures = [Measure(prefix + code, prefix + titles[code]) for code in numbers]
    frame = _long(table, columns, list(labels), [numbers[code] for code in codes.values()])
    costs = [number for number, label in enumerate(numbers) if label.lower().startswith(COSTS)]
    period = pl.when(pl.col("measure").is_in(costs)).then("calendar_year").otherwise("period")
    frame = frame.with_columns(period.alias("period"))
    bad = frame.filter(pl.col("state").is_null())
    if bad.height:
        errors += number_errors(bad, table)
        frame = frame.filter(pl.col("state").is_not_null())
    places = frame.get_column("grid_column")
    frame = completed(frame, grp=Group.ALL.value, place=Place.NONE.value, population=Population.ALL.value)
    frame = _without_differing(frame, places, table, errors)
    return Parsed(
        frame=frame,
        units=units,
        measures=measures,
        errors=errors,
        rows=len(columns),
        title=title.strip(),
    )


def _without_differing(frame: pl.DataFrame, places: pl.Series, table: Table, errors: list[RowError]) -> pl.DataFrame:
    """Doubled columns (or rows) that say different things are not offered; each cell becomes a row error that names
    the others."""
    doubled = frame.with_columns(places).with_row_index("at").filter(duplicated(frame))
    if not doubled.height:
        return frame
    says = pl.struct(pl.col("state").cast(pl.String), "value", "raw")
    differing = doubled.filter(says.n_unique().over(KEY) > 1)
    letters = letters_of_columns(table.first_column or 0, table.grid.width)
    cells: dict[tuple[object, ...], list[str]] = {}
    for row in differing.iter_rows(named=True):
        cells.setdefault(tuple(row[name] for name in KEY), []).append(letters[row["grid_column"]] + str(row["row"]))
    for row in differing.iter_rows(named=True):
        cell = letters[row["grid_column"]] + str(row["row"])
        others = [other for other in cells[tuple(row[name] for name in KEY)] if other != cell]
        shown = ", ".join(others[:CELLS_NAMED]) + (" \u2026" if len(others) > CELLS_NAMED else "")
        value = row["raw"] or ("" if row["value"] is None else f"{row['value']:.15g}".replace(".", ","))
        reference = table.cell(row["row"], row["grid_column"])
        column = letters[row["grid_column"]]
        errors.append(RowError(row["row"], column, value, "differing_cells", {"cells": shown}, reference))
    return (
        frame.with_row_index("at").join(differing.select("at"), on="at", how="anti", maintain_order="left").drop("at")
    )


def _columns(table: Table, at: int) -> tuple[list[Unit], list[tuple[int, int, str]], list[RowError]]:
    """The units, and for each usable column its place in the grid, unit and period."""
    names, periods = table.row(at), table.row(at + 1)
    letters = letters_of_columns(table.first_column or 0, len(names))
    units: list[Unit] = []
    seen: dict[tuple[str, str, str], int] = {}
    columns: list[tuple[int, int, str]] = []
    errors: list[RowError] = []
    name, unit = "", None
    for index in range(1, len(names)):
        if names[index]:  # a unit with several years is named above the first only
            name, unit = names[index], _unit(names[index], at + 1, letters[index])
        elif not name or not periods[index]:
            continue
        period = period_of(periods[index])
        if unit is None:
            errors.append(RowError(at + 1, letters[index], name, "bad_unit_heading", cell=table.cell(at + 1, index)))
        elif period is None:
            cell = table.cell(at + 2, index)
            errors.append(RowError(at + 2, letters[index], periods[index], "bad_period", cell=cell))
        else:
            key = (unit.kind, unit.code, unit.organiser)
            if key not in seen:
                seen[key] = len(units)
                units.append(unit)
            columns.append((index, seen[key], period))
    return units, columns, errors


def _unit(name: str, row: int, letters: str) -> Unit | None:
    school = SCHOOL.match(name)
    if school:
        number = school["number"].replace("-", "")
        return Unit(UnitKind.SCHOOL_UNIT.value, school["code"], number, school["name"] or "", row, letters)
    organiser = WHOLE_ORGANISER.match(name)
    if organiser:
        number = organiser["number"].replace("-", "")
        return Unit(UnitKind.HUVUDMAN.value, number, "", organiser["organiser"], row, letters)
    if NATION.match(name):
        return Unit(UnitKind.RIKET.value, UnitKind.RIKET.value, "", "Riket", row, letters)
    return None


def _labels(table: Table, first: int) -> tuple[dict[int, str], list[RowError]]:
    """The measures' labels by the index of their row, from below the school years to the last row that holds values.

    Empty rows and headings may stand before and between; below is text in the first column only.
    """
    labels: dict[int, str] = {}
    errors: list[RowError] = []
    beginnings = table.grid.slice(first).select(table.grid.columns[:50])
    follows = True
    for index, (label, *near) in enumerate(beginnings.iter_rows(), start=first):
        values = near if _any_text(near) else table.grid.row(index)[1:]
        if not _any_text(values) or not (follows or _any_value(values)):
            follows = False
        elif text := " ".join(composed(label).split()):
            labels[index] = text
            follows = True
        else:
            errors.append(RowError(index + 1, "A", "", "no_measure_name", cell=table.cell(index + 1, 0)))
    return labels, errors


def _any_text(values: Sequence[str | None]) -> bool:
    return any(value and value.strip() for value in values)


def _any_value(values: Sequence[str | None]) -> bool:
    texts = pl.Series([value for value in values if value and value.strip()], dtype=pl.String)
    return bool(classified(texts).get_column("state").is_not_null().any())


def _long(table: Table, columns: list[tuple[int, int, str]], rows: list[int], measures: list[int]) -> pl.DataFrame:
    """Every cell of the grid's `rows` as a row: unit, measure (the number given for its row), period, calendar_year
    (its first), the text's state and value, row.

    Whole columns are laid end to end.
    """
    count = len(rows)
    block = table.grid[rows]
    names = [str(index) for index, _, _ in columns]
    texts = pl.concat(block.select(names).get_columns(), rechunk=True).alias("text")
    repeated = pl.DataFrame(
        [(*column, column[2][:4]) for column in columns],
        schema={"grid_column": pl.Int32, "unit": pl.Int32, "period": pl.Categorical, "calendar_year": pl.Categorical},
        orient="row",
    )
    spread = repeated[pl.select(pl.int_range(count * len(columns), dtype=pl.UInt32) // count).to_series()]
    measure = pl.concat([pl.Series(measures, dtype=pl.Int32)] * len(columns), rechunk=True)
    row = pl.concat([pl.Series(rows, dtype=pl.Int32) + 1] * len(columns), rechunk=True)
    frame = pl.DataFrame([*spread.get_columns(), measure.rename("measure"), row.rename("row"), texts])
    return with_values(frame)
