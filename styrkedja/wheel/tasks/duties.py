"""A person's tasks of the year: those they answer for, and those they take part in. For lists and calendar."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from styrkedja.access.gate import Access
from styrkedja.dialogues.leaders import ANSWERING, led
from styrkedja.organisation.models import Assignment, Node, NodeKind
from styrkedja.wheel import checks
from styrkedja.wheel.checks.showing import window_of
from styrkedja.wheel.entries import EntryState
from styrkedja.wheel.models import Activity, CycleState, Task, TaskOutcome

from .concerns import Concerns
from .reading import by_its_days
from .responsible import Roles

AHEAD = dt.timedelta(days=60)
RIVALS = dt.timedelta(days=500)  # how long ago something of a closed year may have ended to make work its own still
BULKY = tuple(f"{name}_{language}" for name in ("about", "before", "leaves") for language in ("sv", "en"))
WORDS = ("title", "about", "before", "leaves", "routine")
UNSAID = (  # what no calendar says of an activity
    "process", "number", "routine_sv", "public", "continues", "created_by", "created_at", "changed_by", "version",
)  # fmt: skip
WITHIN_A_UNIT = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)


class Held(Protocol):
    """What says whose a task is: of a model, or of a row."""

    @property
    def activity_id(self) -> UUID: ...
    @property
    def node_id(self) -> UUID: ...
    @property
    def holder_id(self) -> UUID | None: ...


AnyTask = TypeVar("AnyTask", bound=Held)


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
    tasks = _tasks(access, _which(access, own, near, concerns), activities)
    mine, beside = _sorted(access, tasks, activities, concerns)
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


class TaskRow(NamedTuple):
    """A task as a calendar needs it: there are hundreds, fetched all day. place: the name of its node."""

    pk: UUID
    activity_id: UUID
    node_id: UUID
    holder_id: UUID | None
    note: str
    changed_at: dt.datetime
    place: str


class Theirs(NamedTuple):
    """tasks: by activity, those the person answers for or takes part in. answers: the activities of which they answer
    for one. below: those of many places below that they take part in, each once, however many the places.
    """

    tasks: list[tuple[Activity, list[TaskRow]]]
    answers: set[UUID]
    below: list[Activity]


def all_of(access: Access, first: dt.date) -> Theirs:
    """What does not end before `first`, with all its words; also what is cancelled, and done and in years that are
    closed. Whether it is done is not looked at. Six queries.
    """
    if not access.assignments:
        return Theirs([], set(), [])
    own = _own_and_unled(access, None)
    activities = _activities(access, own, whole=True)
    near = [one for one in activities.values() if one.ends >= first]
    concerns = _concerns(access, activities)
    found = Task.objects.filter(_which(access, own, near, concerns), outcome__in=("", TaskOutcome.DONE))
    rows = [TaskRow._make(row) for row in found.values_list(*TaskRow._fields[:-1], "node__name")]
    _named_elsewhere(rows, activities)
    mine, beside = _sorted(access, rows, activities, concerns)
    by_activity: dict[UUID, list[TaskRow]] = defaultdict(list)
    for row in (*mine, *beside):
        by_activity[row.activity_id].append(row)
    return Theirs(
        [(activities[pk], held) for pk, held in by_activity.items() if activities[pk].ends >= first],
        {row.activity_id for row in mine},
        [one for one in _below(access, near, concerns) if one.pk not in by_activity],
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
        return {one.pk: one for one in found.defer(*UNSAID, *_other_language()).prefetch_related("cycle")}
    found = found.filter(cancelled_at=None).defer(*BULKY)
    return {one.pk: one for one in found.select_related("cycle")}


def _other_language() -> list[str]:
    """Words nobody reads: the English, for those who read Swedish. Who reads English may get the Swedish."""
    return [f"{name}_en" for name in WORDS] if (get_language() or "sv").startswith("sv") else []


def _concerns(access: Access, activities: dict[UUID, Activity]) -> Concerns:
    return Concerns(access.tree, {one.cycle_id for one in activities.values()})


def _line(access: Access, node_id: UUID) -> set[UUID]:
    """The node and those above it."""
    return {node_id, *(n.pk for n in access.tree.ancestors(node_id))}


def _which(access: Access, own: set[UUID], near: list[Activity], concerns: Concerns) -> Q:
    """Tasks of these activities that may be the person's, and all they are named for."""
    part_in, held = Q(), Q(node__any_of=own)
    for one in access.assignments:
        held |= Q(activity__role=one.role, node__any_of=access.tree.subtree([one.node_id]))
        if part := [a.pk for a in near if _is_part(access, one, a, concerns)]:
            part_in |= Q(activity__any_of=part, node__any_of=_line(access, one.node_id))
    return Q(holder=access.person) | Q(activity__any_of=[one.pk for one in near]) & held | part_in


def _tasks(access: Access, which: Q, activities: dict[UUID, Activity]) -> list[Task]:
    """Those that are not ended. One query, seldom two."""
    tasks = list(Task.objects.filter(which, outcome="").select_related("holder"))
    _named_elsewhere(tasks, activities)
    known = [task for task in tasks if task.activity_id in activities]
    for task in known:
        task.activity = activities[task.activity_id]
        if task.node_id in access.tree.nodes:
            task.node = access.tree.nodes[task.node_id]
    return known


def _named_elsewhere(tasks: Iterable[Held], activities: dict[UUID, Activity]) -> None:
    """Adds the activities of other units that somebody is named for; mostly there are none, and nothing is read."""
    others = {task.activity_id for task in tasks} - activities.keys()
    if others:
        more = Activity.objects.filter(pk__in=others, cycle__state=CycleState.PUBLISHED, cancelled_at=None)
        activities |= {one.pk: one for one in more.select_related("cycle")}


def _is_part(access: Access, held: Assignment, activity: Activity, concerns: Concerns) -> bool:
    """Is the role named among those who take part, in something that concerns it?"""
    named = {"role": held.role, "level": access.tree.nodes[held.node_id].kind}
    return named in activity.participants and concerns.role(activity, held)


def _sorted(
    access: Access, tasks: Sequence[AnyTask], activities: dict[UUID, Activity], concerns: Concerns
) -> tuple[list[AnyTask], list[AnyTask]]:
    """(those the person answers for, those they take part in), of activities that are known. One query."""
    known = [(task, activities[task.activity_id]) for task in tasks if task.activity_id in activities]
    roles = Roles(
        access.tree,
        {task.node_id for task, _activity in known},
        {activity.role for _task, activity in known},
        {task.holder_id for task, _activity in known if task.holder_id},
    )
    lines = [(one, _line(access, one.node_id)) for one in access.assignments]
    mine: list[AnyTask] = []
    beside: list[AnyTask] = []
    for task, activity in known:
        if access.person in roles.of(activity, task.node_id, task.holder_id):
            mine.append(task)
        elif any(task.node_id in line and _is_part(access, one, activity, concerns) for one, line in lines):
            beside.append(task)
    return mine, beside


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
