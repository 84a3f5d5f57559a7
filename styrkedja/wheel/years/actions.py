"""A year is made as a draft, looked over, and published: then every place concerned has its tasks.

A draft is one thing to those who write in it (`drafting`): whatever changes in it locks its row and raises its version,
so what is published is what somebody has looked at.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.organisation.models import Node, Person
from styrkedja.wheel import dates
from styrkedja.wheel.catalogue import Process, Wheel
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, CycleUnit, Task

from . import laying, places

AT_A_TIME = 2_000  # tasks written between two signs of life
Tell = Callable[[int], None]


def silent(_done: int) -> None:
    """Nobody waits for it."""


@action
def make_cycle(
    *,
    node: Node,
    period: str,
    wheel: Wheel,
    title: str,
    school_forms: Sequence[str],
    units: Iterable[Node],
    by: Person | None,
) -> AnnualCycle:
    """A draft with every activity of the wheel laid on its days. `units`: those that take part.

    An activity for other school forms than the year's is left out. Raises Refused for no period, or one there is.
    """
    cycle = _begun(node, period, wheel.id, title, school_forms, None, by)
    wanted = set(school_forms)
    laid = [
        _laid(cycle, process, by)
        for process in wheel.processes
        if not wanted or not process.school_forms or wanted & set(process.school_forms)
    ]
    _filled(cycle, laid, units)
    details = {"period": period, "wheel": wheel.id, "activities": len(laid)}
    audit.record(Event.CYCLE_MADE, by=by, node=node, about=cycle, details=details)
    return cycle


@action
def carry_on(*, previous: AnnualCycle, period: str, by: Person | None) -> AnnualCycle:
    """A draft as the year before, each activity on its date or in the same week (`dates.carried_on`).

    What was cancelled stays behind, and what units and teams had added of their own: that is theirs to add again.
    Units that are still there take part, and so do those that have come since; those that were left out stay out.
    Raises Refused as `make_cycle`.
    """
    cycle = _begun(previous.node, period, previous.wheel, previous.title, previous.school_forms, previous, by)
    kept = [laying.carried(cycle, activity, previous.period, by) for activity in carried_on(previous)]
    out = places.left_out(previous)
    units = places.tree_of(cycle).units(cycle.node_id)
    _filled(cycle, kept, [u for u in units if places.meets(u, cycle.school_forms) and u.pk not in out])
    details = {"period": period, "wheel": cycle.wheel, "activities": len(kept), "from": previous.period}
    audit.record(Event.CYCLE_MADE, by=by, node=cycle.node, about=cycle, details=details)
    return cycle


def carried_on(previous: AnnualCycle) -> list[Activity]:
    """What of a year is in the next: its own activities, neither cancelled nor left over from an earlier one."""
    return list(previous.activities.filter(node=previous.node_id, cancelled_at=None, continues=None))


def _begun(
    node: Node,
    period: str,
    wheel: str,
    title: str,
    school_forms: Sequence[str],
    follows: AnnualCycle | None,
    by: Person | None,
) -> AnnualCycle:
    if not periods.is_period(period):
        raise Refused(_("Period: write a school year such as 2026/27, or a calendar year."))
    if node.kind not in places.ABOVE_UNITS:
        raise Refused(_("A year is made for a council, a committee or an administration."))
    taken = _("There is a year of this wheel for %(period)s already.") % {"period": period}
    with unless_taken(taken, "cycle_once_a_wheel"):
        return AnnualCycle.objects.create(
            node=node, period=period, wheel=wheel, title=title, school_forms=list(school_forms), follows=follows,
            created_by=by,
        )  # fmt: skip


def _laid(cycle: AnnualCycle, process: Process, by: Person | None) -> Activity:
    starts, ends = dates.days(process.when, cycle.period)
    return Activity(
        cycle=cycle, node=cycle.node, process=process.id, number=process.number, kind=process.kind,
        title_sv=process.title.sv, title_en=process.title.en, about_sv=process.about.sv, about_en=process.about.en,
        before_sv=process.before.sv, before_en=process.before.en, leaves_sv=process.leaves.sv,
        leaves_en=process.leaves.en, routine_sv=process.routine.sv, routine_en=process.routine.en,
        starts=starts, ends=ends, level=process.responsible.level, role=process.responsible.role,
        participants=[{"role": who.role, "level": who.level} for who in process.participants],
        school_forms=list(process.school_forms), done_check=process.done_check, done_with=dict(process.done_with),
        public=process.public, created_by=by, changed_by=by,
    )  # fmt: skip


def _filled(cycle: AnnualCycle, activities: list[Activity], units: Iterable[Node]) -> None:
    Activity.objects.bulk_create(activities)
    CycleUnit.objects.bulk_create([CycleUnit(cycle=cycle, node=unit) for unit in units])


@action
def publish(*, cycle: AnnualCycle, expected: int, by: Person | None, tell: Tell = silent) -> AnnualCycle:
    """A task for every place concerned, all of them or none. `tell` is told how much is done, 0-100.

    Activities taken out of the draft are gone after this. Raises Conflict when the draft was changed after `expected`,
    Refused when it is no draft, or has nothing in it.
    """
    locked = locked_draft(cycle, expected)
    left_out = list(locked.activities.exclude(cancelled_at=None))
    Activity.objects.filter(pk__in=[a.pk for a in left_out]).delete()
    activities = list(locked.activities.all())
    if not activities:
        raise Refused(_("There is no activity in the year."))
    units = list(locked.units.values_list("node", flat=True))
    save_version(
        locked,
        expected=expected,
        fields={"state": CycleState.PUBLISHED, "published_at": timezone.now(), "published_by": by},
    )
    tasks = _tasks(locked, activities, units)
    for first in range(0, len(tasks), AT_A_TIME):
        tell(100 * first // len(tasks))
        Task.objects.bulk_create(tasks[first : first + AT_A_TIME])
    details = {
        "period": locked.period, "activities": len(activities), "tasks": len(tasks), "units": len(units),
        "left_out": [a.number or str(a.pk) for a in left_out],
    }  # fmt: skip
    audit.record(Event.CYCLE_PUBLISHED, by=by, node=locked.node, about=locked, details=details)
    return locked


def _tasks(cycle: AnnualCycle, activities: list[Activity], units: list[Any]) -> list[Task]:
    where = places.Places(cycle, places.tree_of(cycle), units)
    return [Task(activity=a, node=node, original=node) for a in activities for node in where.of(a)]


def locked(cycle: AnnualCycle) -> AnnualCycle:
    """The year's row, locked: who writes in it comes one after the other."""
    return AnnualCycle.objects.select_for_update(no_key=True, of=("self",)).select_related("node", "follows").get(
        pk=cycle.pk
    )  # fmt: skip


def locked_draft(cycle: AnnualCycle, expected: int | None = None) -> AnnualCycle:
    """The locked row of a draft. Raises Refused when it is none (any more), Conflict when it has been changed."""
    found = locked(cycle)
    if found.deleted_at is not None:
        raise Refused(_("The draft has been deleted. Put it back first."))
    if found.state != CycleState.DRAFT:
        raise Refused(_("The year is published already. Nothing was changed."))
    if expected is not None and found.version != expected:
        raise Conflict(found)
    return found


@action
def delete_draft(*, cycle: AnnualCycle, expected: int, by: Person | None) -> AnnualCycle:
    """Take a draft away; it can be put back for 30 days. Raises as `publish`."""
    found = locked_draft(cycle, expected)
    save_version(found, expected=expected, fields={"deleted_at": timezone.now()})
    audit.record(Event.CYCLE_CHANGED, by=by, node=found.node, about=found, details={"deleted": True})
    return found


@action
def restore_draft(*, cycle: AnnualCycle, by: Person | None) -> AnnualCycle:
    """Put a deleted draft back. Raises Refused after 30 days, or where a new one has taken its place."""
    found = locked(cycle)
    if found.deleted_at is None:
        return found
    if found.deleted_at < timezone.now() - dt.timedelta(days=UNDO_DAYS):
        raise Refused(_("It was deleted more than 30 days ago and can no longer be put back."))
    taken = _("There is a year of this wheel for %(period)s already.") % {"period": found.period}
    with unless_taken(taken, "cycle_once_a_wheel"):
        save_version(found, expected=found.version, fields={"deleted_at": None})
    audit.record(Event.CYCLE_CHANGED, by=by, node=found.node, about=found, details={"restored": True})
    return found
