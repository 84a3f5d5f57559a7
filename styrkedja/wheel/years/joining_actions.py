"""A unit, or a team within one, that comes when the year is published already: it gets what has not ended yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Node, NodeKind, Person
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, CycleUnit, Task

from . import places
from .changing_actions import locked_year
from .places import Taking
from .telling import tell_of_tasks

INSIDE = (NodeKind.TEAM, NodeKind.GROUP)


@action
def join(*, cycle: AnnualCycle, unit: Node, by: Person | None) -> int:
    """A unit comes into a published year, and those who answer for it are told. Returns how many tasks were made.

    Where it is the first of its school form, those who lead it above have tasks of that form from now on too. Raises
    Refused for a unit of another part of the chain, or one that takes part already.
    """
    found = locked_year(cycle)
    if found.units.filter(node=unit).exists():
        raise Refused(_("%(node)s takes part already.") % {"node": unit.name})
    CycleUnit.objects.create(cycle=found, node=unit, joined_at=timezone.now())
    where = Taking(found)
    if unit not in where.units:
        raise Refused(_("%(node)s has no part in this year.") % {"node": unit.name})
    coming = list(_ahead(found).filter(node=found.node_id))
    inside = {unit.pk, *(n.pk for n in where.tree.descendants(unit.pk))}
    wanted = [(a, n) for a in coming for n in where.of(a) if n.pk in inside or _of_its_form(a, unit)]
    tasks = _made(found, wanted, by)
    details = {"period": found.period, "unit": unit.pk, "tasks": len(tasks)}
    audit.record(Event.CYCLE_CHANGED, by=by, node=unit, about=found, details=details)
    return len(tasks)


def _of_its_form(activity: Activity, unit: Node) -> bool:
    """Is it done above the units, for school forms of which the unit has one?"""
    forms = activity.school_forms
    return activity.level in places.ABOVE_UNITS and bool(forms) and places.meets(unit, forms)


@action
def take_in_new_places(*, by: Person | None) -> int:
    """Teams and groups that have come into units taking part get what has not ended yet. Returns how many tasks.

    It runs every few minutes, and asks little where nothing is new.
    """
    today, made = timezone.localdate(), 0
    for cycle in AnnualCycle.objects.filter(state=CycleState.PUBLISHED).select_related("node").order_by("pk"):
        if periods.bounds(cycle.period)[1] < today or not _for_teams(cycle).exists():
            continue
        new = _new_places(cycle, Taking(cycle))
        if new:
            made += _take_in(cycle, new, by)
    return made


def _take_in(cycle: AnnualCycle, new: Collection[UUID], by: Person | None) -> int:
    found = locked_year(cycle)
    where = Taking(found)
    wanted = [(a, n) for a in _for_teams(found) for n in where.of(a) if n.pk in new]
    tasks = _made(found, wanted, by)
    if tasks:
        details = {"period": found.period, "places": sorted({str(t.node_id) for t in tasks}), "tasks": len(tasks)}
        audit.record(Event.CYCLE_CHANGED, by=by, node=found.node, about=found, details=details)
    return len(tasks)


def _new_places(cycle: AnnualCycle, where: Taking) -> set[UUID]:
    """Teams and groups of the units that take part, and have no task of the year."""
    there = {n.pk for unit in where.units for n in where.tree.descendants(unit.pk) if n.kind in INSIDE}
    known = Task.objects.filter(activity__cycle=cycle, node__any_of=there).order_by().values_list("node", flat=True)
    return there - set(known.distinct())


def _ahead(cycle: AnnualCycle) -> QuerySet[Activity]:
    """What has not ended, and is nobody's left over from an earlier year."""
    return cycle.activities.filter(cancelled_at=None, continues=None, ends__gte=timezone.localdate())


def _for_teams(cycle: AnnualCycle) -> QuerySet[Activity]:
    return _ahead(cycle).filter(level__in=INSIDE)


def _made(cycle: AnnualCycle, wanted: Iterable[tuple[Activity, Node]], by: Person | None) -> list[Task]:
    """Tasks for those who have none: what a place has taken over from another it has already."""
    pairs = list(wanted)
    nodes = {node.pk for _activity, node in pairs}
    held = Task.objects.filter(activity__any_of={activity.pk for activity, _node in pairs})
    held = held.filter(Q(node__any_of=nodes) | Q(original__any_of=nodes))
    have = {(a, place) for a, *at in held.values_list("activity", "node", "original") for place in at}
    tasks = [
        Task(activity=a, node=node, original=node, changed_by=by) for a, node in pairs if (a.pk, node.pk) not in have
    ]
    Task.objects.bulk_create(tasks)
    tell_of_tasks(cycle, tasks, "added", by)
    return tasks
