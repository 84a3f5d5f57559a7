"""Work files of a parsed import into the database, and compared with it: whole columns, never row by row.

The file numbers its units, measures and facets by line; here the numbers become ids and the rows go straight in by
COPY, which spares the database a table in between and half the time. Values pass through as the text they are.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from psycopg import Copy
from psycopg.copy import QueuedLibpqWriter

from .queries import BACKWARDS, SAME, STANDING

SCHEMA = {
    "unit": pl.Int32,
    "measure": pl.Int32,
    "facet": pl.Int32,
    "state": pl.String,
    "value": pl.Float64,
    "n": pl.Int64,
    "numerator": pl.Float64,
    "raw": pl.String,
}
IDENTITY = ["unit", "measure", "facet"]
FACTS = ["state", "value", "n", "numerator", "raw"]
AS_TEXT = {**SCHEMA, "value": pl.String, "n": pl.String, "numerator": pl.String}
BLOCK = 256 * 1024  # bytes read at a time; while the database takes them in, the next are made ready
CURRENT_CSV = f"""
COPY (
  SELECT DISTINCT ON ({SAME}) {SAME}, state, value, n, numerator, raw
  FROM observations_observation
  WHERE {STANDING} AND unit_id = ANY(%s) AND measure_id = ANY(%s)
  ORDER BY {BACKWARDS}
) TO STDOUT (FORMAT csv)
"""  # noqa: S608 - columns of our own
COPY_IN = """
COPY observations_observation
  (unit_id, measure_id, facet_id, batch_id, state, value, n, numerator, raw)
FROM STDIN (FORMAT csv)
"""
UNITS = "json_to_recordset(%s) AS f(line int, kind text, code text, organiser text, name text)"
SAME_UNIT = "u.kind = f.kind AND u.code = f.code AND u.organiser = f.organiser"
MEASURES = "json_to_recordset(%s) AS f(line int, code text, title text)"
FACETS = "json_to_recordset(%s) AS f(line int, period text, grp text, place text, population text)"
SAME_FACET = 'x.period = f.period AND x."group" = f.grp AND x.place = f.place AND x.population = f.population'
Lines = list[dict[str, Any]]


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
        units = _add_units(cursor, _lines(folder / "units.csv"))
        measures = _add_measures(cursor, _lines(folder / "measures.csv"), source)
        facets = _add_facets(cursor, _lines(folder / "facets.csv"))
        stored = 0
        with connection.wrap_database_errors, _copy_in(cursor) as copy:
            for part in _parts(folder / "observations.csv", AS_TEXT):
                rows = _with_ids(part, units, measures, facets).sort("unit", "measure")  # much as the primary key is
                rows = rows.select(*IDENTITY, pl.lit(batch_id).alias("batch"), *FACTS)
                copy.write(_as_csv(rows))
                stored += rows.height
    return stored


def compare(folder: Path, *, source: str) -> Comparison:
    """What confirming the folder's rows would mean. Reads only."""
    with connection.cursor() as cursor:
        units = [id for id, _name in _units_known(cursor, _lines(folder / "units.csv"))]
        measures = _measure_ids(cursor, _lines(folder / "measures.csv"), source)
        facets = _facet_ids(cursor, _lines(folder / "facets.csv"))
        standing = _current_frame(cursor, units, measures)
    new = changed = unchanged = 0
    for part in _parts(folder / "observations.csv", SCHEMA):
        rows = _with_ids(part, units, measures, facets)
        joined = rows.join(standing, on=IDENTITY, how="left", suffix="_stands")
        found = joined.filter(pl.col("state_stands").is_not_null())
        same = found.filter(pl.all_horizontal(pl.col(f).eq_missing(pl.col(f"{f}_stands")) for f in FACTS))
        new += joined.height - found.height
        changed += found.height - same.height
        unchanged += same.height
    return Comparison(new, changed, unchanged, new_units=units.count(None))


def refresh_statistics() -> None:
    """Let the database count again where the table has at least doubled, so that it reads by the key at once.

    Smaller changes are left to the server's own housekeeping.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT refresh_observation_statistics() FROM pg_class WHERE oid = 'observations_observation'::regclass"
            " AND pg_relation_size(oid) / 8192 >= 2 * relpages"
        )


def _lines(path: Path) -> Lines:
    with path.open(encoding="utf-8", newline="") as file:
        return [{"line": number, **line} for number, line in enumerate(csv.DictReader(file))]


def _parts(path: Path, schema: dict[str, Any]) -> Iterator[pl.DataFrame]:
    for block in _blocks(path):
        yield pl.read_csv(block, has_header=False, schema=schema)


def _blocks(path: Path) -> Iterator[bytes]:
    """The file in pieces of whole records; a line break inside quotation marks ends none."""
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            block += file.readline()
            while block.count(b'"') % 2 and (more := file.readline()):
                block += more
            yield block


def _with_ids(part: pl.DataFrame, *ids: list[int | None]) -> pl.DataFrame:
    """Line numbers become ids, in the order of `IDENTITY`; what the database does not know becomes null."""
    return part.with_columns(
        pl.Series(of_lines, dtype=pl.Int32).gather(part[name]).alias(name)
        for name, of_lines in zip(IDENTITY, ids, strict=True)
    )


@contextmanager
def _copy_in(cursor: Any) -> Iterator[Copy]:
    """COPY with a thread that writes, so that the next rows are made ready meanwhile."""
    raw = cursor.cursor
    with raw.copy(COPY_IN, writer=QueuedLibpqWriter(raw)) as copy:
        yield copy


def _as_csv(rows: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    rows.write_csv(buffer, include_header=False)
    return buffer.getvalue()


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


def _add_units(cursor: Any, lines: Lines) -> list[int | None]:
    """Units by line as ids; missing ones are added. A name is filled in, or put into mixed case; never blanked."""
    known = _units_known(cursor, lines)
    missing = [line for line, (id, _name) in zip(lines, known, strict=True) if id is None]
    better = [line for line, (id, name) in zip(lines, known, strict=True) if id and _is_better(line["name"], name)]
    if missing:
        cursor.execute(
            "INSERT INTO observations_statisticalunit (kind, code, organiser, name, municipality_code)"  # noqa: S608
            f" SELECT kind, code, organiser, left(name, 300), '' FROM {UNITS} ORDER BY line ON CONFLICT DO NOTHING",
            [json.dumps(missing)],
        )
        known = _units_known(cursor, lines)
    if better:
        cursor.execute(
            f"UPDATE observations_statisticalunit u SET name = left(f.name, 300) FROM {UNITS} WHERE {SAME_UNIT}",  # noqa: S608
            [json.dumps(better)],
        )
    return [id for id, _name in known]


def _is_better(new: str, known: str) -> bool:
    return bool(new) and (not known or (known.isupper() and not new.isupper()))


def _units_known(cursor: Any, lines: Lines) -> list[tuple[int | None, str]]:
    """Id and name of each line's unit; None for those no import has brought."""
    cursor.execute(
        "SELECT kind, code, organiser, id, name FROM observations_statisticalunit WHERE code = ANY(%s)",
        [list({line["code"] for line in lines})],
    )
    known = {row[:3]: row[3:] for row in cursor.fetchall()}
    return [known.get((line["kind"], line["code"], line["organiser"]), (None, "")) for line in lines]


def _add_measures(cursor: Any, lines: Lines, source: str) -> list[int | None]:
    cursor.execute(
        "INSERT INTO observations_measure (source, code, title)"  # noqa: S608
        f" SELECT %s, code, left(title, 500) FROM {MEASURES} ORDER BY line"
        " ON CONFLICT (source, code) DO UPDATE SET title = EXCLUDED.title"
        " WHERE observations_measure.title = '' AND EXCLUDED.title <> ''",
        [source, json.dumps(lines)],
    )
    return _measure_ids(cursor, lines, source)


def _measure_ids(cursor: Any, lines: Lines, source: str) -> list[int | None]:
    cursor.execute(
        f"SELECT m.id FROM {MEASURES} LEFT JOIN observations_measure m"  # noqa: S608
        " ON m.code = f.code AND m.source = %s ORDER BY line",
        [json.dumps(lines), source],
    )
    return [row[0] for row in cursor.fetchall()]


def _add_facets(cursor: Any, lines: Lines) -> list[int | None]:
    cursor.execute(
        'INSERT INTO observations_facet (period, "group", place, population)'  # noqa: S608
        f" SELECT period, grp, place, population FROM {FACETS} ORDER BY line ON CONFLICT DO NOTHING",
        [json.dumps(lines)],
    )
    return _facet_ids(cursor, lines)


def _facet_ids(cursor: Any, lines: Lines) -> list[int | None]:
    cursor.execute(
        f"SELECT x.id FROM {FACETS} LEFT JOIN observations_facet x ON {SAME_FACET} ORDER BY line",  # noqa: S608
        [json.dumps(lines)],
    )
    return [row[0] for row in cursor.fetchall()]
