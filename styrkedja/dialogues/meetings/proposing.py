"""What a new meeting begins from: the places it concerns, who is usually called, and the agenda of its kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from styrkedja.core.sorting import swedish_key
from styrkedja.organisation.models import Assignment, Node, NodeKind, Person
from styrkedja.organisation.tree import Tree, valid_on

from .catalogue import LONGEST_TITLE, Concerns, Kind, Where

BELOW = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)
OPENING_MINUTES = 10


@dataclass(frozen=True)
class Candidate:
    """Somebody who can be called, for which node; usual: one of those the kind usually calls."""

    person: Person
    node: Node
    role: str
    usual: bool


def places(tree: Tree, node: Node) -> list[Node]:
    """What a meeting of a node can concern: what lies above the units in its line and below it, and the units below;
    of a unit or team itself and what lies in it."""
    if node.kind in BELOW:
        return [node, *tree.descendants(node.pk)]
    above = top(tree, node)
    line = [n for n in (*tree.ancestors(node.pk), node, *tree.descendants(node.pk)) if n.pk in above]
    return [*line, *tree.units(node.pk)]


def usually_concerned(tree: Tree, node: Node, kind: Kind) -> list[Node]:
    """What is chosen to begin with: every unit below, or the node itself; of a kind where one chooses, nothing."""
    if node.kind in BELOW or kind.concerns == Concerns.OWN:
        return [node]
    return tree.units(node.pk) or [node] if kind.concerns == Concerns.ALL else []


def title(kind: Kind, concerned: Sequence[Node]) -> str:
    """What a meeting is called that nobody has named: a dialogue with one place by the place."""
    if kind.concerns == Concerns.ONE and len(concerned) == 1:
        return f"{kind.name} {concerned[0].name}"[:LONGEST_TITLE].strip()
    return kind.name


def top(tree: Tree, node: Node) -> set[UUID]:
    """The nodes above the units in the node's line and below it."""
    line = {node.pk, *(n.pk for n in tree.ancestors(node.pk)), *tree.subtree([node.pk])}
    return {pk for pk in line if tree.nodes[pk].kind not in BELOW}


def candidates(tree: Tree, node: Node, kind: Kind, concerned: Iterable[Node]) -> list[Candidate]:
    """Everybody who holds a role in the node's line or below it today; each once, the usual role first. One query."""
    nodes = [n.pk for n in concerned]
    reach = {Where.TOP: top(tree, node), Where.CONCERNED: set(nodes), Where.WITHIN: tree.subtree(nodes)}
    usual = {(called.role, pk) for called in kind.called for pk in reach[called.where]}
    around = {node.pk, *(n.pk for n in tree.ancestors(node.pk)), *tree.subtree([node.pk]), *tree.subtree(nodes)}
    held = Assignment.objects.filter(valid_on(tree.day), node__any_of=around, person__is_active=True)
    found: dict[UUID, Candidate] = {}
    for a in held.select_related("person").order_by("valid_from", "pk"):
        one = Candidate(a.person, tree.nodes[a.node_id], a.role, (a.role, a.node_id) in usual)
        before = found.get(a.person_id)
        if before is None or (one.usual and not before.usual):
            found[a.person_id] = one
    return sorted(found.values(), key=lambda c: (swedish_key(c.node.name), swedish_key(c.person.name)))


@dataclass(frozen=True)
class NewPoint:
    """opening: it goes through what was agreed last time."""

    title: str
    text: str
    minutes: int | None
    opening: bool = False


def opening() -> NewPoint:
    text = _("Go through what was agreed last time: what is done, what is not, and what did it lead to?")
    return NewPoint(_("Since the last meeting"), text, OPENING_MINUTES, opening=True)


def agenda(kind: Kind, *, follows: bool) -> list[NewPoint]:
    """The points to begin from, in the language of whoever plans; what was agreed last time opens them."""
    points = [NewPoint(p.title, p.text, p.minutes) for p in kind.agenda]
    return [opening(), *points] if follows else points
