"""Where an initiative stands today: at its node or, where that is closed, with whoever carries on after it.

Units merge in mid-year; what they had begun goes on under the successor while its history stays where it was
(invariant 22). A closed node that nobody follows leaves its work to the node above: nothing is orphaned.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from uuid import UUID

from styrkedja.organisation.models import Node, Placement, Succession
from styrkedja.organisation.tree import Tree


class Places:
    """The tree of a day, and what has led to it. Two queries, and only when a closed node is asked about."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree

    @cached_property
    def _followed_by(self) -> dict[UUID, list[UUID]]:
        found: dict[UUID, list[UUID]] = defaultdict(list)
        for before, after in Succession.objects.order_by("date").values_list("predecessor_id", "successor_id"):
            found[before].append(after)
        return found

    @cached_property
    def _hung_under(self) -> dict[UUID, UUID]:
        """The last place of every node."""
        return dict(Placement.objects.order_by("valid_from").values_list("node_id", "parent_id"))

    def standing(self, node_id: UUID) -> list[Node]:
        """The nodes of the tree that answer for a node: itself, its successors (a split has two), or what is above."""
        return self._standing(node_id, frozenset())

    def _standing(self, node_id: UUID, seen: frozenset[UUID]) -> list[Node]:
        if node_id in self.tree.nodes:
            return [self.tree.nodes[node_id]]
        if node_id in seen:
            return []
        above = self._hung_under.get(node_id)
        onward = self._followed_by.get(node_id) or ([above] if above else [])
        found = [node for next_id in onward for node in self._standing(next_id, seen | {node_id})]
        return list(dict.fromkeys(found))

    def at_or_under(self, node: Node) -> set[UUID]:
        """Ids of the nodes whose initiatives are listed at a node: those below it, and closed ones it answers for."""
        gone = [i for i in self._hung_under if i not in self.tree.nodes]
        if node.pk not in self.tree.nodes:
            return {node.pk, *(i for i in gone if node.pk in self._line(i))}
        here = self.tree.subtree([node.pk])
        return here | {i for i in gone if any(n.pk in here for n in self.standing(i))}

    def _line(self, node_id: UUID) -> set[UUID]:
        """What a node last hung under, all the way up."""
        line: set[UUID] = set()
        above = self._hung_under.get(node_id)
        while above is not None and above not in line:
            line.add(above)
            above = self._hung_under.get(above)
        return line

    def at_or_above(self, node_id: UUID) -> set[UUID]:
        """Ids of the nodes whose goals an initiative of the node can serve."""
        found = set()
        for node in self.standing(node_id):
            found |= {node.pk, *(n.pk for n in self.tree.ancestors(node.pk))}
        return found

    def around(self, node_id: UUID) -> set[UUID]:
        """Ids of the nodes with a role at which one can be responsible for an initiative of the node: its own, those
        above, and those within it, as a team's leader leads what the whole unit does.
        """
        return self.at_or_above(node_id) | self.tree.subtree([node.pk for node in self.standing(node_id)])
