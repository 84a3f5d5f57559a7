"""Who answers for a task today, read from the roles of the day: it moves by itself the day somebody leaves.

Whoever the place has named, as long as they hold a role at, above or within it; else those who hold the activity's role
at the place, else the nearest above it who do; else those who answer for the place, else those above.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from styrkedja.access.queries import role_name
from styrkedja.dialogues.leaders import ANSWERING
from styrkedja.organisation.models import Assignment, Person
from styrkedja.organisation.tree import Tree, valid_on
from styrkedja.wheel.models import Activity, Task

SHOWN = 3  # names; more are counted


class Held(NamedTuple):
    """A role somebody active holds today at a node; forms: of those school forms alone, where there are any."""

    person: Person
    node: UUID
    role: str
    forms: frozenset[str]


class Roles:
    """Who holds what at the nodes asked about and above them today. One query, then memory."""

    def __init__(self, tree: Tree, nodes: Iterable[UUID], roles: Iterable[str], people: Collection[UUID] = ()) -> None:
        self.tree = tree
        self._above: dict[UUID, list[UUID]] = {}
        around = {pk for node in nodes for pk in self.line(node)}
        held = Q(node__any_of=around, role__in={*roles, *ANSWERING})
        rows = Assignment.objects.filter(
            held | Q(person__in=people) if people else held, valid_on(tree.day), person__is_active=True
        )
        self._at: dict[tuple[UUID, str], list[Held]] = defaultdict(list)
        self._of: dict[UUID, set[UUID]] = defaultdict(set)
        self._people: dict[UUID, Person] = {}
        for row in rows.select_related("person").order_by("valid_from", "created_at"):
            one = Held(row.person, row.node_id, row.role, frozenset(row.school_forms))
            self._at[(row.node_id, row.role)].append(one)
            self._of[row.person_id].add(row.node_id)
            self._people[row.person_id] = row.person
        self._answers: dict[tuple[UUID, str, tuple[str, ...]], list[Person]] = {}

    def line(self, node: UUID) -> list[UUID]:
        """The node and those above it, from the bottom up; of one that is closed, itself alone."""
        if node not in self._above:
            line, above = [node], self.tree.parents.get(node)
            while above is not None:
                line.append(above)
                above = self.tree.parents.get(above)
            self._above[node] = line
        return self._above[node]

    def still_there(self, person: UUID, node: UUID) -> bool:
        """Do they hold any role today at the node, above it or within it?"""
        at = self._of.get(person, set())
        return bool(at & set(self.line(node))) or any(node in self.line(one) for one in at if one in self.tree.nodes)

    def of(self, activity: Activity, node: UUID, holder: UUID | None) -> list[Person]:
        """Who answers for the task of an activity that a node has, and perhaps has named somebody for."""
        if holder and self.still_there(holder, node):
            return [self._people[holder]]
        return self.answering(node, activity.role, activity.school_forms)

    def answering(self, node: UUID, role: str, forms: Sequence[str]) -> list[Person]:
        """Those who answer there for what is the role's to do."""
        asked = (node, role, tuple(forms))
        if asked not in self._answers:
            self._answers[asked] = self._nearest(node, [role], forms) or self._nearest(node, ANSWERING, forms)
        return self._answers[asked]

    def _nearest(self, node: UUID, roles: Sequence[str], forms: Sequence[str]) -> list[Person]:
        wanted = set(forms)
        for place in self.line(node):
            held = [one for role in roles for one in self._at.get((place, role), ())]
            fitting = [one.person for one in held if not one.forms or not wanted or one.forms & wanted]
            if fitting:
                return list(dict.fromkeys(fitting))
        return []


def responsible_of(tasks: Collection[Task], tree: Tree) -> dict[UUID, list[Person]]:
    """Who answers for each task, by its id; of some nobody. One query, if their activities have been read."""
    holders = {task.holder_id for task in tasks if task.holder_id}
    roles = Roles(tree, {task.node_id for task in tasks}, {task.activity.role for task in tasks}, holders)
    return {task.pk: of_task(task, roles) for task in tasks}


def of_task(task: Task, roles: Roles) -> list[Person]:
    return roles.of(task.activity, task.node_id, task.holder_id)


def words(people: Sequence[Person], activity: Activity) -> str:
    """Their names; where there is nobody, the role, and that nobody has it."""
    if not people:
        return _("%(role)s (nobody has the role)") % {"role": role_name(activity.role)}
    names = ", ".join(person.name for person in people[:SHOWN])
    more = len(people) - SHOWN
    return _("%(names)s and %(count)s more") % {"names": names, "count": more} if more > 0 else names
