"""What stands above and below goals and decisions, however deep, asked for once. Serves *röda tråden*."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from styrkedja.plans.models import Decision, Goal

# `UNION` drops what it has met, so that even a ring would end. {table} is one of our own tables.
UP_AND_DOWN = """
WITH RECURSIVE up AS (
  SELECT id, above_id FROM {table} WHERE id = ANY(%(ids)s::uuid[])
  UNION SELECT t.id, t.above_id FROM {table} t JOIN up ON t.id = up.above_id
), down AS (
  SELECT id FROM {table} WHERE id = ANY(%(ids)s::uuid[])
  UNION SELECT t.id FROM {table} t JOIN down ON t.above_id = down.id
)
SELECT id::text, TRUE FROM up UNION ALL SELECT id::text, FALSE FROM down
"""


def lineage(model: type[Goal] | type[Decision], ids: Iterable[str]) -> tuple[set[str], set[str]]:
    """Ids of what stands above these, and of what stands below them; both with these themselves. One query.

    Ids are text here and in the thread: a thousand UUIDs are slow to look up, as Python compares them.
    """
    wanted = list(ids)
    if not wanted:
        return set(), set()
    with connection.cursor() as cursor:
        cursor.execute(UP_AND_DOWN.format(table=model._meta.db_table), {"ids": wanted})
        rows = cursor.fetchall()
    return {id for id, is_up in rows if is_up}, {id for id, is_up in rows if not is_up}
