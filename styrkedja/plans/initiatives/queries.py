"""Reading initiatives: one by one, what one may do with it, and what it can be built from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import UNDO_DAYS, needs_of
from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.models import Assignment, Node, NodeKind, Person
from styrkedja.organisation.tree import tree_on, valid_on
from styrkedja.plans.models import Activity, Goal, GoalState, Initiative, InitiativeState, PlanSettings

from .places import Places

READ = (P.PLAN_READ, P.PLAN_READ_DRAFT, P.PLAN_WRITE, P.PLAN_DECIDE)
READ_PROPOSAL = (P.PLAN_READ_DRAFT, P.PLAN_WRITE, P.PLAN_DECIDE)
WORK = (P.PLAN_WRITE, P.PLAN_DECIDE)
NEEDS_OF_YEARS = 3  # the latest so many established analyses whose needs can be chosen
UNITS_AND_TEAMS = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)


def initiatives() -> QuerySet[Initiative]:
    """With node, holder and goal; without what only the search reads."""
    return Initiative.objects.select_related("node", "holder", "goal", "decided_by", "ended_by")


def initiative(initiative_id: UUID) -> Initiative:
    """Also a deleted proposal, which can be put back. Raises Http404."""
    return get_object_or_404(initiatives(), pk=initiative_id)


def activity(found: Initiative, activity_id: UUID) -> Activity:
    return get_object_or_404(Activity.objects.select_related("person"), initiative=found, pk=activity_id)


def node_of(initiative_id: UUID, **_: Any) -> Node:
    """The node that answers for an initiative today, for `@requires`. Raises Http404."""
    node = initiative(initiative_id).node
    return answering(node, None)


def answering(node: Node, places: Places | None) -> Node:
    """The node itself or, where it is closed, the first that carries on after it."""
    today = timezone.localdate()
    if node.valid_to is None or node.valid_to >= today:
        return node
    standing = (places or Places(tree_on(today))).standing(node.pk)
    return standing[0] if standing else node


def readable(access: Access, found: Initiative, here: Node) -> None:
    """Proposals are their writers' and leaders' (invariant 19). Raises Http404 or PermissionDenied."""
    if found.state == InitiativeState.PROPOSED:
        visible_node(access, here.pk, READ_PROPOSAL, any_day=True)


def works_on(access: Access, found: Initiative, here: Node) -> bool:
    """May the person follow up and judge: who writes or decides at the node, or the one responsible."""
    return access.reaches(here.pk, *WORK) or is_holder(access, found, here)


def is_holder(access: Access, found: Initiative, here: Node) -> bool:
    """The one responsible, as long as they may read plans here: their roles have not ended."""
    return found.holder_id == access.person.pk and access.reaches(here.pk, P.PLAN_READ)


def follow_up_cycle() -> str:
    """The organiser's cycle."""
    chosen = PlanSettings.objects.first()
    return chosen.follow_up if chosen else PlanSettings.Cycle.TERM


# What an initiative is built from.


@dataclass(frozen=True)
class NeedChoice:
    """A need of an established analysis: the version it stands in, its id there, its words and causes."""

    source: DocumentVersion
    need: str
    text: str
    causes: list[str]

    @property
    def key(self) -> str:
        return f"{self.source.pk}:{self.need}"


def needs_for(node: Node, places: Places) -> list[NeedChoice]:
    """The needs of the latest established analyses of the node, for a team of its unit too; latest year first.

    Also those of what the node came from, as long as they are among the latest years'. Two queries.
    """
    nodes = {node.pk}
    tree = places.tree
    if node.pk in tree.nodes and (unit := tree.unit_of(node.pk)):
        nodes.add(unit.pk)
    found = (
        DocumentVersion.objects.filter(
            document__kind=DocumentKind.ANALYSIS, document__node__in=nodes, state=DocumentState.ESTABLISHED
        )
        .select_related("document__node")
        .order_by("document_id", "-number")
        .distinct("document_id")
    )
    latest = sorted(found, key=lambda v: v.document.period, reverse=True)
    years = sorted({v.document.period for v in latest}, reverse=True)[:NEEDS_OF_YEARS]
    return [
        NeedChoice(v, need["id"], need["text"], need["causes"])
        for v in latest
        if v.document.period in years
        for need in needs_of(v.body)
    ]


def possible_holders(node: Node, places: Places) -> list[Person]:
    """Active people with a role today at the node, above it or within it, by name."""
    held = Assignment.objects.filter(valid_on(places.tree.day), node__any_of=places.around(node.pk))
    people = Person.objects.filter(pk__in=held.values("person_id"), is_active=True)
    return sorted(people, key=lambda p: swedish_key(p.name))


def possible_participants(node: Node, places: Places) -> list[Node]:
    """Of a unit or team: itself and what lies in it; above the units: the units."""
    here = places.standing(node.pk)
    found: dict[Node, None] = {}
    for one in here:
        if one.kind in UNITS_AND_TEAMS:
            found |= dict.fromkeys([one, *places.tree.descendants(one.pk)])
        else:
            found |= dict.fromkeys(places.tree.units(one.pk))
    return list(found) or [node]


def possible_goals(node: Node, places: Places) -> list[Goal]:
    """Goals that are not closed, of the node and those above it; its own first."""
    found = Goal.objects.filter(node__in=places.at_or_above(node.pk), deleted_at=None).exclude(state=GoalState.CLOSED)
    decided = found.exclude(~Q(node=node), state=GoalState.PROPOSED).select_related("node")
    return sorted(decided, key=lambda g: (g.node_id != node.pk, swedish_key(g.node.name), swedish_key(g.title)))


def deleted_proposals(node: Node) -> list[Initiative]:
    """Proposals that can be put back, latest deletion first."""
    since = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    return list(initiatives().filter(node=node, deleted_at__gt=since).order_by("-deleted_at"))
