"""Which places an activity of a year concerns: each of them gets a task."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from styrkedja.core import periods
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree, tree_on
from styrkedja.wheel.models import Activity, AnnualCycle

ABOVE_UNITS = (NodeKind.COUNCIL, NodeKind.COMMITTEE, NodeKind.ADMINISTRATION)
OWN = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)  # kinds of places that add to a year


def day_of(period: str) -> dt.date:
    """The day whose chain a year is laid on: its first, or today once it has begun."""
    return max(timezone.localdate(), periods.bounds(period)[0])


def tree_of(cycle: AnnualCycle) -> Tree:
    return tree_on(day_of(cycle.period))


def left_out(cycle: AnnualCycle) -> set[UUID]:
    """Units that were there when a year was published, and take no part in it."""
    published = timezone.localdate(cycle.published_at) if cycle.published_at else timezone.localdate()
    there = tree_on(max(published, periods.bounds(cycle.period)[0])).units(cycle.node_id)
    return {unit.pk for unit in there} - set(cycle.units.values_list("node", flat=True))


def meets(node: Node, forms: Iterable[str]) -> bool:
    """Has the place one of the school forms? No forms: all places. A place without forms meets only that."""
    wanted = set(forms)
    return not wanted or bool(wanted & set(node.school_forms))


class Places:
    """The places of one year: the tree it is laid on and the units that take part. In memory."""

    def __init__(self, cycle: AnnualCycle, tree: Tree, units: Iterable[UUID]) -> None:
        self.cycle, self.tree = cycle, tree
        chosen = set(units)
        here = tree.nodes.get(cycle.node_id)
        self.at_or_below = [*([here] if here else []), *tree.descendants(cycle.node_id)]
        self.units = [n for n in self.at_or_below if n.kind == NodeKind.UNIT and n.pk in chosen]
        self._inside: dict[UUID, list[Node]] = {u.pk: list(tree.descendants(u.pk)) for u in self.units}
        self._known: dict[tuple[str, tuple[str, ...]], list[Node]] = {}

    def of(self, activity: Activity) -> list[Node]:
        """At the activity's level: places above the units, chosen units of its school forms, or what lies in those.

        Above the units it is done once: by the topmost place of the level, or for certain school forms by the place
        that leads those units; where no unit has them, by nobody. Where the chain has no place of the level, by the
        place the year is made for.
        """
        if activity.node_id != self.cycle.node_id:
            return self._own(activity)
        key = (activity.level, tuple(activity.school_forms))
        if key not in self._known:
            self._known[key] = self._inherited(*key)
        return self._known[key]

    def _inherited(self, level: str, forms: tuple[str, ...]) -> list[Node]:
        if level in ABOVE_UNITS:
            return self._above_units(level, forms)
        return [n for unit in self._led(forms) for n in self.within(unit, level)]

    def _above_units(self, level: str, forms: tuple[str, ...]) -> list[Node]:
        led, at_level = self._led(forms), [n for n in self.at_or_below if n.kind == level]
        if forms and not led:
            return []
        above = [[n for n in at_level if n in self.tree.ancestors(unit.pk)] for unit in led]
        found = {line[-1 if forms else 0].pk for line in above if line}
        return [n for n in at_level if n.pk in found] or at_level[:1] or self.at_or_below[:1]

    def _led(self, forms: tuple[str, ...]) -> list[Node]:
        return [unit for unit in self.units if meets(unit, forms)]

    def within(self, unit: Node, level: str) -> list[Node]:
        """The unit itself, or what lies in it at the level."""
        return [unit] if level == NodeKind.UNIT else [n for n in self._inside.get(unit.pk, []) if n.kind == level]

    def _own(self, activity: Activity) -> list[Node]:
        here = self.tree.nodes.get(activity.node_id)
        if here is None:
            return []
        return [n for n in (here, *self.tree.descendants(here.pk)) if n.kind == activity.level]


class Taking(Places):
    """The places of a published year as the chain stands today."""

    def __init__(self, cycle: AnnualCycle) -> None:
        super().__init__(cycle, tree_of(cycle), cycle.units.values_list("node", flat=True))

    def takes_part(self, node: Node) -> bool:
        """Is it a unit that takes part, or does it lie in one?"""
        unit = self.tree.unit_of(node.pk)
        return node.kind in OWN and unit is not None and unit in self.units
