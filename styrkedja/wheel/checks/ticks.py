"""Somebody says that it is done, where nothing else shows it; the last word holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from .showing import Asked, Evidence, Row, Shown, Window, nowhere

# Of the task itself, whenever it was said. From the ticks: they are few, and a year may have thousands of tasks.
TICKED = """
SELECT 'tick', l.place, ARRAY[l.activity, l.words], (l.made_at AT TIME ZONE %(zone)s)::date, p.name, ''
FROM (
  SELECT DISTINCT ON (k.task_id) k.done, k.words, k.made_at, k.made_by_id, t.original_id::text AS place,
    t.activity_id::text AS activity
  FROM wheel_tick k JOIN wheel_task t ON t.id = k.task_id
  WHERE t.activity_id = ANY(%(ticked)s::uuid[]) AND t.original_id = ANY(%(nodes)s::uuid[])
  ORDER BY k.task_id, k.made_at DESC, k.id DESC) l
LEFT JOIN organisation_person p ON p.id = l.made_by_id
WHERE l.done
"""


def select(asked: Asked) -> list[str]:
    asked.values["ticked"] = [str(one.id) for one in asked.windows]
    return [TICKED]


def shown(asked: Asked, rows: Iterable[Row]) -> Shown:
    """Each to the task it was said of, which it names: there may be a thousand activities and ten thousand rows."""
    ids = {str(one.id): one.id for one in asked.windows}
    found: Shown = defaultdict(dict)
    for row in rows:
        pk = ids[row.of[0]]
        if row.node in asked.wanted.places[pk]:
            found[pk][row.node] = evidence(row)
    return dict(found)


def evidence(row: Row) -> Evidence:
    return Evidence(row.on, row.by or "", partial(_words, row.of[1]), nowhere)


def fits(one: Window, of: list[Any]) -> bool:
    return bool(str(one.id) == of[0])


def _words(said: str) -> str:
    return said or _("Said to be done")
