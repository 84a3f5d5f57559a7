"""The chain as it stood on a day, read in two queries and walked in memory.

An organiser has hundreds of nodes, not millions: one small read answers every question of a request
(ancestors for the breadcrumb, descendants for a scope) without a query per level.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from styrkedja.core.sorting import swedish_key

from .models import FormerFacts, FormerName, Node, NodeKind, Placement

FACTS = ("school_forms", "statistical_kind", "statistical_code")  # of a node, dated like its name


def valid_on(day: dt.date, prefix: str = "") -> Q:
    """Rows that hold on `day`, by their valid_from and valid_to."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to": None}) | Q(**{f"{prefix}valid_to__gte": day})
    )


@dataclass(frozen=True)
class Tree:
    """Nodes and edges of one day."""

    day: dt.date
    nodes: dict[UUID, Node]
    parents: dict[UUID, UUID]
    below: dict[UUID, list[UUID]] = field(default_factory=dict)

    def root(self) -> Node | None:
        return next((n for n in self.nodes.values() if n.pk not in self.parents and n.kind == NodeKind.COUNCIL), None)

    def parent(self, node_id: UUID) -> Node | None:
        above = self.parents.get(node_id)
        return self.nodes.get(above) if above else None

    def ancestors(self, node_id: UUID) -> list[Node]:
        """From the root down to the node's parent; the node itself is not among them."""
        chain: list[Node] = []
        above = self.parent(node_id)
        while above is not None:
            chain.append(above)
            above = self.parent(above.pk)
        return chain[::-1]

    def children(self, node_id: UUID) -> list[Node]:
        """By name, Swedish order."""
        nodes = [self.nodes[i] for i in self.below.get(node_id, [])]
        return sorted(nodes, key=lambda n: swedish_key(n.name))

    def descendants(self, node_id: UUID) -> Iterator[Node]:
        """Depth first, by name; the node itself is not among them."""
        for child in self.children(node_id):
            yield child
            yield from self.descendants(child.pk)

    def units(self, node_id: UUID) -> list[Node]:
        """Every unit at or below the node, by name."""
        here = self.nodes.get(node_id)
        found = [n for n in self.descendants(node_id) if n.kind == NodeKind.UNIT]
        if here is not None and here.kind == NodeKind.UNIT:
            found.append(here)
        return sorted(found, key=lambda n: swedish_key(n.name))

    def unit_of(self, node_id: UUID) -> Node | None:
        """The unit a node is or lies in; None above the units."""
        here = self.nodes.get(node_id)
        line = [*self.ancestors(node_id), *([here] if here else [])]
        return next((n for n in line if n.kind == NodeKind.UNIT), None)

    def subtree(self, roots: Iterable[UUID]) -> set[UUID]:
        """Ids of the roots and of everything below them."""
        found: set[UUID] = set()
        waiting = [i for i in roots if i in self.nodes]
        while waiting:
            node_id = waiting.pop()
            if node_id not in found:
                found.add(node_id)
                waiting.extend(self.below.get(node_id, []))
        return found


def tree_on(day: dt.date) -> Tree:
    """The chain on `day`, with the names, school forms and codes of that day. Two queries, however many nodes."""
    nodes = {n.pk: n for n in nodes_on(day)}
    edges = Placement.objects.filter(valid_on(day)).values_list("node_id", "parent_id")
    parents = {child: parent for child, parent in edges if child in nodes and parent in nodes}
    below: dict[UUID, list[UUID]] = defaultdict(list)
    for child, parent in parents.items():
        below[parent].append(child)
    return Tree(day=day, nodes=nodes, parents=parents, below=dict(below))


def nodes_on(day: dt.date) -> list[Node]:
    """The nodes that are there on `day`, each as it was then: its name, its school forms and its code."""
    found = Node.objects.filter(valid_on(day))
    if day >= timezone.localdate():
        return list(found)
    fields: dict[str, type[FormerName] | type[FormerFacts]] = {"name": FormerName, **dict.fromkeys(FACTS, FormerFacts)}
    then = {f"{field}_then": _then(kept, field, day) for field, kept in fields.items()}
    nodes: list[Node] = list(found.annotate(**then))
    for node in nodes:
        for name in fields:
            setattr(node, name, getattr(node, f"{name}_then"))
    return nodes


def _then(kept: type[FormerName] | type[FormerFacts], field: str, day: dt.date) -> Coalesce:
    """What the field said on the day: the first former row that ends on it or later, else what it says now."""
    former = kept._default_manager.filter(node=OuterRef("pk"), until__gte=day, **{f"{field}__isnull": False})
    return Coalesce(Subquery(former.order_by("until").values(field)[:1]), F(field))
