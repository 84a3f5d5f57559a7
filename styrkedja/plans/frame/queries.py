"""Reading the frame: decisions that hold, those that held, and how this organiser works. *Vart ska vi?*"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from styrkedja.core import periods
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import Tree, valid_on
from styrkedja.plans.models import Decision, DecisionKind, PlanSettings


def decision(decision_id: UUID) -> Decision:
    """With node, unit, and the decisions beside it. Raises Http404."""
    beside = ("node", "addressed_to", "entered_by", "above__node", "replaces", "replaced_by")
    found = Decision.objects.select_related(*beside).filter(pk=decision_id).first()
    if found is None:
        raise Http404
    return found


def node_of_decision(decision_id: UUID, **_: Any) -> Node:
    """Who decided, for `@requires`. Raises Http404."""
    return decision(decision_id).node


def holds_on(day: dt.date) -> Q:
    """Decisions that hold on a day: one that is replaced holds until the other takes over."""
    return valid_on(day) & (Q(replaced_by=None) | Q(replaced_by__valid_from__gt=day))


def day_in(period: str, today: dt.date) -> dt.date:
    """The day a period is looked at: today while it runs, else the day of it that lies nearest."""
    first, last = periods.bounds(period)
    return min(max(today, first), last)


def decisions_of(node: Node, today: dt.date) -> dict[str, list[Decision]]:
    """The node's decisions, latest first: {"now", "coming", "earlier"}. One query."""
    found: dict[str, list[Decision]] = {"now": [], "coming": [], "earlier": []}
    listed = Decision.objects.filter(node=node).select_related("addressed_to", "replaced_by", "above")
    for one in listed:
        found[state_of(one, today)].append(one)
    return found


def state_of(found: Decision, today: dt.date) -> str:
    """ "now", "coming" or "earlier". Two that replace each other are told apart by `replaced_by`, read beside it."""
    after = getattr(found, "replaced_by", None)
    if after is not None and (after.valid_from <= today or after.valid_from <= found.valid_from):
        return "earlier"
    if found.valid_from > today:
        return "coming"
    return "earlier" if found.valid_to is not None and found.valid_to < today else "now"


def from_above(tree: Tree, node: Node, day: dt.date) -> list[Decision]:
    """What holds for a node on a day: decided here or above, and assignments given to it or its unit.

    Assignments first, then from the top down, latest first within a node. One query.
    """
    line = [n.pk for n in tree.ancestors(node.pk)] + [node.pk]
    unit = tree.unit_of(node.pk)
    given = Q(addressed_to__in=[node.pk, *([unit.pk] if unit else [])])
    decided = Q(node__in=line) & ~Q(kind=DecisionKind.ASSIGNMENT)
    found = Decision.objects.filter(holds_on(day), given | decided).select_related("node", "addressed_to")
    rank = {pk: place for place, pk in enumerate(line)}
    return sorted(found, key=lambda d: (d.kind != DecisionKind.ASSIGNMENT, rank.get(d.node_id, len(rank))))


def that_may_be_carried_out(tree: Tree, node: Node, today: dt.date) -> list[Decision]:
    """Decisions here and above that a new one of the node's may carry out."""
    line = [n.pk for n in tree.ancestors(node.pk)] + [node.pk]
    return list(Decision.objects.filter(holds_on(today), node__in=line).select_related("node"))


def that_may_be_replaced(node: Node) -> QuerySet[Decision]:
    return Decision.objects.filter(node=node, replaced_by=None)


def above_and_below(found: Iterable[UUID]) -> QuerySet[Decision]:
    return Decision.objects.filter(above__in=list(found)).select_related("node")


def settings() -> PlanSettings:
    """How this organiser works; as it is from the start until somebody has changed it."""
    return PlanSettings.objects.first() or PlanSettings()
