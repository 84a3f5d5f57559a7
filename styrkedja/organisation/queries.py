"""Reading the chain and its people."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from styrkedja.core.sorting import swedish_key

from .models import Assignment, Node, NodeKind, Organiser, Person, Placement, Succession
from .tree import Tree, valid_on


def people_with_roles() -> list[dict[str, Any]]:
    """Active people by e-mail: [{"email", "name", "roles": [{"role", "node"}]}], roles as held today. Two queries."""
    today = timezone.localdate()
    held: dict[Any, list[dict[str, str]]] = {}
    for a in Assignment.objects.filter(valid_on(today)).select_related("node").order_by("role", "node__name"):
        held.setdefault(a.person_id, []).append({"role": a.role, "node": a.node.name})
    return [
        {"email": p.email, "name": p.name, "roles": held.get(p.pk, [])}
        for p in Person.objects.filter(is_active=True).order_by("email")
    ]


def node_by_code(code: str) -> Node | None:
    """The active node a code names: a statistical code, or `huvudman` for the installation's own organiser.

    An empty code names nothing, though most nodes have none.
    """
    if code == "huvudman":
        organiser = Organiser.objects.select_related("root").first()
        return organiser.root if organiser else None
    return Node.objects.filter(statistical_code=code, valid_to=None).first() if code else None


def standing_above(node_id: UUID, tree: Tree) -> tuple[Node | None, Node | None]:
    """A node of any day, and the nearest node of `tree` it hangs or last hung under (itself not counted).

    (None, None) for an unknown id; the second is None when nothing of `tree` stands above.
    """
    node = Node.objects.filter(pk=node_id).first()
    if node is None:
        return None, None
    return node, _nearest(node_id, _last_places(), tree)


def closed_under(tree: Tree) -> list[tuple[Node, Node]]:
    """The nodes that are closed on the tree's day, each with the nearest node of the tree it hung under. Two queries at
    most.
    """
    closed = list(Node.objects.filter(valid_to__lt=tree.day))
    parents = _last_places() if closed else {}
    return [(node, above) for node in closed if (above := _nearest(node.pk, parents, tree))]


def _last_places() -> dict[UUID, UUID]:
    return dict(Placement.objects.order_by("valid_from").values_list("node_id", "parent_id"))  # the last place wins


def _nearest(node_id: UUID, parents: dict[UUID, UUID], tree: Tree) -> Node | None:
    above, seen = parents.get(node_id), {node_id}
    while above is not None and above not in tree.nodes and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return tree.nodes.get(above) if above else None


def gone_and_coming(node: Node, today: dt.date) -> list[Node]:
    """Nodes that hung or will hang directly under `node` but are not there today; by first day."""
    ids = Placement.objects.filter(parent=node).values("node_id")
    return list(Node.objects.filter(pk__in=ids).exclude(valid_on(today)).order_by("valid_from", "name"))


def origins(node: Node) -> list[Succession]:
    """What the node came from, earliest first."""
    return list(Succession.objects.filter(successor=node).select_related("predecessor").order_by("date"))


def successions(node: Node) -> list[Succession]:
    """What carried on after the node, earliest first."""
    return list(Succession.objects.filter(predecessor=node).select_related("successor").order_by("date"))


def roles_at(node: Node, today: dt.date) -> dict[str, list[Assignment]]:
    """Roles held directly at the node: {"now", "coming", "ended"}, by person's name. One query."""
    found: dict[str, list[Assignment]] = {"now": [], "coming": [], "ended": []}
    for a in Assignment.objects.filter(node=node).select_related("person"):
        found["coming" if a.valid_from > today else "ended" if a.valid_to and a.valid_to < today else "now"].append(a)
    for roles in found.values():
        roles.sort(key=lambda a: swedish_key(a.person.name))
    return found


def branch(tree: Tree, *, text: str = "", form: str = "") -> dict[str, Any] | None:
    """The tree as nested {"node", "hit", "below": [...]}, from the root; None when nothing is found.

    With a filter only hits and what stands above them: `text` is looked for in names and codes whatever the case,
    `form` among school forms.
    """
    root = tree.root()
    wanted = text.strip().casefold()

    def grow(node: Node) -> dict[str, Any] | None:
        below = [grown for child in tree.children(node.pk) if (grown := grow(child))]
        hit = wanted in f"{node.name} {node.statistical_code}".casefold() and (not form or form in node.school_forms)
        return {"node": node, "hit": hit, "below": below} if hit or below else None

    return grow(root) if root else None


def other_nodes(tree: Tree, node: Node) -> list[Node]:
    """Nodes of the same kind that could follow or precede `node`, by name."""
    same = (n for n in tree.nodes.values() if n.kind == node.kind and n.pk != node.pk)
    return sorted(same, key=lambda n: swedish_key(n.name))


def units_by_code(today: dt.date) -> dict[str, Node]:
    """Every unit with a code that is there today or is still to come; keyed by code."""
    units = Node.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today), kind=NodeKind.UNIT)
    return {n.statistical_code: n for n in units.exclude(statistical_code="").order_by("valid_from")}
