"""Import of the wide workbook, file to committed batch, against reading it and a bare COPY of the same rows.

The workbook has the shape and size of the national one: 5,993 columns and the 49 measures of the demo's file, with
numbers and symbols in the proportions of the published one. Both sides start from the file each time.
"""

from __future__ import annotations

import random
import resource
import shutil
from pathlib import Path
from typing import Any

import fastexcel
import xlsxwriter
from django.db import connection

from styrkedja.config.home import home
from styrkedja.core.database import APP_ROLE
from styrkedja.intake.importing import import_file

from .timing import in_turn, ratio

LIKE = Path(__file__).parents[1] / "demo" / "data" / "underlag_for_analys_2024_25.xlsx"
COLUMNS, RUNS = 5993, 9
ROWS = "SELECT * FROM observations_observation WHERE batch_id ="
SYMBOLS = (".", "..", "...", "-")


def measure() -> dict[str, Any]:
    folder = home() / "bench"
    folder.mkdir(exist_ok=True)
    books = [wide_workbook(folder / f"wide{i}.xlsx", seed=i) for i in range(RUNS + 1)]
    ours, theirs = iter(books), iter(books)
    rows: list[bytes] = []

    def import_next() -> None:
        done = import_file(next(ours), by=None)
        if done.batch and not rows:
            rows.append(stored_rows(done.batch.pk))

    mine, bare = in_turn(import_next, lambda: bare_import(next(theirs), rows[0]), runs=RUNS)
    shutil.rmtree(folder)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024
    return {
        "wide_workbook": ratio(
            mine, bare, limit=3.0, observations=49 * (COLUMNS - 1), peak_mb=peak, memory_held=peak <= 500
        )
    }


def wide_workbook(path: Path, *, seed: int) -> Path:
    """A workbook as the national one: the nation, 600 organisers, and schools."""
    rows = fastexcel.read_excel(LIKE).load_sheet(0, header_row=None, dtypes="string").to_polars().rows()
    dice = random.Random(seed)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    page = book.add_worksheet(str(rows[0][0])[:20])
    for y, row in enumerate(rows):
        if row[0] is not None:
            page.write_string(y, 0, row[0])
        for x in range(1, COLUMNS):
            if y == 2:
                page.write_string(y, x, _head(x))
            elif y == 3:
                page.write_string(y, x, "2024/25")
            elif row[1] is not None:
                _cell(page, y, x, dice)
    book.close()
    return path


def _head(x: int) -> str:
    if x == 1:
        return "RIKET: TOTALT"
    owner = 2120000000 + x % 600
    if x <= 601:
        return f"KOMMUN {x % 600} ({owner}): HUVUDMAN"
    return f"KOMMUN {x % 600} ({owner}): SKOLA {x} ({10_000_000 + x})"


def _cell(page: Any, y: int, x: int, dice: random.Random) -> None:
    if dice.random() < 0.42:
        page.write_number(y, x, round(dice.uniform(0, 340), 1))
    else:
        page.write_string(y, x, dice.choices(SYMBOLS, (25, 4.4, 2.1, 0.6))[0])


def stored_rows(batch_id: int) -> bytes:
    """The rows a batch was stored as, as COPY takes them."""
    with connection.cursor() as cursor, cursor.copy(f"COPY ({ROWS} {batch_id}) TO STDOUT") as copy:
        return b"".join(bytes(block) for block in copy)


def bare_import(path: Path, rows: bytes) -> None:
    """What no import can do without: the sheet read, and its rows copied into a table with no key."""
    fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")  # the program may not make tables
        cursor.execute(f"CREATE TABLE bench_bare AS {ROWS} -1")
        with cursor.copy("COPY bench_bare FROM STDIN") as copy:
            copy.write(rows)
        cursor.execute("DROP TABLE bench_bare")
        cursor.execute(f"SET ROLE {APP_ROLE}")
