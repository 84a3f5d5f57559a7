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
  `COPY ... FROM STDIN (FORMAT csv)`; unquoted empty = NULL. Columns, in this order:
    unit int (line in units.csv, from 0) | measure int (line in measures.csv, from 0) |
    facet int (line in facets.csv, from 0) | state | value float or NULL | n int or NULL |
    numerator float or NULL | raw text or NULL (what the file said, where it was not a plain number)
  No two lines have the same (unit, measure, facet).
  `value` is NULL for every state but `shown` and a numeric `approximate`.
- `units.csv`: `unit,kind,code,organiser,name,row,column` with header. organiser = 10-digit
  number or "" where the file does not say. The same school code under two organisers gives two lines.
  name "" where the file gives none. row/column = first place in the file.
- `measures.csv`: `measure,code,title` with header; code is the source measure of the contract.
- `facets.csv`: `facet,period,grp,place,population` with header; grp T, K or M, place and population those of
  `core.values`.
- `result.json`: what `ParseResult` is read from.

**Row errors** are as the user sees the file: `row` counts from 1 (in JSON: the record's number), `column` is the
header (or JSON key), `cell` a reference such as "H12" ("" for CSV and JSON). `RowError.message("sv"|"en")` is one line
with a hint; `RowError.as_json("sv")` is the command line's `{"row","column","value","message"}`. `result.errors` holds
the first 1,000, `result.error_count` says how many there are. Valid rows are offered all the same.

**Units**: the shape of codes is checked for every format. Only a format with `CHECKS_UNITS` (local) also wants them in
`context.known_units`: national files speak of other schools, municipalities and the nation for comparison.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import styrkedja
from styrkedja.intake.formats._contract import FileWarning, IndicatorRule, ParseContext, RowError
from styrkedja.intake.messages import UnusableFile

__all__ = ["FileWarning", "IndicatorRule", "ParseContext", "ParseResult", "RowError", "UnusableFile", "parse_file"]

SECONDS_TO_REFUSE = 9.0  # for the inspection, and for all of a file that is not large
SECONDS_AT_MOST = 60.0
SECONDS_PER_BYTE = 1e-6
MEMORY_SMALL = 170 * 1024 * 1024  # resident, of the child, until it has recognised the content of a workbook
MEMORY_TEXT = 250 * 1024 * 1024  # the same of a text, which is as large as it looks and held whole to be recognised
MEMORY_PER_BYTE = 40
MEMORY_LARGE = 400 * 1024 * 1024
WATCH_SECONDS = 0.01

Progress = Callable[[str, float], None]
"""Called with a stage ("checking", "reading", "sorting", "writing") and the share done, 0-1."""


@dataclass(frozen=True)
class ParseResult:
    """What a usable file holds. Counts are of observations after dropping identical duplicates.

    format: id of the format; source: Observation.source; title: the file's own title; retrieved_at: where the file says
    when it was fetched, else None; sha256 of the file's bytes; rows: data rows (columns in the wide workbook,
    records in JSON) read; periods: sorted; seconds: what the child needed.
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
    warnings: tuple[FileWarning, ...]
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

    @property
    def facets_path(self) -> Path:
        return self.work_dir / "facets.csv"


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
    job = {"format_id": format_id, "context": asdict(context or ParseContext())}
    answer = run_child("styrkedja.intake.child", path, work_dir, job, on_progress=on_progress, seconds=seconds)
    return _result(answer, work_dir)


def run_child(
    module: str,
    path: Path,
    work_dir: Path,
    job: Mapping[str, Any],
    *,
    on_progress: Progress | None = None,
    seconds: float = SECONDS_AT_MOST,
) -> dict[str, Any]:
    """Let `python -m module JOB` read the file under limits; what it wrote to result.json. Raises `UnusableFile`."""
    job_path = work_dir / "job.json"
    places = {"path": str(path.resolve()), "work_dir": str(work_dir.resolve())}
    job_path.write_text(json.dumps({**job, **places}), encoding="utf-8")
    result_path = work_dir / "result.json"
    result_path.unlink(missing_ok=True)
    with _child(module, job_path) as child:
        _Watch(child, on_progress, seconds, _is_packed(path)).follow()
        _refuse_if_it_fell(child, work_dir)
    answer: dict[str, Any] = json.loads(result_path.read_text(encoding="utf-8"))
    if "unusable" in answer:
        reason = answer["unusable"]
        raise UnusableFile(reason["code"], detail=reason["detail"], **reason["params"])
    return answer


@contextmanager
def _child(module: str, job_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The child in a session of its own, killed whatever happens here."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": os.pathsep.join([str(Path(styrkedja.__file__).parent.parent), *filter(None, sys.path)]),
        "PYTHONUTF8": "1",
        "POLARS_MAX_THREADS": "2",
        "TMPDIR": str(job_path.parent),
    }
    with (job_path.parent / "child.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-S", "-P", "-m", module, str(job_path)],  # no start-up hooks, nothing from here
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            env=environment,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)  # with the process that inspects
        child.wait()
        if child.stdout:
            child.stdout.close()


class _Watch:
    """Passes on the child's progress until it ends; kills it when it takes too long or too much memory.

    The limits grow with the size the inspection counted, which the child tells once it has recognised the content.
    """

    def __init__(
        self, child: subprocess.Popen[bytes], on_progress: Progress | None, seconds: float, packed: bool
    ) -> None:
        self.child, self.on_progress, self.seconds_at_most = child, on_progress, seconds
        self.seconds = min(seconds, SECONDS_TO_REFUSE)
        self.memory = MEMORY_SMALL if packed else MEMORY_TEXT

    def follow(self) -> None:
        assert self.child.stdout is not None
        os.set_blocking(self.child.stdout.fileno(), False)
        started = time.monotonic()
        while self.child.poll() is None:
            self._pass_on(self.child.stdout)
            if time.monotonic() - started > self.seconds:
                raise UnusableFile("too_slow", seconds=f"{self.seconds:.0f}")
            if _resident_bytes(self.child.pid) > self.memory:
                raise UnusableFile("too_much_memory")
            select.select([self.child.stdout], [], [], WATCH_SECONDS)
        self._pass_on(self.child.stdout)

    def _pass_on(self, pipe: IO[bytes]) -> None:
        for line in (pipe.read() or b"").splitlines():
            step = json.loads(line)
            size = step.get("inflated", 0)
            self.seconds = max(self.seconds, min(self.seconds_at_most, SECONDS_TO_REFUSE + size * SECONDS_PER_BYTE))
            self.memory = max(self.memory, min(MEMORY_LARGE, MEMORY_SMALL + size * MEMORY_PER_BYTE))
            if self.on_progress:
                self.on_progress(step["stage"], step["done"])


def _is_packed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"


def _resident_bytes(pid: int) -> int:
    """Memory the child occupies now; 0 where the system has no /proc (its own limit still holds)."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


def _refuse_if_it_fell(child: subprocess.Popen[bytes], work_dir: Path) -> None:
    """A child that ended by itself, without a result: a panic, an abort, an exception or its own memory limit."""
    if child.returncode == 0:
        return
    log = (work_dir / "child.log").read_text(encoding="utf-8", errors="replace")[-4000:]
    out_of_memory = "memory" in log.lower() or child.returncode == -signal.SIGKILL
    raise UnusableFile("too_much_memory" if out_of_memory else "crashed", detail=f"exit {child.returncode}: {log}")


def _result(data: dict[str, Any], work_dir: Path) -> ParseResult:
    retrieved = data["retrieved_at"]
    return ParseResult(
        **{
            **data,
            "retrieved_at": dt.datetime.fromisoformat(retrieved) if retrieved else None,
            "periods": tuple(data["periods"]),
            "errors": tuple(RowError(**error) for error in data["errors"]),
            "warnings": tuple(FileWarning(**warning) for warning in data["warnings"]),
            "work_dir": work_dir,
        }
    )
