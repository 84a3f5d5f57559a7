"""A person's tasks of the year: those they answer for, and those they take part in. For lists and calendar."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from styrkedja.access.gate import Access
from styrkedja.dialogues.leaders import ANSWERING, led
from styrkedja.organisation.models import Node
from styrkedja.wheel import checks
from styrkedja.wheel.entries import EntryState
from styrkedja.wheel.models import Activity, CycleState, Task, TaskOutcome

from .reading import by_its_days
from .responsible import Roles, of_task

AHEAD = dt.timedelta(days=60)
TASKS = ("activity__cycle", "node", "holder")
BULKY = tuple(f"activity__{name}_{language}" for name in ("about", "before", "leaves") for language in ("sv", "en"))


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


def duties_of(access: Access, ahead: dt.timedelta = AHEAD) -> list[TaskDuty]:
    """What is not done: late, going on, or beginning within so many days; the latest first."""
    last = access.today + ahead
    mine, beside = tasks_of(access, last=last)
    shown = checks.evidence_of([*mine, *beside], access.today) if mine or beside else {}
    found = [
        TaskDuty(task.activity, task.node, task, by_its_days(task.activity, access.today), answers)
        for tasks, answers in ((mine, True), (beside, False))
        for task in tasks
        if task.pk not in shown and (answers or task.activity.ends >= access.today)
    ]
    found += [
        TaskDuty(one, None, None, by_its_days(one, access.today), mine=False)
        for one in taking_part_below(access, last=last)
        if one.ends >= access.today
    ]
    return sorted(found, key=lambda one: (one.due, one.activity.title))


def tasks_of(
    access: Access, *, first: dt.date | None = None, last: dt.date | None = None, whole: bool = False
) -> tuple[list[Task], list[Task]]:
    """(those the person answers for, those they take part in) of published years, that begin by `last` and do not end
    before `first`. Whether they are done is not looked at. Three queries, two where nobody is led.

    whole: with all the words of their activities, and also what is cancelled, and done and in years that are closed.
    """
    if not access.assignments:
        return [], []
    near = Q(node__any_of=_own_and_unled(access)) | Q(holder=access.person)
    for role, places in _places_by_role(access).items():
        near |= Q(activity__role=role, node__any_of=access.tree.subtree(places))
    part = _taking_part(access)
    ended = ("", TaskOutcome.DONE) if whole else ("",)
    within = _within(first, last, "activity__", whole=whole) & Q(outcome__in=ended)
    tasks = list(Task.objects.filter(within & (near | part)).select_related(*TASKS).defer(*(() if whole else BULKY)))
    roles = Roles(
        access.tree,
        {t.node_id for t in tasks},
        {t.activity.role for t in tasks},
        {t.holder_id for t in tasks if t.holder_id},
    )
    mine = [task for task in tasks if access.person in of_task(task, roles)]
    held = {task.pk for task in mine}
    beside = [task for task in tasks if task.pk not in held and _takes_part(access, task)]
    return mine, beside


def _within(first: dt.date | None, last: dt.date | None, prefix: str = "", *, whole: bool = False) -> Q:
    of = Q(**{f"{prefix}cycle__state": CycleState.PUBLISHED, f"{prefix}cancelled_at": None})
    if whole:
        of = Q(**{f"{prefix}cycle__state__in": (CycleState.PUBLISHED, CycleState.CLOSED)})
    if last:
        of &= Q(**{f"{prefix}starts__lte": last})
    if first:
        of &= Q(**{f"{prefix}ends__gte": first})
    return of


def _places_by_role(access: Access) -> dict[str, list[UUID]]:
    held: dict[str, list[UUID]] = {}
    for one in access.assignments:
        held.setdefault(one.role, []).append(one.node_id)
    return held


def _own_and_unled(access: Access) -> set[UUID]:
    """The nodes the person answers for, and those below that nobody nearer does."""
    tree = access.tree
    leads = [a.node_id for a in access.assignments if a.role in ANSWERING]
    below = tree.subtree(leads) - set(leads)
    answered = led(below) if below else set()
    found, waiting = set(leads), list(leads)
    while waiting:
        for child in tree.below.get(waiting.pop(), ()):
            if child not in answered and child not in found:
                found.add(child)
                waiting.append(child)
    return found


def _taking_part(access: Access) -> Q:
    """Tasks at the person's places and above them, that name their role at its level among those who take part."""
    of = Q(pk__in=[])
    for one in access.assignments:
        named = [{"role": one.role, "level": access.tree.nodes[one.node_id].kind}]
        line = [one.node_id, *(n.pk for n in access.tree.ancestors(one.node_id))]
        of |= Q(activity__participants__contains=named, node__any_of=line)
    return of


def _takes_part(access: Access, task: Task) -> bool:
    for one in access.assignments:
        named = {"role": one.role, "level": access.tree.nodes[one.node_id].kind}
        line = {one.node_id, *(n.pk for n in access.tree.ancestors(one.node_id))}
        if named in task.activity.participants and task.node_id in line:
            return True
    return False


def taking_part_below(
    access: Access, *, first: dt.date | None = None, last: dt.date | None = None, whole: bool = False
) -> list[Activity]:
    """Activities of many places below that the person takes part in: each once, however many the places. One query.

    whole: as of `tasks_of`.
    """
    of = Q(pk__in=[])
    for one in access.assignments:
        below = access.tree.subtree([one.node_id]) - {one.node_id}
        if below:
            named = [{"role": one.role, "level": access.tree.nodes[one.node_id].kind}]
            task = Task.objects.filter(activity=OuterRef("pk"), node__any_of=below)
            of |= Q(participants__contains=named) & Exists(task)
    if not of:
        return []
    return list(Activity.objects.filter(of, _within(first, last, whole=whole)).select_related("cycle"))
