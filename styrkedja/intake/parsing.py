"""Step "raw file -> valid rows and row errors" of the data flow; the one door into the formats.

No Django here: the file is parsed in a child process (`styrkedja.intake.child`) with limits on time
and memory, because a file somebody uploads may be made to harm. `parse_file` starts the child, follows
it, and hands back what it wrote. Nothing is stored; that is for `intake.actions`.

    context = ParseContext(indicators={"absence_total": IndicatorRule(factor=100, bounded=True)},
                           known_units={"12345678": "school_unit"})
    try:
        result = parse_file(path, work_dir=tmp, context=context, on_progress=tell)
    except UnusableFile as error:        # nothing can be read: exit 2, one line
        print(error.message_sv)          # error.message_en, error.code, error.params, error.detail (log only)

**The work folder** (`work_dir` must exist; the caller removes it) afterwards holds

- `observations.csv`: comma-separated, no header, one line per observation, ready for
  `COPY ... FROM STDIN (FORMAT csv)`; unquoted empty = NULL. Columns, in this order (`OBSERVATION_COLUMNS`):
    unit int (line in units.csv, from 0) | measure int (line in measures.csv, from 0) | period text |
    grp T,K,M | place | population | state | value float or NULL | n int or NULL |
    numerator float or NULL | raw text or NULL (what the file said, where it was not a plain number)
  `place` and `population` are those of `core.values`; an empty place is written `""` (not NULL).
  No two lines have the same (unit, measure, period, grp, place, population).
  `value` is NULL for every state but `shown` and a numeric `approximate`.
- `units.csv`: `unit,kind,code,organiser,name,row,column` with header (`UNIT_COLUMNS`). organiser = 10-digit
  number or "" where the file does not say. The same school code under two organisers gives two lines.
  name "" where the file gives none. row/column = first place in the file.
- `measures.csv`: `measure,code,title` with header (`MEASURE_COLUMNS`); code is the source measure of the contract.
- `result.json`: what `ParseResult` is read from.

**Row errors** are as the user sees the file: `row` counts from 1 (in JSON: the record's number), `column` is the header
(or JSON key), `cell` a reference such as "H12" ("" for JSON). `RowError.message("sv"|"en")` is one line with a hint.
`result.errors` holds the first `MAX_ERRORS`; `result.error_count` all. Valid rows are offered all the same.

**Units**: the shape of codes is checked for every format. Only a format with `CHECKS_UNITS` (local) also wants them in
`context.known_units`: national files speak of other schools, municipalities and the nation for comparison.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from styrkedja.intake.messages import UnusableFile, text_of

__all__ = [
    "IndicatorRule",
    "ParseContext",
    "ParseResult",
    "RowError",
    "UnusableFile",
    "Warning_",
    "parse_file",
]

OBSERVATION_COLUMNS = (
    "unit",
    "measure",
    "period",
    "grp",
    "place",
    "population",
    "state",
    "value",
    "n",
    "numerator",
    "raw",
)
UNIT_COLUMNS = ("unit", "kind", "code", "organiser", "name", "row", "column")
MEASURE_COLUMNS = ("measure", "code", "title")
MAX_ERRORS = 1000

MAX_FILE_BYTES = 50 * 1024 * 1024
SECONDS_TO_REFUSE = 10.0  # a file that is not clearly a large honest one gets no more
SECONDS_AT_MOST = 60.0


@dataclass(frozen=True)
class IndicatorRule:
    """What the local template needs to know of an indicator.

    factor: value = factor * numerator / denominator (100 for shares). bounded: numerator <= denominator, and the
    denominator is a number of people, kept as n. parts: allowed values of the column "del" (empty: any slug).
    """

    factor: float = 100.0
    bounded: bool = True
    parts: tuple[str, ...] = ()


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


@dataclass(frozen=True)
class Warning_:
    """Something worth saying of the whole file (pivot caches, a missing page of an answer, dropped duplicates)."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def message(self, language: str = "sv") -> str:
        return text_of(self.code, self.params, language)


@dataclass(frozen=True)
class ParseResult:
    """What a usable file holds. Counts are of observations after dropping identical duplicates.

    format: id of the format; source: Observation.source; title: the file's own title; retrieved_at: where the file says
    when it was fetched, else None; sha256 of the file's bytes; rows: data rows (columns in the wide workbook, records in
    JSON) read; periods: sorted; seconds: what the child needed.
    """

    format: str
    source: str
    title: str
    retrieved_at: dt.datetime | None
    sha256: str
    rows: int
    observations: int
    units: int
    measures: int
    states: Mapping[str, int]
    periods: tuple[str, ...]
    errors: tuple[RowError, ...]
    error_count: int
    warnings: tuple[Warning_, ...]
    seconds: float
    work_dir: Path

    @property
    def observations_path(self) -> Path:
        return self.work_dir / "observations.csv"

    @property
    def units_path(self) -> Path:
        return self.work_dir / "units.csv"

    @property
    def measures_path(self) -> Path:
        return self.work_dir / "measures.csv"


Progress = Callable[[str, float], None]
"""Called with a stage ("checking", "reading", "sorting", "writing") and the share done, 0-1."""


def parse_file(
    path: Path,
    *,
    work_dir: Path,
    context: ParseContext | None = None,
    format_id: str | None = None,
    on_progress: Progress | None = None,
    seconds: float = SECONDS_AT_MOST,
) -> ParseResult:
    """Parse one file in a child process. Raises `UnusableFile` with one clear line; never anything else for a bad file.

    format_id: None lets the content decide; an id that does not fit the content gives `UnusableFile("wrong_format")`.
    seconds: upper limit for a large honest file; small or refused files are stopped after `SECONDS_TO_REFUSE`.
    """
    raise NotImplementedError
