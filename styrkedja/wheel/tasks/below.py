"""How the places below stand with each activity: counts, and the ids they are counted by."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from styrkedja.wheel.models import Activity, CycleState

# The same places have most of a year's activities, so each list of them is sent once, with the activities it is of.
STANDING = """
SELECT places, done, carried, dropped, open, moved, string_agg(activity::text, ',') FROM (
  SELECT activity_id AS activity, count(*) AS places,
    count(*) FILTER (WHERE outcome = 'done') AS done,
    count(*) FILTER (WHERE outcome = 'carried') AS carried,
    count(*) FILTER (WHERE outcome = 'dropped') AS dropped,
    string_agg(original_id::text, ',') FILTER (WHERE outcome = '') AS open,
    string_agg(original_id::text || '>' || node_id::text, ',') FILTER (
      WHERE outcome = '' AND node_id <> original_id) AS moved
  FROM wheel_task WHERE activity_id = ANY(%(activities)s::uuid[]) AND node_id = ANY(%(nodes)s::uuid[])
  GROUP BY activity_id) one
GROUP BY places, done, carried, dropped, open, moved
"""


@dataclass(frozen=True)
class Below:
    """How the places below stand with one activity. open: ids of those whose task has no outcome.

    stands: of those that have been merged, the node that has their tasks today.
    """

    places: int
    done: int
    carried: int
    dropped: int
    open: frozenset[str]
    stands: dict[str, str]


def standing(activities: Iterable[Activity], nodes: Collection[UUID]) -> dict[UUID, Below]:
    """By activity, of those that have places there. One query: its rows are activities, not tasks."""
    published = [one.pk for one in activities if one.cycle.state != CycleState.DRAFT]
    if not nodes or not published:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(STANDING, {"activities": _array(published), "nodes": _array(nodes)})
        rows = cursor.fetchall()
    found: dict[UUID, Below] = {}
    for places, done, carried, dropped, at, moved, of in rows:
        one = Below(places, done, carried, dropped, frozenset(at.split(",") if at else ()), _pairs(moved))
        found.update((UUID(pk), one) for pk in of.split(","))
    return {pk: found[pk] for pk in published if pk in found}


def _array(ids: Iterable[UUID]) -> str:
    """As PostgreSQL writes an array: one value for the driver to send, not thousands."""
    return "{" + ",".join(map(str, ids)) + "}"


def _pairs(written: str | None) -> dict[str, str]:
    return dict(pair.split(">") for pair in written.split(",")) if written else {}
