"""Goals of the place are decided."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from .showing import Asked, Evidence, Row, Window

DECIDED = """
SELECT 'goals', g.node_id::text, ARRAY[g.period]::text[], (g.decided_at AT TIME ZONE %(zone)s)::date, p.name, ''
FROM plans_goal g LEFT JOIN organisation_person p ON p.id = g.decided_by_id
WHERE g.node_id = ANY(%(nodes)s::uuid[]) AND g.period = ANY(%(goal_periods)s) AND g.state IN ('decided', 'closed')
  AND g.deleted_at IS NULL AND g.decided_at BETWEEN %(since)s AND %(until)s
"""


def select(asked: Asked) -> list[str]:
    asked.values["goal_periods"] = asked.periods
    return [DECIDED]


def evidence(row: Row) -> Evidence:
    page = partial(reverse, "plans:whereto", args=[row.node])
    return Evidence(row.on, row.by or "", partial(_words, row.of[0]), page)


def fits(one: Window, of: list[Any]) -> bool:
    return one.takes(of[0])


def _words(period: str) -> str:
    return _("Goals for %(period)s are decided") % {"period": period}
