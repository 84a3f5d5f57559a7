"""Closing a year: what is undone goes on or is dropped by decision; what is done is kept with what showed it.

No silent roll-over: a year is closed when nothing is left, and then nothing of it changes any more.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Person
from styrkedja.wheel.checks import evidence_of, how_of
from styrkedja.wheel.models import AnnualCycle, CycleState, Task, TaskOutcome

from . import carrying
from .actions import locked
from .changing_actions import locked_year
from .closing import later_years, open_tasks_of
from .drafting_actions import refuse_days_outside
from .telling import tell_of_tasks

KEEP_HOW = """
UPDATE wheel_task SET outcome = 'done', outcome_at = %s, outcome_by_id = %s, how = shown.how, version = version + 1
FROM (SELECT unnest(%s::uuid[]) AS id, unnest(%s::text[])::jsonb AS how) AS shown WHERE wheel_task.id = shown.id
"""


@action
def drop(*, cycle: AnnualCycle, tasks: Iterable[UUID], reason: str, by: Person | None) -> int:
    """Nobody does these any more, for a reason; those who answer for them are told. Returns how many.

    Raises Refused where one has ended meanwhile.
    """
    found = locked_year(cycle)
    rows = _open_tasks(found, tasks)
    tell_of_tasks(found, rows, "dropped", by)
    _ended(rows, {"outcome": TaskOutcome.DROPPED, "reason": reason}, by)
    _record(found, rows, by, outcome="dropped")
    return len(rows)


@action
def carry_over(
    *, cycle: AnnualCycle, tasks: Iterable[UUID], to: AnnualCycle, ends: dt.date, reason: str = "", by: Person | None
) -> int:
    """These go on in a later published year, as activities of their own until `ends`; those who answer for them there
    are told. Returns how many.

    Raises Refused where one has ended meanwhile, or the day lies outside the later year.
    """
    found, later = (locked_year(c) for c in sorted((cycle, to), key=lambda c: (c.pk != cycle.pk, c.pk)))
    if later.pk not in {c.pk for c in later_years(found)}:
        raise Refused(_("%(year)s does not come after this one.") % {"year": later})
    rows = _open_tasks(found, tasks)
    made = carrying.carry(rows, later, starts=first_day_in(later, ends), ends=ends, by=by)
    tell_of_tasks(later, made, "carried", by)
    _ended(rows, {"outcome": TaskOutcome.CARRIED, "reason": reason, "carried_to": later}, by)
    _record(found, rows, by, outcome="carried", to=later.pk)
    return len(rows)


def first_day_in(later: AnnualCycle, ends: dt.date) -> dt.date:
    """From when on what is carried over can be done there. Raises Refused where `ends` lies outside the year."""
    starts = min(max(periods.bounds(later.period)[0], timezone.localdate()), ends)
    refuse_days_outside(later.period, starts, ends)
    return starts


@action
def take_back(*, cycle: AnnualCycle, tasks: Iterable[UUID], by: Person | None) -> int:
    """What was dropped or carried over is to be done here after all, and goes where it had been carried; those who
    answer for it are told. Returns how many. Raises Refused where something has been done on it there already.
    """
    found = locked_year(cycle)
    wanted = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__any_of=list(tasks), activity__cycle=found, outcome__in=(TaskOutcome.DROPPED, TaskOutcome.CARRIED)
    )
    rows = list(wanted.select_related("activity__cycle", "node", "holder", "carried_to").order_by("pk"))
    carrying.call_back(rows, found, by=by)
    undone = {"outcome": "", "outcome_at": None, "outcome_by": None, "reason": "", "carried_to": None}
    _written(rows, undone, by)
    tell_of_tasks(found, rows, "reopened", by)
    _record(found, rows, by, outcome="taken back")
    return len(rows)


@action
def close(*, cycle: AnnualCycle, expected: int, by: Person | None) -> AnnualCycle:
    """Close the year: what is done is kept with how, by whom and when. Raises Refused while something is undone or the
    year goes on, Conflict when it was changed after `expected`.
    """
    found = locked(cycle)
    if found.state != CycleState.PUBLISHED:
        raise Refused(_("The year is not published, or it is closed. Nothing was changed."))
    if found.version != expected:
        raise Conflict(found)
    if periods.bounds(found.period)[1] >= timezone.localdate():
        raise Refused(_("The year still goes on. It can be closed the day after its last."))
    tasks = open_tasks_of(found)
    shown = how_of(tasks)
    left = len(tasks) - len(shown)
    if left:
        raise Refused(
            ngettext(
                "%(count)s task is undone. Carry it over or drop it first.",
                "%(count)s tasks are undone. Carry them over or drop them first.",
                left,
            )
            % {"count": left}
        )
    _keep(shown, by)
    save_version(
        found, expected=expected, fields={"state": CycleState.CLOSED, "closed_at": timezone.now(), "closed_by": by}
    )
    details = {"period": found.period, "done": len(shown)}
    audit.record(Event.CYCLE_CLOSED, by=by, node=found.node, about=found, details=details)
    return found


def _keep(shown: dict[UUID, dict[str, Any]], by: Person | None) -> None:
    """One statement: a large year has more than twenty thousand tasks."""
    with connection.cursor() as cursor:
        hows = [json.dumps(how, ensure_ascii=False) for how in shown.values()]
        cursor.execute(KEEP_HOW, [timezone.now(), by.pk if by else None, list(shown), hows])


def _open_tasks(cycle: AnnualCycle, tasks: Iterable[UUID]) -> list[Task]:
    wanted = set(tasks)
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__any_of=wanted, activity__cycle=cycle, activity__cancelled_at=None, outcome=""
    )
    found = list(rows.select_related("activity__cycle", "node", "original", "holder").order_by("pk"))
    if not wanted or len(found) != len(wanted):
        raise Refused(_("Some of them have ended since you opened the page. Look through them again."))
    if evidence_of(found):
        raise Refused(_("Some of them are done. Look through them again."))
    return found


def _ended(rows: list[Task], fields: dict[str, Any], by: Person | None) -> None:
    _written(rows, {**fields, "outcome_at": timezone.now(), "outcome_by": by}, by)


def _written(rows: list[Task], fields: dict[str, Any], by: Person | None) -> None:
    """Into rows that are locked: one statement, however many."""
    said = {**fields, "version": F("version") + 1, "changed_by": by, "changed_at": timezone.now()}
    Task.objects.filter(pk__any_of=[row.pk for row in rows]).update(**said)


def _record(cycle: AnnualCycle, rows: list[Task], by: Person | None, **details: Any) -> None:
    counted = {
        "period": cycle.period,
        "tasks": len(rows),
        "activities": len({row.activity_id for row in rows}),
        **details,
    }
    audit.record(Event.TASK_ENDED, by=by, node=cycle.node, about=cycle, details=counted)
