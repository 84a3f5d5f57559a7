"""The shapes every import format gives and takes; step "raw file -> valid rows or row errors".

A format is one module in this folder (a file whose name does not begin with `_` IS registered) with

    ID: str            # stable, stored with each batch
    SOURCE: str        # Observation.source
    TITLE: dict        # {"sv": ..., "en": ...}
    CHECKS_UNITS: bool # True: unit codes must be in context.known_units where that is given
    recognise(document: Document) -> bool          # by content, cheap, never by file name
    parse(document: Document, context: ParseContext) -> Parsed

`recognise` looks at the first rows of a table or the first records of JSON. `parse` raises `UnusableFile` where nothing
can be read, and otherwise gives rows and row errors. No cell is handled in a Python loop where a file can be wide.
"""

from __future__ import annotations

import datetime as dt
import itertools
import string
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from styrkedja.intake.messages import text_of

if TYPE_CHECKING:
    import polars as pl

HEAD_ROWS = 30
HEAD_COLUMNS = 80


@dataclass(frozen=True)
class IndicatorRule:
    """What the local template needs to know of an indicator.

    factor: value = factor * numerator / denominator (100 for shares). bounded: numerator <= denominator. people: which
    of them is the number of people the figure is about ("numerator", "denominator" or ""); it is kept as n. parts:
    allowed values of the column "del" (empty: any slug).
    """

    factor: float = 100.0
    bounded: bool = True
    parts: tuple[str, ...] = ()
    people: str = "denominator"


@dataclass(frozen=True)
class ParseContext:
    """What a format may know of this installation. None means "do not check".

    indicators: indicator id -> rule, for `local`. known_units: code -> kind (`UnitKind` value), for `local`;
    its codes are accepted whatever their shape (preschools without a national code).
    """

    indicators: Mapping[str, IndicatorRule] | None = None
    known_units: Mapping[str, str] | None = None


@dataclass(frozen=True)
class RowError:
    """One thing in the file that could not be used; its row is not offered, the others are."""

    row: int
    column: str
    value: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    cell: str = ""

    def message(self, language: str = "sv") -> str:
        return text_of(self.code, self.params, language)

    def as_json(self, language: str = "sv") -> dict[str, object]:
        """The shape the command line prints."""
        return {"row": self.row, "column": self.column, "value": self.value, "message": self.message(language)}


@dataclass(frozen=True)
class FileWarning:
    """Something worth saying of the whole file: pivot caches, a page missing from an answer, dropped duplicates."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: str = "sv") -> str:
        return text_of(self.code, self.params, language)


@dataclass(frozen=True)
class Table:
    """A CSV file or one sheet, all text. Row i of `grid` is row i + 1 of the file; null = nothing there.

    first_column: the sheet's column (from 0) of the grid's first column, None where not known (then no cell
    references).
    ends_in_newline: False for a CSV that stops without one; last_width: number of fields of its last row.
    """

    grid: pl.DataFrame
    origin: str  # "csv" or "xlsx"
    sheet: str = ""
    first_column: int | None = 0
    ends_in_newline: bool = True
    last_width: int = 0

    def head(self, rows: int = HEAD_ROWS, columns: int = HEAD_COLUMNS) -> list[list[str]]:
        """The first rows, "" for nothing, stripped."""
        part = self.grid.head(rows).select(self.grid.columns[:columns])
        return [[composed(cell) for cell in row] for row in part.iter_rows()]

    def row(self, index: int) -> list[str]:
        return [composed(cell) for cell in self.grid.row(index)]

    def cell(self, row: int, column: int) -> str:
        """ "H12" for row number 12 (from 1) and grid column 7 (from 0)."""
        if self.origin != "xlsx" or self.first_column is None:
            return ""
        return column_letters(self.first_column + column) + str(row)


@dataclass(frozen=True)
class Document:
    """One uploaded file, read but not yet understood: a table, or the records of a JSON file.

    records: a JSON file's top value in a list, or the lines of a JSONL file.
    """

    table: Table | None = None
    records: Sequence[Any] = ()


@dataclass(frozen=True)
class Unit:
    """Whom a figure is about, as the file says it. organiser: 10 digits or ""; row, column: its first place."""

    kind: str
    code: str
    organiser: str = ""
    name: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True)
class Measure:
    """A source's measure: its stable code (the contract's table) and the title the file gives it."""

    code: str
    title: str


@dataclass
class Parsed:
    """What a format read.

    frame columns: unit, measure (Int32, indices into the lists) | period, grp, place, population, state (text) |
    value (Float64) | n (Int64) | numerator (Float64) | raw (text) | row (Int32, as the user sees it) | column (text).
    Duplicates need not be dropped: the child does that for every format.
    """

    frame: pl.DataFrame
    units: list[Unit]
    measures: list[Measure]
    errors: list[RowError]
    rows: int
    title: str = ""
    retrieved_at: dt.datetime | None = None
    warnings: list[FileWarning] = field(default_factory=list)


class Format(Protocol):
    """A module of this folder."""

    ID: str
    SOURCE: str
    TITLE: dict[str, str]
    CHECKS_UNITS: bool

    def recognise(self, document: Document, /) -> bool: ...

    def parse(self, document: Document, context: ParseContext, /) -> Parsed: ...


def letters_of_columns(first: int, count: int) -> list[str]:
    """The names of `count` columns from number `first` (from 0) on; for thousands at a time."""
    alphabet = string.ascii_uppercase
    names = ("".join(p) for length in (1, 2, 3) for p in itertools.product(alphabet, repeat=length))
    return list(itertools.islice(names, first, first + count))


def composed(text: str | None) -> str:
    """The text with composed letters (NFC), as all names, codes and headings are kept; "" for nothing."""
    return unicodedata.normalize("NFC", text).strip() if text else ""


def column_letters(index: int) -> str:
    """A spreadsheet's name of a column: 0 -> "A", 26 -> "AA", 5992 -> "HVM"."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
