"""A person's tasks of the year: those they answer for, and those they take part in. For lists and calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q

from styrkedja.access.gate import Access
from styrkedja.dialogues.leaders import ANSWERING, led
from styrkedja.organisation.models import Assignment, Node, NodeKind
from styrkedja.wheel import checks
from styrkedja.wheel.checks.showing import window_of
from styrkedja.wheel.entries import EntryState
from styrkedja.wheel.models import Activity, CycleState, Task, TaskOutcome

from .concerns import Concerns
from .reading import by_its_days
from .responsible import Roles, of_task

AHEAD = dt.timedelta(days=60)
RIVALS = dt.timedelta(days=500)  # how long ago something of a closed year may have ended to make work its own still
BULKY = tuple(f"{name}_{language}" for name in ("about", "before", "leaves") for language in ("sv", "en"))
WITHIN_A_UNIT = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)


@dataclass(frozen=True)
class TaskDuty:
    """One task of somebody's. mine: they answer for it; else they take part. node: None of what many places below do.

    task: None where it stands for the tasks of many places below.
    """

    activity: Activity
    node: Node | None
    task: Task | None
    state: EntryState
    mine: bool

    @property
    def due(self) -> dt.date:
        return self.activity.ends


def duties_of(access: Access, ahead: dt.timedelta = AHEAD, answered: Collection[UUID] | None = None) -> list[TaskDuty]:
    """What is not done: late, going on, or beginning within so many days; the latest first.

    answered: the nodes below that somebody answers for, where that has been read already.
    """
    if not access.assignments:
        return []
    today, last = access.today, access.today + ahead
    own = _own_and_unled(access, answered)
    activities = _activities(access, own, whole=False)
    near = [one for one in activities.values() if one.cycle.state == CycleState.PUBLISHED and one.starts <= last]
    concerns = _concerns(access, activities)
    mine, beside = _sorted(access, _tasks(access, own, near, activities, ("",), concerns), concerns)
    windows = map(window_of, activities.values())
    shown = checks.evidence_of([*mine, *beside], today, windows) if mine or beside else {}
    found = [
        TaskDuty(task.activity, task.node, task, by_its_days(task.activity, today), answers)
        for tasks, answers in ((mine, True), (beside, False))
        for task in tasks
        if task.pk not in shown and task.activity.starts <= last and (answers or task.activity.ends >= today)
    ]
    answered_for = {task.activity_id for task in mine}
    found += [
        TaskDuty(one, None, None, by_its_days(one, today), mine=False)
        for one in _below(access, near, concerns)
        if one.ends >= today and one.pk not in answered_for
    ]
    return sorted(found, key=lambda one: (one.due, one.activity.title))


class Theirs(NamedTuple):
    """mine: tasks the person answers for. beside: those they take part in. below: activities of many places below that
    they take part in, each once, however many the places.
    """

    mine: list[Task]
    beside: list[Task]
    below: list[Activity]


def all_of(access: Access, first: dt.date) -> Theirs:
    """What does not end before `first`, with all its words; also what is cancelled, and done and in years that are
    closed. Whether it is done is not looked at. Five queries.
    """
    if not access.assignments:
        return Theirs([], [], [])
    own = _own_and_unled(access, None)
    activities = _activities(access, own, whole=True)
    near = [one for one in activities.values() if one.ends >= first]
    concerns = _concerns(access, activities)
    ended = ("", TaskOutcome.DONE)
    mine, beside = _sorted(access, _tasks(access, own, near, activities, ended, concerns), concerns)
    return Theirs(
        [t for t in mine if t.activity.ends >= first],
        [t for t in beside if t.activity.ends >= first],
        _below(access, near, concerns),
    )


def _own_and_unled(access: Access, answered: Collection[UUID] | None) -> set[UUID]:
    """The nodes the person answers for, and those below that nobody nearer does."""
    tree = access.tree
    leads = [a.node_id for a in access.assignments if a.role in ANSWERING]
    below = tree.subtree(leads) - set(leads)
    if answered is None:
        answered = led(below) if below else ()
    found, waiting = set(leads), list(leads)
    while waiting:
        for child in tree.below.get(waiting.pop(), ()):
            if child not in answered and child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _activities(access: Access, own: set[UUID], *, whole: bool) -> dict[UUID, Activity]:
    """Those of the years the person's places work by, and what the places have added. One query.

    Of closed years what may have made the work of this one its own; `whole`: everything of them.
    """
    nodes = set(own)
    for one in access.assignments:
        nodes |= _line(access, one.node_id)
        if access.tree.nodes[one.node_id].kind in WITHIN_A_UNIT:
            nodes |= access.tree.subtree([one.node_id])
    closed = Q(cycle__state=CycleState.CLOSED)
    if not whole:
        closed &= Q(ends__gte=access.today - RIVALS)
    found = Activity.objects.filter(Q(cycle__state=CycleState.PUBLISHED) | closed, node__any_of=nodes)
    if whole:  # hundreds share a year or two
        return {one.pk: one for one in found.defer("done_with").prefetch_related("cycle")}
    found = found.filter(cancelled_at=None).defer(*BULKY)
    return {one.pk: one for one in found.select_related("cycle")}


def _concerns(access: Access, activities: dict[UUID, Activity]) -> Concerns:
    return Concerns(access.tree, {one.cycle_id for one in activities.values()})


def _line(access: Access, node_id: UUID) -> set[UUID]:
    """The node and those above it."""
    return {node_id, *(n.pk for n in access.tree.ancestors(node_id))}


def _tasks(
    access: Access,
    own: set[UUID],
    near: list[Activity],
    activities: dict[UUID, Activity],
    ended: tuple[str, ...],
    concerns: Concerns,
) -> list[Task]:
    """Tasks of these activities that may be the person's, and all they are named for. One query, seldom two."""
    of = Q(holder=access.person) | Q(node__any_of=own, activity__any_of=[one.pk for one in near])
    for one in access.assignments:
        roles = [a.pk for a in near if a.role == one.role]
        part = [a.pk for a in near if _is_part(access, one, a, concerns)]
        if roles:
            of |= Q(activity__any_of=roles, node__any_of=access.tree.subtree([one.node_id]))
        if part:
            of |= Q(activity__any_of=part, node__any_of=_line(access, one.node_id))
    tasks = list(Task.objects.filter(of, outcome__in=ended).select_related("holder"))
    others = {task.activity_id for task in tasks} - activities.keys()
    if others:  # named for what another unit has added
        more = Activity.objects.filter(pk__in=others, cycle__state=CycleState.PUBLISHED, cancelled_at=None)
        activities |= {one.pk: one for one in more.select_related("cycle")}
    known = [task for task in tasks if task.activity_id in activities]
    for task in known:
        task.activity = activities[task.activity_id]
        if task.node_id in access.tree.nodes:
            task.node = access.tree.nodes[task.node_id]
    return known


def _is_part(access: Access, held: Assignment, activity: Activity, concerns: Concerns) -> bool:
    """Is the role named among those who take part, in something that concerns it?"""
    named = {"role": held.role, "level": access.tree.nodes[held.node_id].kind}
    return named in activity.participants and concerns.role(activity, held)


def _sorted(access: Access, tasks: list[Task], concerns: Concerns) -> tuple[list[Task], list[Task]]:
    """(those the person answers for, those they take part in). One query."""
    roles = Roles(
        access.tree,
        {t.node_id for t in tasks},
        {t.activity.role for t in tasks},
        {t.holder_id for t in tasks if t.holder_id},
    )
    mine = [task for task in tasks if access.person in of_task(task, roles)]
    held = {task.pk for task in mine}
    return mine, [task for task in tasks if task.pk not in held and _takes_part(access, task, concerns)]


def _takes_part(access: Access, task: Task, concerns: Concerns) -> bool:
    return any(
        task.node_id in _line(access, one.node_id) and _is_part(access, one, task.activity, concerns)
        for one in access.assignments
    )


def _below(access: Access, near: list[Activity], concerns: Concerns) -> list[Activity]:
    """Those of places below that name a role of the person's among those who take part."""
    found: dict[UUID, Activity] = {}
    for one in access.assignments:
        line = _line(access, one.node_id)
        parts = [a for a in near if a.node_id in line and _is_part(access, one, a, concerns)]
        if parts:
            below = access.tree.subtree([one.node_id]) - {one.node_id}
            levels = {access.tree.nodes[pk].kind for pk in below}
            found |= {a.pk: a for a in parts if a.level in levels}
    return list(found.values())
