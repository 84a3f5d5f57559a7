"""A published year changes in the open: what moves is shown first, and those concerned are told.

The year's own activities are changed by those who plan it; what a unit or team has added, by those who add there. What
comes from above is out of their reach: they complement their task of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Node, Person
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task, TaskOutcome

from . import places
from .actions import locked
from .drafting_actions import refuse_days_outside
from .telling import concerned, tell

MOVING = ("starts", "ends")


def changes(activity: Activity, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What would be another than it is: {field: (before, after)}."""
    return {n: (getattr(activity, n), value) for n, value in fields.items() if getattr(activity, n) != value}


def becoming(activity: Activity, fields: Mapping[str, Any]) -> Activity:
    """The activity as it would be, unsaved."""
    one = copy(activity)
    for name, value in fields.items():
        setattr(one, name, value)
    return one


@dataclass(frozen=True)
class Shift:
    """What other school forms mean: places that get the activity, and tasks that go. Where it is done, that stands."""

    gained: list[Node]
    lost: list[Task]


def shift(was: Activity, becomes: Activity) -> Shift:
    """Between what it is and what it would be. As many queries whatever the places; none where nothing of it moves."""
    if set(was.school_forms) == set(becomes.school_forms):
        return Shift([], [])
    where = places.Taking(was.cycle)
    before, after = ({node.pk: node for node in where.of(one)} for one in (was, becomes))
    leaving = was.tasks.filter(node__in=before.keys() - after.keys(), outcome="").order_by("node__name")
    tasks = list(leaving.select_related("activity__cycle", "node"))
    done = evidence_of(tasks) if tasks else {}
    return Shift([node for pk, node in after.items() if pk not in before], [t for t in tasks if t.pk not in done])


def tasks_after(becomes: Activity, moved: Shift) -> list[Task]:
    """The open tasks of an activity as they would be after it is changed, those that would be made unsaved."""
    lost = {task.pk for task in moved.lost}
    rows = becomes.tasks.filter(outcome="").exclude(pk__in=lost).select_related("node", "holder").order_by("node__name")
    return [*rows, *(Task(activity=becomes, node=n, original=n) for n in moved.gained)]


def locked_year(cycle: AnnualCycle) -> AnnualCycle:
    """The locked row of a published year. Raises Refused for any other."""
    found = locked(cycle)
    if found.state != CycleState.PUBLISHED:
        raise Refused(_("The year is not published, or it is closed. Nothing was changed."))
    return found


@action
def change(*, activity: Activity, expected: int, fields: Mapping[str, Any], by: Person | None) -> Activity:
    """Change an activity of a published year, and tell those it concerned and those it concerns now.

    Its number of moves grows with its days. With other school forms some places get it and others lose it (`shift`).

    Raises Conflict when somebody else was first, Refused for a cancelled one or days outside the year.
    """
    cycle, row = _locked_activity(activity)
    differing = changes(row, fields)
    if not differing:
        return row
    refuse_days_outside(cycle.period, fields.get("starts", row.starts), fields.get("ends", row.ends))
    moves = any(name in differing for name in MOVING)
    written = {name: after for name, (_before, after) in differing.items()}
    told, moved = concerned(row), shift(row, becoming(row, written))
    save_version(
        row,
        expected=expected,
        fields={**written, "sequence": row.sequence + moves, "changed_by": by, "changed_at": timezone.now()},
    )
    _shifted(row, moved, by)
    tell(row, told | concerned(row), "moved" if moves else "changed", by)
    details = {
        "period": cycle.period, "fields": sorted(written), "sequence": row.sequence,
        "gained": len(moved.gained), "lost": len(moved.lost),
    }  # fmt: skip
    audit.record(Event.ACTIVITY_CHANGED, by=by, node=row.node, about=row, details=details)
    return row


def _shifted(row: Activity, moved: Shift, by: Person | None) -> None:
    """A task for whoever gets it, the one it has had before if any; those who lose it are told why in theirs."""
    said = {"version": F("version") + 1, "changed_by": by, "changed_at": timezone.now()}
    if moved.lost:
        why = {"outcome": TaskOutcome.DROPPED, "reason": _("It is no longer for these school forms.")}
        ended = {**why, "outcome_at": timezone.now(), "outcome_by": by}
        Task.objects.filter(pk__in=[task.pk for task in moved.lost]).update(**ended, **said)
    if moved.gained:
        had = row.tasks.filter(original__in=moved.gained, outcome=TaskOutcome.DROPPED)
        had.update(outcome="", outcome_at=None, outcome_by=None, reason="", **said)
        made = [Task(activity=row, node=node, original=node, changed_by=by) for node in moved.gained]
        Task.objects.bulk_create(made, ignore_conflicts=True)


@action
def cancel(*, activity: Activity, expected: int, reason: str, by: Person | None) -> Activity:
    """Cancel an activity of a published year with a reason, for good; what was done stays. Raises as `change`."""
    cycle, row = _locked_activity(activity)
    told = concerned(row)
    gone = {"cancelled_at": timezone.now(), "cancelled_reason": reason, "sequence": row.sequence + 1}
    save_version(row, expected=expected, fields={**gone, "changed_by": by, "changed_at": timezone.now()})
    tell(row, told, "cancelled", by)
    details = {"period": cycle.period, "places": told.places}
    audit.record(Event.ACTIVITY_CANCELLED, by=by, node=row.node, about=row, details=details)
    return row


def laid_out(cycle: AnnualCycle, node: Node, fields: Mapping[str, Any], by: Person | None) -> list[Task]:
    """The tasks of an activity that is added to a published year, made of it and unsaved as it is.

    Raises Refused where the node has no part in the year, or nobody would have anything to do.
    """
    refuse_days_outside(cycle.period, fields["starts"], fields["ends"])
    where = places.Taking(cycle)
    if node.pk != cycle.node_id and not where.takes_part(node):
        raise Refused(_("%(node)s has no part in this year.") % {"node": node.name})
    made = Activity(cycle=cycle, node=node, created_by=by, changed_by=by, **fields)
    tasks = [Task(activity=made, node=n, original=n, changed_by=by) for n in where.of(made)]
    if not tasks:
        raise Refused(_("There is no place of that level to do it."))
    return tasks


@action
def add(*, cycle: AnnualCycle, node: Node, fields: Mapping[str, Any], by: Person | None) -> Activity:
    """Add an activity to a published year: the year's own, or one of a unit or team for itself and what lies in it.

    Those concerned are told. Raises as `laid_out`.
    """
    found = locked_year(cycle)
    tasks = laid_out(found, node, fields, by)
    made = tasks[0].activity
    made.save(force_insert=True)
    Task.objects.bulk_create(tasks)
    tell(made, concerned(made), "added", by)
    details = {"period": found.period, "places": len(tasks)}
    audit.record(Event.ACTIVITY_ADDED, by=by, node=node, about=made, details=details)
    return made


def _locked_activity(activity: Activity) -> tuple[AnnualCycle, Activity]:
    cycle = locked_year(activity.cycle)
    row = Activity.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=activity.pk)
    if row.cancelled_at is not None:
        raise Refused(_("It has been cancelled. Add a new one in its place."))
    row.cycle = cycle
    return cycle, row
