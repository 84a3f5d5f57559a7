"""From the bytes of an inspected file to a `Document`: text decoded, CSV cut, JSON loaded, sheets read as text.

Runs in the parsing child, after `safety.inspect`. Encodings: UTF-8 with or without BOM, UTF-16, cp1252, latin-1;
composed letters (NFC) throughout. A file that stops in the middle is refused where that can be seen. Polars is asked
for only where it is needed: the child loads it beside the inspection, which takes longer than reading most files.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import fastexcel

from styrkedja.intake.formats._contract import Document, Table
from styrkedja.intake.messages import UnusableFile
from styrkedja.intake.personal_numbers import Tally, heading_in_json, is_heading

if TYPE_CHECKING:
    import polars as pl

MAX_ROWS = 300_000
MAX_CELLS = 6_000_000
MAX_SHEETS = 20
PART = 10_000  # rows of a CSV held as lists at a time
NARROW = 200  # columns; wider tables hold units, not pupils, in their columns
BOMS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
MOJIBAKE = ("\u00c3\u00a5", "\u00c3\u00a4", "\u00c3\u00b6", "\u00c3\u2026")  # å ä ö Å of UTF-8 read as cp1252


def workbook_documents(path: Path, first_column: int | None) -> Iterator[Document]:
    """One document per filled sheet, in the workbook's order."""
    try:
        reader = fastexcel.read_excel(path)
        names = reader.sheet_names
        for name in names[:MAX_SHEETS]:
            sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if sheet.height and sheet.width:
                yield Document(table=_sheet_table(sheet, first_column))
    except fastexcel.FastExcelError as error:
        raise UnusableFile("unreadable_workbook", detail=str(error)) from error


def _sheet_table(sheet: fastexcel.ExcelSheet, first_column: int | None) -> Table:
    grid = sheet.to_polars()
    grid.columns = [str(number) for number in range(grid.width)]
    table = Table(grid=grid, origin="xlsx", sheet=sheet.name, first_column=first_column, last_width=grid.width)
    return refuse_personal_numbers(table)


def text_document(path: Path) -> Document:
    """A CSV or JSON file."""
    text = decoded(path.read_bytes())
    start = text.lstrip()[:1]
    if not start:
        raise UnusableFile("empty_file")
    if start == "<":
        raise UnusableFile("is_markup")
    if start in "{[":
        return Document(records=json_records(text))
    return Document(table=refuse_personal_numbers(csv_table(text)))


def decoded(data: bytes) -> str:
    """The text of a file in one of the encodings met in practice, in NFC. Raises `UnusableFile`."""
    text = _decoded(data)
    if "\0" in text:
        raise UnusableFile("has_nul", row=str(text[: text.index("\0")].count("\n") + 1))
    if sum(text[:4096].count(chr(code)) for code in (*range(1, 9), *range(14, 27))) > 3:
        raise UnusableFile("is_binary")
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _decoded(data: bytes) -> str:
    encoding = next((name for bom, name in BOMS if data.startswith(bom)), None) or _utf16_by_its_nuls(data)
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4 and (encoding or not data[: error.start].isascii()):
            raise UnusableFile("cut_off") from error
        if encoding:
            raise UnusableFile("mixed_encoding") from error
    return _decoded_as_windows(data)


def _decoded_as_windows(data: bytes) -> str:
    if b"\0" in data:
        raise UnusableFile("has_nul", row=str(data[: data.index(b"\0")].count(b"\n") + 1))
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if any(mark in text for mark in MOJIBAKE):
        raise UnusableFile("mixed_encoding")
    return text


def _utf16_by_its_nuls(data: bytes) -> str | None:
    """UTF-16 without a byte order mark: nearly every second byte of Western text is NUL."""
    head = data[:4096]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < len(head) * 0.02:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < len(head) * 0.02:
        return "utf-16-be"
    return None


# --- CSV -------------------------------------------------------------------------------------------------------------


def csv_table(text: str) -> Table:
    """Fields as they stand; the delimiter is the one that cuts most lines alike."""
    import polars as pl

    rows: list[list[str]] = []
    parts: list[pl.DataFrame] = []
    count = cells = last = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter(text), strict=True)
    try:
        for row in reader:
            rows.append(row)
            count += 1
            cells += len(row)
            last = len(row) or last
            if count > MAX_ROWS or cells > MAX_CELLS:
                raise UnusableFile("too_many_rows", rows=str(MAX_ROWS))
            if len(rows) == PART:
                parts.append(_grid(rows))
                rows = []
    except csv.Error as error:
        raise UnusableFile("broken_csv", row=str(reader.line_num), detail=str(error)) from error
    parts.append(_grid(rows))
    if max(part.width for part in parts) * count > MAX_CELLS:
        raise UnusableFile("broken_csv", row=str(reader.line_num))
    grid = pl.concat(parts, how="diagonal")
    return Table(grid=grid, origin="csv", ends_in_newline=text[-1] in "\r\n", last_width=last)


def _grid(rows: list[list[str]]) -> pl.DataFrame:
    """Rows of any lengths as columns "0", "1" ...: a fifth of the memory they take as lists."""
    import polars as pl

    width = max((len(row) for row in rows), default=0) or 1  # empty lines are rows too
    if width * len(rows) > MAX_CELLS:
        raise UnusableFile("broken_csv", row="1")
    columns = {str(i): [row[i] if i < len(row) else None for row in rows] for i in range(width)}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))


def delimiter(text: str) -> str:
    lines = text[:65536].splitlines()[:60]
    scores = {}
    for mark in ";\t,":
        counts = Counter(line.count(mark) for line in lines if mark in line)
        scores[mark] = max((number * times for number, times in counts.items()), default=0)
    return max(scores, key=lambda mark: scores[mark])


def refuse_personal_numbers(table: Table) -> Table:
    """The table itself, or `UnusableFile` where a column is headed by, or holds, personal numbers."""
    grid = table.grid
    organisers = set()
    if table.origin == "xlsx" and grid.width > NARROW:  # headings were looked at in the XML
        return table
    for number, row in enumerate(grid.head(30).iter_rows(), start=1):
        for column, cell in enumerate(row):
            if cell and len(cell) <= 60 and is_heading(cell):
                raise UnusableFile("personal_numbers", place=table.cell(number, column) or f"rad {number}")
            if cell and len(cell) <= 40 and "org" in cell.lower():
                organisers.add(str(column))
    for name in grid.columns[:NARROW]:
        texts = grid.get_column(name).drop_nulls()
        numbers = texts.filter(texts.str.contains(r"[0-9]{6}[-+ ]?[0-9]{4}")).unique().head(5000)
        tally = Tally()
        tally.add("\n".join(numbers).encode(), bare=name not in organisers)
        if tally.found:
            raise UnusableFile("personal_numbers", place=f"kolumn {int(name) + 1}")
    return table


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_records(text: str) -> Sequence[Any]:
    """The top value in a tuple of one, a top array's elements, or one element per line of a JSONL file."""
    data = text.encode()
    tally = Tally()
    tally.add(data, bare=False)
    if heading_in_json(data) or tally.found:
        raise UnusableFile("personal_numbers", place="JSON")
    del data
    try:
        top = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        if error.msg != "Extra data":
            raise _broken_json(error, text, error.lineno) from error
        return _json_lines(text)
    except (ValueError, RecursionError) as error:
        raise UnusableFile("broken_json", row="1", detail=str(error)) from error
    return tuple(top) if isinstance(top, list) else (top,)


class _JsonLines(Sequence[Any]):
    """The records of a JSONL file, each loaded when it is asked for: together they take ten times the file's size."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return [json.loads(line) for line in self.lines[index]]
        return json.loads(self.lines[index])


def _json_lines(text: str) -> _JsonLines:
    """Every line is tried at once, so that a broken one refuses the whole file."""
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            json.loads(line, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise _broken_json(error, line, number) from error
        except (ValueError, RecursionError) as error:
            raise UnusableFile("broken_json", row=str(number), detail=str(error)) from error
        lines.append(line)
    return _JsonLines(lines)


def _broken_json(error: json.JSONDecodeError, text: str, row: int) -> UnusableFile:
    at_end = error.pos >= len(text.rstrip()) - 1 or error.msg.startswith("Unterminated string")
    return UnusableFile("cut_off" if at_end else "broken_json", row=str(row), detail=str(error))


def _refuse_constant(name: str) -> object:
    raise ValueError(name)
