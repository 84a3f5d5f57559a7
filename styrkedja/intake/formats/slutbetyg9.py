"""Skolverket's school CSV: final grades of year 9, one row per school (SIRIS "export_api", data-formats §2.2).

Banner rows, a header found by its first cell (`_school_header`), data, then footnotes that may resemble rows. Every
measure column is read, also those we have no name for. `Antal elever` is n of the row's other figures.
"""

from __future__ import annotations

import re

import polars as pl

from styrkedja.core.values import Place, UnitKind
from styrkedja.intake.formats._contract import (
    Document,
    FileWarning,
    Measure,
    ParseContext,
    Parsed,
    RowError,
    Table,
    Unit,
)
from styrkedja.intake.formats._names import GROUPS, period_of
from styrkedja.intake.formats._school_header import CODE, Column, found_header, measure_columns
from styrkedja.intake.formats._values import completed, number_errors, with_values
from styrkedja.intake.messages import UnusableFile

ID = "slutbetyg9"
SOURCE = "skv_slutbetyg9"
TITLE = {"sv": "Skolverket: slutbetyg årskurs 9, skolor (CSV)", "en": "Skolverket: final grades year 9, schools (CSV)"}
CHECKS_UNITS = False

ORGANISER = re.compile(r"huvudman.*org|org.*nr|organisationsnummer")
DEFINITIONS = "rapportbeskrivning"
SCHOOL_CODE = r"^[0-9]{8}$"


def recognise(document: Document) -> bool:
    header = found_header(document.table.head()) if document.table else None
    return header is not None and header.knows_a_measure()


def parse(document: Document, _context: ParseContext) -> Parsed:
    table = document.table
    assert table is not None
    header = found_header(table.head(columns=table.grid.width))
    assert header is not None
    period = _period(header.banner)
    columns = measure_columns(header, period)
    code_at = next(i for i, text in enumerate(header.names) if CODE.match(text.lower()))
    data, ends_here = _data_rows(table, header.first, code_at)
    good, errors = _usable(data, table, header.names, code_at)
    organiser_at = next((i for i, text in enumerate(header.names) if ORGANISER.search(text.lower())), None)
    good, units = _units(good, organiser_at, header.names[code_at])
    frame = _long(good, columns)
    errors += number_errors(frame.filter(pl.col("state").is_null()), table)
    measures = list(dict.fromkeys(column.measure for column in columns))
    titles = {column.measure: column.title for column in reversed(columns)}
    frame = frame.filter(pl.col("state").is_not_null()).with_columns(
        pl.col("code_of_measure").replace_strict({code: i for i, code in enumerate(measures)}).alias("measure")
    )
    return Parsed(
        frame=completed(frame, period=period, place=Place.NONE.value),
        units=units,
        measures=[Measure(code, titles[code]) for code in measures],
        errors=errors,
        rows=data.height,
        title=next((text for text in header.banner if "slutbetyg" in text.lower()), TITLE["sv"]),
        warnings=[FileWarning("no_definitions", {"row": str(data.item(-1, "row"))})] if ends_here else [],
    )


def _period(banner: list[str]) -> str:
    for text in banner:
        found = re.search(r"l\u00e4s\u00e5r\D{0,20}?((?:19|20)\d\d\s*[/-]\s*\d\d(?:\d\d)?)", text.lower())
        period = period_of(found[1]) if found else None
        if period:
            return period
    raise UnusableFile("no_period", hint="Valt läsår: 2024/25")


def _data_rows(table: Table, first: int, code_at: int) -> tuple[pl.DataFrame, bool]:
    """The school rows with `row` and `code`, and whether a CSV ends with them. They end with the last row that has a
    school code, or at the first row that is empty or begins the definitions.

    Raises where the file stops in the middle of a row: Skolverket ends its files with a page of definitions.
    """
    grid = table.grid.with_columns(pl.all().str.strip_chars())
    data = grid.with_row_index("row", offset=1).slice(first)
    filled = pl.any_horizontal(pl.exclude("row").fill_null("") != "")
    coded = data.filter(pl.col(str(code_at)).str.contains(SCHOOL_CODE))
    empty = data.filter(~filled | pl.col("0").str.to_lowercase().str.starts_with(DEFINITIONS))
    if not coded.height:
        raise UnusableFile("no_rows")
    first_empty = empty.item(0, "row") if empty.height else grid.height + 1
    end = max(int(coded.item(-1, "row")), int(first_empty) - 1)
    if end == grid.height:
        _refuse_cut_off(table)
    ends_here = table.origin == "csv" and data.filter(filled & (pl.col("row") > end)).is_empty()
    rows = data.filter(filled & (pl.col("row") <= end))
    return rows.with_columns(pl.col(str(code_at)).fill_null("").alias("code")), ends_here


def _refuse_cut_off(table: Table) -> None:
    if table.origin != "csv" or table.ends_in_newline:
        return
    last_cell = table.grid.row(-1)[table.last_width - 1] or ""
    whole = re.match(r"^(\d+,\d|\.\.)$", last_cell.strip()) and table.last_width == table.grid.width
    if not whole:
        raise UnusableFile("cut_off", row=str(table.grid.height))


def _usable(data: pl.DataFrame, table: Table, names: list[str], code_at: int) -> tuple[pl.DataFrame, list[RowError]]:
    """The rows of a school and a group, with `row_group`; errors for the others."""
    group_at = next((i for i, text in enumerate(names) if text.lower() == "k\u00f6n"), None)
    said = pl.lit("") if group_at is None else pl.col(str(group_at)).fill_null("")
    data = data.with_columns(
        said.alias("said_group"), said.str.to_lowercase().replace_strict(GROUPS, default=None).alias("row_group")
    )
    coded = pl.col("code").str.contains(SCHOOL_CODE)
    grouped = pl.col("row_group").is_not_null()
    wrong = [(data.filter(~coded), code_at, "code", "bad_school_code")]
    if group_at is not None:
        wrong.append((data.filter(coded & ~grouped), group_at, "said_group", "bad_group"))
    errors = [
        RowError(row["row"], names[at], row[shown], code, cell=table.cell(row["row"], at))
        for rows, at, shown, code in wrong
        for row in rows.iter_rows(named=True)
    ]
    return data.filter(coded & grouped), errors


def _units(data: pl.DataFrame, organiser_at: int | None, header: str) -> tuple[pl.DataFrame, list[Unit]]:
    if organiser_at is None:
        organiser = pl.lit("")
    else:
        digits = pl.col(str(organiser_at)).fill_null("").str.replace_all(r"[^0-9]", "")
        organiser = pl.when(digits.str.len_chars() == 10).then(digits).otherwise(pl.lit(""))
    data = data.with_columns(organiser.alias("organiser"))
    distinct = data.unique(["code", "organiser"], keep="first", maintain_order=True).with_row_index("unit")
    units = [
        Unit(UnitKind.SCHOOL_UNIT.value, row["code"], row["organiser"], row["0"] or "", row["row"], header)
        for row in distinct.iter_rows(named=True)
    ]
    return data.join(distinct.select("unit", "code", "organiser"), on=["code", "organiser"], how="left"), units


def _long(data: pl.DataFrame, columns: list[Column]) -> pl.DataFrame:
    """One row per school and measure column, with state and value, and n where the row states its pupils."""
    pieces = [
        data.select(
            "unit",
            "row",
            pl.col(str(column.index)).alias("text"),
            pl.lit(column.measure).alias("code_of_measure"),
            (pl.lit(column.grp) if column.grp else pl.col("row_group")).alias("grp"),
            pl.lit(column.population).alias("population"),
            pl.lit(column.header).alias("column"),
            pl.lit(column.index).alias("grid_column"),
        )
        for column in columns
    ]
    frame = with_values(pl.concat(pieces))
    pupils = (
        frame.filter((pl.col("code_of_measure") == "antal_elever") & pl.col("value").is_not_null())
        .unique(["row", "grp", "population"], keep="first")
        .select("row", "grp", "population", pl.col("value").round().cast(pl.Int64).alias("n"))
    )
    return frame.join(pupils, on=["row", "grp", "population"], how="left", maintain_order="left")
