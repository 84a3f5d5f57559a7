"""Somebody says that it is done, where nothing else shows it; the last word holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from .showing import Asked, Evidence, Row, Shown, Window, nowhere

# Of the task itself, whenever it was said.
TICKED = """
SELECT 'tick', t.original_id::text, ARRAY[t.activity_id::text, l.words], (l.made_at AT TIME ZONE %(zone)s)::date,
  p.name, ''
FROM wheel_task t
CROSS JOIN LATERAL (
  SELECT k.done, k.words, k.made_at, k.made_by_id FROM wheel_tick k WHERE k.task_id = t.id
  ORDER BY k.made_at DESC, k.id DESC LIMIT 1) l
LEFT JOIN organisation_person p ON p.id = l.made_by_id
WHERE l.done AND t.activity_id = ANY(%(ticked)s::uuid[]) AND t.original_id = ANY(%(nodes)s::uuid[])
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
