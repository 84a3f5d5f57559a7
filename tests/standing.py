"""The world of the tests, put up again: built once through its actions, then its rows are laid back as they were.

Building takes a tenth of a second and most tests want it. What is laid back is copied row for row, so that a test
cannot tell the difference; `test_world.py` holds it to that.
"""

from __future__ import annotations

import pickle
from dataclasses import dataclass

from django.db import connection

from styrkedja.core.database import APP_ROLE
from tests.world import World, build

ROWS = """
    SELECT c.relname, string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attgenerated = ''
     GROUP BY c.relname ORDER BY c.relname
"""
NUMBERED = """
    SELECT c.relname, a.attname, pg_get_serial_sequence(quote_ident(c.relname), a.attname)
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r'
       AND pg_get_serial_sequence(quote_ident(c.relname), a.attname) IS NOT NULL
"""


@dataclass(frozen=True)
class Copy:
    """One table: its columns, and its rows as PostgreSQL copies them out."""

    table: str
    columns: str
    rows: bytes


@dataclass(frozen=True)
class Standing:
    world: bytes  # a pickled World: each test gets objects of its own
    copies: tuple[Copy, ...]
    numbers: tuple[tuple[str, str, str], ...]  # table, column, sequence: of the tables copied


_standing: list[Standing] = []


def put_up() -> World:
    """The world, in the database of this test: built the first time, laid back every other."""
    if not _standing:
        before = _filled()
        world = build()
        _standing.append(_copied(world, before))
        return world
    _lay_back(_standing[0])
    found: World = pickle.loads(_standing[0].world)
    return found


def _filled() -> set[str]:
    """The tables that hold anything."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        tables = [name for name, _columns in cursor.fetchall()]
        cursor.execute(" UNION ALL ".join(f"(SELECT '{table}' FROM \"{table}\" LIMIT 1)" for table in tables))
        return {name for (name,) in cursor.fetchall()}


def _copied(world: World, before: set[str]) -> Standing:
    added = _filled() - before
    with connection.cursor() as cursor:
        cursor.execute(ROWS)
        columns = {name: held for name, held in cursor.fetchall() if name in added}
        cursor.execute(NUMBERED)
        numbers = tuple(row for row in cursor.fetchall() if row[0] in added)
        copies = []
        for table, held in columns.items():
            with cursor.copy(f'COPY (SELECT {held} FROM "{table}") TO STDOUT') as out:
                copies.append(Copy(table, held, b"".join(map(bytes, out))))
    return Standing(pickle.dumps(world), tuple(copies), numbers)


def _lay_back(standing: Standing) -> None:
    """As someone with the keys to the database: the walls would take rows laid back for rows written anew."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE; SET session_replication_role = replica")
        for copy in standing.copies:
            with cursor.copy(f'COPY "{copy.table}" ({copy.columns}) FROM STDIN') as into:
                into.write(copy.rows)
        for table, column, sequence in standing.numbers:
            cursor.execute(f'SELECT setval(\'{sequence}\', (SELECT max("{column}") FROM "{table}"))')
        cursor.execute(f"RESET session_replication_role; SET ROLE {APP_ROLE}")
