"""The year as one node sees it, made of activities and their tasks: its own, those of the nodes above, and those below.

What a unit or team has added of its own stands there and below it, and nowhere above. As many queries whatever the
number of places: of what lies below only counts are read, and the ids they are counted by.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.queries import role_name
from styrkedja.core.addresses import addresses
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree
from styrkedja.wheel import checks
from styrkedja.wheel.checks.reading import kept, said
from styrkedja.wheel.checks.showing import Shown
from styrkedja.wheel.entries import Entry, EntryState
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task

from . import responsible
from .below import Below, standing
from .concerns import Concerns
from .responsible import Roles

RING = {
    NodeKind.COUNCIL: "committee",
    NodeKind.COMMITTEE: "committee",
    NodeKind.ADMINISTRATION: "administration",
    NodeKind.UNIT: "unit",
    NodeKind.TEAM: "team",
    NodeKind.GROUP: "team",
}
At = Callable[[UUID], str]  # the address of the page of an id
ENDED = {"done": EntryState.DONE, "carried": EntryState.CARRIED, "dropped": EntryState.DROPPED}


def ring_of(kind: str) -> str:
    return RING[NodeKind(kind)]


def entries_of(tree: Tree, node: Node, cycles: Collection[AnnualCycle], today: dt.date | None = None) -> list[Entry]:
    """Every activity of the years that concerns the node, in the order of the year; at a unit and in it also of what
    is done above only what concerns that unit.

    One entry for each task of the node and of the nodes above it; of what lies below one for each activity, which is a
    task of its own where there is a single place. A draft has no tasks: one entry for each activity.
    """
    day = today or timezone.localdate()
    line = [*(n.pk for n in tree.ancestors(node.pk)), node.pk]
    activities = _activities(cycles, line)
    below = standing(activities.values(), tree.subtree([node.pk]) - {node.pk})
    tasks = _tasks(activities, line, [pk for pk, one in below.items() if one.places == 1], tree, node.pk)
    left_out = _left_out(tree, node, activities)
    tasks = [task for task in tasks if task.activity_id not in left_out or tree.unit_of(task.node_id)]
    shown = checks.shown(_wanted(tasks, below), cycles, day)
    roles = Roles(tree, {t.node_id for t in tasks}, {a.role for a in activities.values()}, _holders(tasks))
    task_at, activity_at = addresses("wheel:task"), addresses("wheel:activity", node.pk)
    found = [_of_task(task, roles, shown, day, task_at) for task in tasks]
    found += [
        _of_many(activities[pk], one, node, shown, day, activity_at) for pk, one in below.items() if one.places > 1
    ]
    drafted = (one for one in activities.values() if one.cycle.state == CycleState.DRAFT)
    found += [_of_draft(one, node, activity_at) for one in drafted if one.pk not in left_out]
    return sorted(found, key=lambda e: (e.starts, e.ends, RINGS_OUT[e.ring], e.activity.number, e.title))


RINGS_OUT = {"committee": 0, "administration": 1, "unit": 2, "team": 3}


def _activities(cycles: Iterable[AnnualCycle], line: Collection[UUID]) -> dict[UUID, Activity]:
    """Those of the years' own node and of the nodes on the way down. One query."""
    by_id = {one.pk: one for one in cycles}
    found = {one.pk: one for one in Activity.objects.filter(cycle__any_of=by_id, node__any_of=line)}
    for one in found.values():
        one.cycle = by_id[one.cycle_id]
    return found


def _left_out(tree: Tree, node: Node, activities: dict[UUID, Activity]) -> set[UUID]:
    """Those that do not concern the unit the node is or lies in, though somebody above it may have tasks of them; above
    the units none. One query.
    """
    unit = tree.unit_of(node.pk)
    if unit is None:
        return set()
    concerns = Concerns(tree, {one.cycle_id for one in activities.values()})
    return {pk for pk, one in activities.items() if not concerns.unit(one, unit)}


def _tasks(
    activities: dict[UUID, Activity], line: list[UUID], alone: list[UUID], tree: Tree, node_id: UUID
) -> list[Task]:
    """The tasks of the node and those above, and of what is one place's below. One query."""
    of = Q(activity__any_of=activities)
    wanted = of & Q(node__any_of=line)
    if alone:
        wanted |= Q(activity__any_of=alone, node__any_of=tree.subtree([node_id]))
    found = list(Task.objects.filter(wanted).select_related("holder"))
    for task in found:
        task.activity = activities[task.activity_id]
        if task.node_id in tree.nodes:
            task.node = tree.nodes[task.node_id]
    return found


def _wanted(tasks: Iterable[Task], below: dict[UUID, Below]) -> checks.Wanted:
    places: dict[UUID, frozenset[str]] = {pk: one.open for pk, one in below.items()}
    stands: dict[str, str] = {}
    for one in below.values():
        stands.update(one.stands)
    for task in tasks:
        if not task.outcome and task.activity.cancelled_at is None:
            places[task.activity_id] = places.get(task.activity_id, frozenset()) | {str(task.original_id)}
            if task.node_id != task.original_id:
                stands[str(task.original_id)] = str(task.node_id)
    return checks.Wanted(places, stands)


def _holders(tasks: Iterable[Task]) -> set[UUID]:
    return {task.holder_id for task in tasks if task.holder_id}


def _of_task(task: Task, roles: Roles, shown: Shown, day: dt.date, task_at: At) -> Entry:
    activity = task.activity
    evidence = shown.get(activity.pk, {}).get(str(task.original_id))
    done = said(evidence) if evidence else kept(task) if task.outcome == "done" else None
    return Entry(
        activity=activity,
        node=task.node,
        ring=ring_of(task.node.kind),
        state=state_of(task, day, done=done is not None),
        responsible=responsible.words(responsible.of_task(task, roles), activity),
        url=task_at(task.pk),
        task=task,
        done=done,
        places_done=int(done is not None),
    )


def state_of(task: Task, day: dt.date, *, done: bool) -> EntryState:
    """How far a task has come: what has been decided, else what the work shows, else its days."""
    if task.activity.cancelled_at:
        return EntryState.CANCELLED
    if task.outcome:
        return ENDED[task.outcome]
    return EntryState.DONE if done else by_its_days(task.activity, day)


def by_its_days(activity: Activity, day: dt.date) -> EntryState:
    """Of what is not done."""
    if activity.ends < day:
        return EntryState.LATE
    return EntryState.ONGOING if activity.starts <= day else EntryState.COMING


def _of_many(activity: Activity, held: Below, node: Node, shown: Shown, day: dt.date, activity_at: At) -> Entry:
    done = held.done + len(held.open & shown.get(activity.pk, {}).keys())
    left = held.places - done - held.carried - held.dropped
    late = left if activity.ends < day and not activity.cancelled_at else 0
    return Entry(
        activity=activity,
        node=node,
        ring=ring_of(activity.level),
        state=_state_of_many(activity, held, done, left, day),
        responsible=role_name(activity.role),
        url=activity_at(activity.pk),
        places=held.places,
        places_done=done,
        places_late=late,
    )


def _state_of_many(activity: Activity, held: Below, done: int, left: int, day: dt.date) -> EntryState:
    if activity.cancelled_at:
        return EntryState.CANCELLED
    if left:
        return by_its_days(activity, day)
    if done:
        return EntryState.DONE
    return EntryState.CARRIED if held.carried else EntryState.DROPPED


def _of_draft(activity: Activity, node: Node, activity_at: At) -> Entry:
    return Entry(
        activity=activity,
        node=node,
        ring=ring_of(activity.level),
        state=EntryState.CANCELLED if activity.cancelled_at else EntryState.COMING,
        responsible=role_name(activity.role),
        url=activity_at(activity.pk),
        places=0,
    )


def activity_page(node: Node, activity: Activity) -> str:
    return reverse("wheel:activity", args=[node.pk, activity.pk])


__all__ = ["entries_of", "ring_of", "state_of"]
