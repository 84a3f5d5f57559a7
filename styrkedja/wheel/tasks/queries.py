"""Reading one task: what stands on its page, and what this person may do there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.core import periods
from styrkedja.core.sorting import swedish_key
from styrkedja.organisation.models import Assignment, Node, NodeKind, Person
from styrkedja.organisation.tree import Tree, valid_on
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task, WheelSettings

from .responsible import responsible_of

WORKS = (P.WHEEL_ADD, P.WHEEL_PLAN)


def task(task_id: UUID) -> Task:
    """Raises Http404."""
    found = Task.objects.select_related(
        "activity__cycle", "activity__node", "node", "holder", "carried_to", "outcome_by"
    )
    return get_object_or_404(found, pk=task_id)


def node_of(task_id: UUID, **_: Any) -> Node:
    """The place a task is of, for `@requires`. Raises Http404."""
    return task(task_id).node


def works_on(access: Access, found: Task, people: list[Person] | None = None) -> bool:
    """May the person tick it, add to it and name who does it: who answers for it, or leads or plans there."""
    if access.reaches(found.node_id, *WORKS):
        return True
    answers = people if people is not None else responsible_of([found], access.tree)[found.pk]
    return access.person in answers


def worked_on(access: Access, found: Task) -> None:
    """Raises Http404 or PermissionDenied where the person may not."""
    if not works_on(access, found):
        visible_node(access, found.node_id, WORKS, any_day=True)


def people_at(access: Access, node: Node) -> list[Person]:
    """Who can be named: those with a role today at the place, within it, or at the nearest above; by name."""
    nodes = access.tree.subtree([node.pk]) if node.kind in (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP) else {node.pk}
    above = access.tree.parent(node.pk)
    held = Assignment.objects.filter(
        valid_on(timezone.localdate()),
        node__any_of={*nodes, *([above.pk] if above else [])},
        person__is_active=True,
    )
    found = {a.person_id: a.person for a in held.select_related("person")}
    return sorted(found.values(), key=lambda person: swedish_key(person.name))


def taking_part(activity: Activity) -> list[str]:
    """In words: "Rektor (enhet)"."""
    labels = dict(NodeKind.choices)
    return [
        f"{role_name(one['role'])} ({str(labels.get(one['level'], one['level'])).lower()})" for one in _named(activity)
    ]


def _named(activity: Activity) -> list[dict[str, str]]:
    return [one for one in activity.participants if isinstance(one, dict) and {"role", "level"} <= one.keys()]


def activity_at(access: Access, node: Node, activity_id: UUID) -> Activity:
    """An activity of a published year that a node or those below it have a part in. Raises Http404."""
    line = [node.pk, *(n.pk for n in access.tree.ancestors(node.pk))]
    found = get_object_or_404(Activity.objects.select_related("cycle", "node"), pk=activity_id, node__any_of=line)
    if found.cycle.state == CycleState.DRAFT and not access.reaches(found.cycle.node_id, P.WHEEL_PLAN):
        raise Http404
    return found


def cycles_at(access: Access, node: Node) -> list[AnnualCycle]:
    """As `cycles_of`, in today's chain."""
    return cycles_of(access.tree, node)


def cycles_of(tree: Tree, node: Node) -> list[AnnualCycle]:
    """The years a node works by, its own and those of the nodes above, published or closed; the latest first."""
    line = [node.pk, *(n.pk for n in tree.ancestors(node.pk))]
    years = AnnualCycle.objects.filter(node__any_of=line, state__in=(CycleState.PUBLISHED, CycleState.CLOSED))
    return list(years.order_by("-period", "published_at"))


def plans_all(access: Access) -> bool:
    """Does the person plan the year of the whole organiser?"""
    root = access.tree.root()
    return root is not None and access.can(P.WHEEL_PLAN, root)


def settings() -> WheelSettings:
    """The organiser's; those a row would have where there is none yet."""
    return WheelSettings.objects.first() or WheelSettings()


def current(cycles: Sequence[AnnualCycle], today: dt.date) -> AnnualCycle | None:
    """Of years, the latest first: the one today lies in; else the latest that has begun; else the nearest to begin."""
    bounds = {one.pk: periods.bounds(one.period) for one in cycles}
    here = [one for one in cycles if bounds[one.pk][0] <= today <= bounds[one.pk][1]]
    begun = [one for one in cycles if bounds[one.pk][0] <= today]
    return next(iter([*here, *begun, *reversed(cycles)]), None)
