"""Skolverket's school CSV: final grades of year 9, one row per school (SIRIS "export_api", data-formats §2.2).

Banner rows, a header found by its first cell, data, then footnotes that may resemble rows. Header texts differ between
years ("kunskapskraven", "(16)", "Lägeskommun"); columns may be doubled, the header may take two rows. Every measure
column is read, also those we have no name for. `Antal elever` is n of the row's other figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from styrkedja.core.periods import end_year
from styrkedja.core.values import Group, Place, Population, UnitKind
from styrkedja.intake.formats._contract import Document, Measure, ParseContext, Parsed, RowError, Table, Unit
from styrkedja.intake.formats._names import group_of, period_of
from styrkedja.intake.formats._values import completed, number_errors, with_values
from styrkedja.intake.messages import UnusableFile

ID = "slutbetyg9"
SOURCE = "skv_slutbetyg9"
TITLE = {"sv": "Skolverket: slutbetyg årskurs 9, skolor (CSV)", "en": "Skolverket: final grades year 9, schools (CSV)"}
CHECKS_UNITS = False

FIRST_CELLS = ("skola", "skolenhet", "skolnamn")
CODE = re.compile(r"^skol-?\s?enhets-?\s?kod")
ORGANISER = re.compile(r"huvudman.*org|org.*nr|organisationsnummer")
NOT_A_MEASURE = re.compile(r"kommun|^typ av|^huvudman|^l\u00e4n|^skol|organisation|orgnr")
KNOWN = (
    (re.compile(r"^antal elever"), "antal_elever"),
    (re.compile(r"^andel.*(kriterierna|kunskapskraven|m\u00e5len|godk\u00e4n).*alla \u00e4mnen"), "andel_alla_amnen"),
    (re.compile(r"beh\u00f6riga.*yrkes"), "andel_behoriga_yr"),
    (re.compile(r"meritv\u00e4rde.*\(?17"), "meritvarde_17"),
    (re.compile(r"meritv\u00e4rde.*\(?16"), "meritvarde_16"),
)
SEVENTEEN_SINCE = 2015  # the school year 2014/15 is the first counted on 17 subjects
SCHOOL_CODE = r"^[0-9]{8}$"


@dataclass(frozen=True)
class Column:
    """One measure column: its place in the grid, what it measures, for whom."""

    index: int
    header: str
    measure: str
    grp: str


def recognise(document: Document) -> bool:
    if document.table is None:
        return False
    head = document.table.head()
    at = _header_row(head)
    if at is None:
        return False
    texts = [cell.lower() for row in head[at : at + 2] for cell in row]
    return any(pattern.search(text) for pattern, _ in KNOWN[1:] for text in texts) or any(
        "meritv\u00e4rde" in text for text in texts
    )


def _header_row(head: list[list[str]]) -> int | None:
    for index, row in enumerate(head):
        if row and row[0].lower() in FIRST_CELLS and any(CODE.match(cell.lower()) for cell in row):
            return index
    return None


def parse(document: Document, _context: ParseContext) -> Parsed:
    table = document.table
    assert table is not None
    head = table.head(columns=table.grid.width)
    at = _header_row(head)
    assert at is not None
    banner = [cell for row in head[:at] for cell in row if cell]
    period = _period(banner)
    header, columns, first = _columns(head, at, period)
    code_at = next(i for i, text in enumerate(header) if CODE.match(text.lower()))
    data = _data_rows(table, first, code_at)
    good = data.filter(pl.col("code").str.contains(SCHOOL_CODE))
    errors = [
        RowError(row["row"], header[code_at], row["code"], "bad_school_code", cell=table.cell(row["row"], code_at))
        for row in data.filter(~pl.col("code").str.contains(SCHOOL_CODE)).iter_rows(named=True)
    ]
    organiser_at = next((i for i, text in enumerate(header) if ORGANISER.search(text.lower())), None)
    good, units = _units(good, organiser_at, header[code_at])
    frame = _long(good, columns)
    errors += number_errors(frame.filter(pl.col("state").is_null()), table)
    measures = list(dict.fromkeys(column.measure for column in columns))
    titles = {column.measure: column.header for column in reversed(columns)}
    frame = frame.filter(pl.col("state").is_not_null()).with_columns(
        pl.col("code_of_measure").replace_strict({code: i for i, code in enumerate(measures)}).alias("measure")
    )
    return Parsed(
        frame=completed(frame, period=period, place=Place.NONE.value, population=_population(banner)),
        units=units,
        measures=[Measure(code, titles[code]) for code in measures],
        errors=errors,
        rows=data.height,
        title=next((text for text in banner if "slutbetyg" in text.lower()), TITLE["sv"]),
    )


def _period(banner: list[str]) -> str:
    for text in banner:
        found = re.search(r"l\u00e4s\u00e5r\D{0,20}?((?:19|20)\d\d\s*[/-]\s*\d\d(?:\d\d)?)", text.lower())
        period = period_of(found[1]) if found else None
        if period:
            return period
    raise UnusableFile("no_period", hint="Valt läsår: 2024/25")


def _population(banner: list[str]) -> str:
    text = " ".join(banner).lower()
    excluding = re.search(r"(exkl|utom|utan|ej)\w*\.? .{0,40}(ok\u00e4nd bakgrund|nyinvandrade|nyanl\u00e4nda)", text)
    return (Population.EXCL_NEW_UNKNOWN if excluding else Population.ALL).value


def _columns(head: list[list[str]], at: int, period: str) -> tuple[list[str], list[Column], int]:
    """The header's texts, the measure columns, and the index of the first data row."""
    names = head[at]
    above = _filled_right(head[at - 1]) if at and not head[at - 1][0] and sum(map(bool, head[at - 1])) else []
    below = head[at + 1] if at + 1 < len(head) and not head[at + 1][0] and _is_second_header(head[at + 1]) else []
    spread = _filled_right(names) if below else names
    header, columns = [], []
    for index, name in enumerate(spread):
        qualifiers = [part[index] for part in (above, below) if part and part[index]]
        group = next((g for q in qualifiers if (g := group_of(q))), Group.ALL.value)
        text = " ".join([name, *(q for q in qualifiers if group_of(q) is None)]).strip()
        header.append(text)
        if text and not NOT_A_MEASURE.search(text.lower()):
            columns.append(Column(index, text, _measure_code(text, period), group))
    return header, columns, at + 1 + bool(below)


def _filled_right(row: list[str]) -> list[str]:
    """A merged heading stands in its first column only; give it to the columns it spans."""
    filled, last = [], ""
    for cell in row:
        last = cell or last
        filled.append(last)
    return filled


def _is_second_header(row: list[str]) -> bool:
    filled = [cell for cell in row if cell]
    return len(filled) > 1 and all(re.match(r"^[A-Za-z\u00c5\u00c4\u00d6\u00e5\u00e4\u00f6(]", cell) for cell in filled)


def _measure_code(header: str, period: str) -> str:
    lowered = header.lower()
    for pattern, code in KNOWN:
        if pattern.search(lowered):
            return code
    if "meritv\u00e4rde" in lowered:
        return "meritvarde_17" if end_year(period) >= SEVENTEEN_SINCE else "meritvarde_16"
    plain = lowered.translate(str.maketrans("\u00e5\u00e4\u00f6\u00e9", "aaoe"))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


def _data_rows(table: Table, first: int, code_at: int) -> pl.DataFrame:
    """The school rows with `row` and `code`. They end with the last row that has a school code, or at the first
    empty row.

    Raises where the file stops in the middle of a row: Skolverket ends its files with a page of definitions.
    """
    grid = table.grid.with_columns(pl.all().str.strip_chars())
    data = grid.with_row_index("row", offset=1).slice(first)
    filled = pl.any_horizontal(pl.exclude("row").fill_null("") != "")
    coded = data.filter(pl.col(str(code_at)).str.contains(SCHOOL_CODE))
    empty = data.filter(~filled)
    if not coded.height:
        raise UnusableFile("no_rows")
    first_empty = empty.item(0, "row") if empty.height else grid.height + 1
    end = max(int(coded.item(-1, "row")), int(first_empty) - 1)
    if end == grid.height:
        _refuse_cut_off(table)
    return data.filter(filled & (pl.col("row") <= end)).with_columns(pl.col(str(code_at)).fill_null("").alias("code"))


def _refuse_cut_off(table: Table) -> None:
    if table.origin != "csv" or table.ends_in_newline:
        return
    last_cell = table.grid.row(-1)[table.last_width - 1] or ""
    whole = re.match(r"^(\d+,\d|\.\.)$", last_cell.strip()) and table.last_width == table.grid.width
    if not whole:
        raise UnusableFile("cut_off", row=str(table.grid.height))


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
            pl.lit(column.grp).alias("grp"),
            pl.lit(column.header).alias("column"),
            pl.lit(column.index).alias("grid_column"),
        )
        for column in columns
    ]
    frame = with_values(pl.concat(pieces))
    pupils = (
        frame.filter((pl.col("code_of_measure") == "antal_elever") & pl.col("value").is_not_null())
        .unique(["row", "grp"], keep="first")
        .select("row", "grp", pl.col("value").round().cast(pl.Int64).alias("n"))
    )
    return frame.join(pupils, on=["row", "grp"], how="left", maintain_order="left")
