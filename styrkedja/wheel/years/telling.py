"""Whom a change in the year concerns, and telling them: those who answer for it, and those who take part.

Who takes part is read as their own lists read it (`wheel/tasks/duties`), the other way round: from activity to people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils import timezone

from styrkedja.organisation import mailing
from styrkedja.organisation.models import Assignment, Mail, Node, Person
from styrkedja.organisation.tree import Tree, tree_on, valid_on
from styrkedja.wheel.models import Activity, AnnualCycle, Task
from styrkedja.wheel.tasks.concerns import Concerns
from styrkedja.wheel.tasks.responsible import responsible_of


@dataclass(frozen=True)
class Part:
    """What somebody has to do with a change: for which place, and the page where they read it."""

    place: Node
    path: str


@dataclass(frozen=True)
class Concerned:
    """Whom a change concerns today: the places whose task is open, and people, each with the parts they have in it."""

    nodes: frozenset[UUID]
    answering: dict[Person, tuple[Part, ...]]
    beside: dict[Person, tuple[Part, ...]]  # those who take part and answer for nothing of it

    @property
    def places(self) -> int:
        return len(self.nodes)

    @property
    def people(self) -> dict[Person, tuple[Part, ...]]:
        return {**self.answering, **self.beside}

    def but(self, person: Person | None) -> Concerned:
        """The others: nobody is told of what they do themselves."""
        answering = {one: parts for one, parts in self.answering.items() if one != person}
        return Concerned(self.nodes, answering, {one: parts for one, parts in self.beside.items() if one != person})

    def __or__(self, later: Concerned) -> Concerned:
        """The people of both, with the later parts of those who have some in both; the places of the later."""
        answering = {**self.answering, **later.answering}
        beside = {**self.beside, **later.beside}
        return Concerned(later.nodes, answering, {p: parts for p, parts in beside.items() if p not in answering})


def concerned(activity: Activity, tree: Tree | None = None) -> Concerned:
    """By the open tasks of an activity as it is written here, saved or not. Queries independent of the people."""
    rows = activity.tasks.filter(outcome="").select_related("node", "holder")
    return concerned_by(activity, list(rows.order_by("node__name")), tree)


def concerned_by(activity: Activity, tasks: list[Task], tree: Tree | None = None) -> Concerned:
    """As `concerned`, by tasks that may not be made yet."""
    chain = tree or tree_on(timezone.localdate())
    for task in tasks:
        task.activity = activity
    answering = _answering(tasks, chain)
    beside = _taking_part(activity, tasks, chain)
    return Concerned(
        frozenset(task.node_id for task in tasks),
        answering,
        {person: parts for person, parts in beside.items() if person not in answering},
    )


def _answering(tasks: Iterable[Task], tree: Tree) -> dict[Person, tuple[Part, ...]]:
    held = list(tasks)
    found: dict[Person, list[Part]] = defaultdict(list)
    people = responsible_of(held, tree)
    for task in held:
        for person in people[task.pk]:
            found[person].append(Part(task.node, reverse("wheel:task", args=[task.pk])))
    return {person: tuple(parts) for person, parts in found.items()}


def _taking_part(activity: Activity, tasks: list[Task], tree: Tree) -> dict[Person, tuple[Part, ...]]:
    """Those with a role it names, at a place of the level it names that has a task on the way up, or below it."""
    named = {(one["role"], one["level"]) for one in activity.participants}
    pages = _pages(activity, tasks, tree) if named else {}
    levels = {level for _role, level in named}
    at = [pk for pk in pages if tree.nodes[pk].kind in levels]
    if not at:
        return {}
    rows = Assignment.objects.filter(
        valid_on(tree.day), node__any_of=at, role__in={role for role, _level in named}, person__is_active=True
    ).select_related("person")
    concerns = Concerns(tree, [activity.cycle_id])
    found: dict[Person, list[Part]] = defaultdict(list)
    for row in rows.order_by("person__name", "created_at"):
        node = tree.nodes[row.node_id]
        if (row.role, node.kind) in named and concerns.role(activity, row):
            found[row.person].append(Part(node, pages[node.pk]))
    return {person: tuple(dict.fromkeys(parts)) for person, parts in found.items()}


def _pages(activity: Activity, tasks: Iterable[Task], tree: Tree) -> dict[UUID, str]:
    """Where each place within the activity's reads of it: at the nearest task above, or of all those below."""
    at = {task.node_id: reverse("wheel:task", args=[task.pk]) for task in tasks}
    above = {up.pk for pk in at for up in tree.ancestors(pk)}
    found: dict[UUID, str] = {}
    for pk in tree.subtree([activity.node_id]):
        nearest = next((up for up in (pk, *(n.pk for n in reversed(tree.ancestors(pk)))) if up in at), None)
        if nearest is not None:
            found[pk] = at[nearest]
        elif pk in above:
            found[pk] = reverse("wheel:activity", args=[pk, activity.pk])
    return found


def tell(activity: Activity, told: Concerned, what: str, by: Person | None) -> None:
    """One mail to each but who did it: of which places, and where to read what it is about. `what`: a `wheel/email`."""
    _send(activity.node, activity.cycle, told.but(by).people, what)


def tell_of_tasks(cycle: AnnualCycle, tasks: Iterable[Task], what: str, by: Person | None) -> None:
    """As `tell`, to those who answer for these tasks: "carried" (those of the later year), "dropped", "reopened".

    `activity` and `node` should come with the tasks. Two queries and the mail, however many.
    """
    answering = _answering(tasks, tree_on(timezone.localdate()))
    _send(cycle.node, cycle, Concerned(frozenset(), answering, {}).but(by).people, what)


def _send(who: Node, cycle: AnnualCycle, people: Mapping[Person, tuple[Part, ...]], what: str) -> None:
    said = {"node": who.name, "period": cycle.period}
    mailing.send_each(
        kind=Mail.NEWS,
        template=f"wheel/email/{what}",
        letters=[
            mailing.Letter(person, parts[0].path, {**said, "place": parts[0].place.name, "more": _more(parts)})
            for person, parts in people.items()
        ],
    )


def _more(parts: tuple[Part, ...]) -> str:
    """How many places beside the first; "" for none."""
    others = len({part.place.pk for part in parts}) - 1
    return str(others) if others else ""
