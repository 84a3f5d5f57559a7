"""Which units an activity concerns: those that take part in its year and have one of its school forms."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg

from styrkedja.organisation.models import Assignment, Node, NodeKind
from styrkedja.organisation.tree import Tree
from styrkedja.wheel.checks.showing import text
from styrkedja.wheel.models import Activity, CycleUnit
from styrkedja.wheel.years.places import meets


class Concerns:
    """Asked of activities of these years. One query, when it is first needed."""

    def __init__(self, tree: Tree, cycles: Collection[UUID]) -> None:
        self._tree, self._cycles = tree, cycles
        self._around: dict[UUID, list[Node]] = {}

    @cached_property
    def _joined(self) -> dict[UUID, set[str]]:
        """The units of each year."""
        rows = CycleUnit.objects.filter(cycle__any_of=self._cycles).order_by().values_list("cycle")
        return {pk: set(at.split(",")) for pk, at in rows.annotate(at=StringAgg(text("node"), ","))}

    def unit(self, activity: Activity, unit: Node) -> bool:
        """Has the activity anything to do with the unit?"""
        return meets(unit, activity.school_forms) and str(unit.pk) in self._joined.get(activity.cycle_id, ())

    def role(self, activity: Activity, held: Assignment) -> bool:
        """Has it with a role somebody holds: with one of the units it is held in or over, and with the role's forms?"""
        if not (
            _share(held.school_forms, activity.school_forms) and _share(held.school_forms, activity.cycle.school_forms)
        ):
            return False
        units = self._units_around(held.node_id)
        return not units or any(self.unit(activity, unit) for unit in units)

    def _units_around(self, node: UUID) -> list[Node]:
        """The unit a node lies in; of one above the units those below it."""
        if node not in self._around:
            unit, below = self._tree.unit_of(node), self._tree.subtree([node])
            within = (self._tree.nodes[pk] for pk in below)
            self._around[node] = [unit] if unit else [one for one in within if one.kind == NodeKind.UNIT]
        return self._around[node]


def _share(some: Collection[str], others: Collection[str]) -> bool:
    """Is a school form among both? Where none are named it is all of them."""
    return not some or not others or not set(some).isdisjoint(others)
