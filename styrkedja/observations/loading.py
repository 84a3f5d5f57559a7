"""Work files of a parsed import into the database, and compared with it: whole columns, never row by row.

The file numbers its units and measures by line; here the numbers become ids and the rows go in by COPY, sorted as the
primary key is, which spares the database a table in between and half the time.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection

from .queries import BACKWARDS, STANDING

SCHEMA = {
    "unit": pl.Int32,
    "measure": pl.Int32,
    "period": pl.String,
    "grp": pl.String,
    "place": pl.String,
    "population": pl.String,
    "state": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
    "numerator": pl.Float64,
    "raw": pl.String,
}
IDENTITY = ["unit", "measure", "period", "grp", "place", "population"]
FACTS = ["state", "value", "n", "numerator", "raw"]
SLICE = 400_000  # rows held in memory at a time
CURRENT_CSV = f"""
COPY (
  SELECT DISTINCT ON (unit_id, measure_id, period, "group", place, population)
         unit_id, measure_id, period, "group", place, population, state, value, n, numerator, raw
  FROM observations_observation
  WHERE {STANDING} AND unit_id = ANY(%s) AND measure_id = ANY(%s)
  ORDER BY {BACKWARDS}
) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - columns of our own
COPY_IN = """
COPY observations_observation
  (unit_id, measure_id, period, "group", place, population, batch_id, state, value, n, numerator, raw)
FROM STDIN (FORMAT csv)
"""
LINES = "unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[]) AS f(line, kind, code, organiser, name)"
SAME_UNIT = "u.kind = f.kind AND u.code = f.code AND u.organiser = f.organiser"
MEASURE_LINES = "unnest(%s::int[], %s::text[], %s::text[]) AS f(line, code, title)"


@dataclass(frozen=True)
class Comparison:
    """The file against what stands: identities not there yet, there with other facts, there and equal."""

    new: int
    changed: int
    unchanged: int
    new_units: int  # units no import has brought yet


def store(folder: Path, *, source: str, batch_id: int) -> int:
    """Write the folder's rows as observations of the batch; returns their number. Inside a transaction."""
    with connection.cursor() as cursor:
        units = _add_units(cursor, _read(folder / "units.csv"))
        measures = _add_measures(cursor, _read(folder / "measures.csv"), source)
        stored = 0
        for part in _slices(folder / "observations.csv"):
            rows = _with_ids(part, units, measures).sort(IDENTITY)
            rows = rows.select(*IDENTITY, pl.lit(batch_id).alias("batch"), *FACTS)
            stored += _copy_in(cursor, rows)
    return stored


def compare(folder: Path, *, source: str) -> Comparison:
    """What confirming the folder's rows would mean. Reads only."""
    with connection.cursor() as cursor:
        units = _unit_ids(cursor, _read(folder / "units.csv"))
        measures = _measure_ids(cursor, _read(folder / "measures.csv"), source)
        standing = _current_frame(cursor, units, measures)
    new = changed = unchanged = 0
    for part in _slices(folder / "observations.csv"):
        rows = _with_ids(part, units, measures)
        joined = rows.join(standing, on=IDENTITY, how="left", suffix="_stands")
        found = joined.filter(pl.col("state_stands").is_not_null())
        same = found.filter(pl.all_horizontal(pl.col(f).eq_missing(pl.col(f"{f}_stands")) for f in FACTS))
        new += joined.height - found.height
        changed += found.height - same.height
        unchanged += same.height
    return Comparison(new, changed, unchanged, new_units=units.count(None))


def refresh_statistics() -> None:
    """Let the database count again after a large import, so that it reads by the key at once. Takes about 0.1 s."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_observation_statistics()")


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _slices(path: Path) -> Iterator[pl.DataFrame]:
    if not path.stat().st_size:
        return
    lines = pl.scan_csv(path, has_header=False, schema=SCHEMA)
    offset = 0
    while (part := lines.slice(offset, SLICE).collect()).height:
        yield part
        offset += SLICE


def _with_ids(part: pl.DataFrame, units: list[int | None], measures: list[int | None]) -> pl.DataFrame:
    """Line numbers become ids; a unit or measure the database does not know becomes null."""
    return part.with_columns(
        pl.Series(units, dtype=pl.Int32).gather(part["unit"]).alias("unit"),
        pl.Series(measures, dtype=pl.Int32).gather(part["measure"]).alias("measure"),
    )


def _copy_in(cursor: Any, rows: pl.DataFrame) -> int:
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False)
    with connection.wrap_database_errors, cursor.copy(COPY_IN) as copy:
        copy.write(buffer.getbuffer())
    return rows.height


def _current_frame(cursor: Any, units: list[int | None], measures: list[int | None]) -> pl.DataFrame:
    known = [[i for i in ids if i is not None] for ids in (units, measures)]
    buffer = io.BytesIO()
    with connection.wrap_database_errors, cursor.copy(CURRENT_CSV, known) as copy:
        for block in copy:
            buffer.write(block)
    if not buffer.tell():
        return pl.DataFrame(schema=SCHEMA)
    buffer.seek(0)
    return pl.read_csv(buffer, has_header=False, schema=SCHEMA)


def _unit_columns(lines: list[dict[str, str]]) -> list[list[Any]]:
    return [list(range(len(lines))), *([line[key] for line in lines] for key in ("kind", "code", "organiser", "name"))]


def _add_units(cursor: Any, lines: list[dict[str, str]]) -> list[int | None]:
    """Units by line as ids; missing ones are added. A name is filled in, or put into mixed case; never blanked."""
    columns = _unit_columns(lines)
    cursor.execute(
        "INSERT INTO observations_statisticalunit (kind, code, organiser, name, municipality_code)"  # noqa: S608
        f" SELECT kind, code, organiser, left(name, 300), '' FROM {LINES}"
        f" WHERE NOT EXISTS (SELECT FROM observations_statisticalunit u WHERE {SAME_UNIT})"
        " ORDER BY line ON CONFLICT DO NOTHING",
        columns,
    )
    cursor.execute(
        f"UPDATE observations_statisticalunit u SET name = left(f.name, 300) FROM {LINES} WHERE {SAME_UNIT}"  # noqa: S608
        " AND f.name <> '' AND (u.name = '' OR u.name = upper(u.name) AND f.name <> upper(f.name))",
        columns,
    )
    return _unit_ids(cursor, lines)


def _unit_ids(cursor: Any, lines: list[dict[str, str]]) -> list[int | None]:
    cursor.execute(
        f"SELECT u.id FROM {LINES} LEFT JOIN observations_statisticalunit u ON {SAME_UNIT} ORDER BY line",  # noqa: S608
        _unit_columns(lines),
    )
    return [row[0] for row in cursor.fetchall()]


def _add_measures(cursor: Any, lines: list[dict[str, str]], source: str) -> list[int | None]:
    columns = [list(range(len(lines))), [line["code"] for line in lines], [line["title"] for line in lines]]
    cursor.execute(
        "INSERT INTO observations_measure (source, code, title)"  # noqa: S608
        f" SELECT %s, code, left(title, 500) FROM {MEASURE_LINES} ORDER BY line"
        " ON CONFLICT (source, code) DO UPDATE SET title = EXCLUDED.title"
        " WHERE observations_measure.title = '' AND EXCLUDED.title <> ''",
        [source, *columns],
    )
    return _measure_ids(cursor, lines, source)


def _measure_ids(cursor: Any, lines: list[dict[str, str]], source: str) -> list[int | None]:
    columns = [list(range(len(lines))), [line["code"] for line in lines], [line["title"] for line in lines]]
    cursor.execute(
        f"SELECT m.id FROM {MEASURE_LINES} LEFT JOIN observations_measure m"  # noqa: S608
        " ON m.code = f.code AND m.source = %s ORDER BY line",
        [*columns, source],
    )
    return [row[0] for row in cursor.fetchall()]
