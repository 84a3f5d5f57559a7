"""Reading goals: one by one, those of a node and period, what comes from above, and needs that wait for a goal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.models import Analysis
from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import periods
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import Tree
from styrkedja.plans.frame.queries import settings
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.initiatives.queries import NeedChoice, answering, needs_for
from styrkedja.plans.models import (
    ClosedPeriod,
    Decision,
    DecisionKind,
    Goal,
    GoalNeed,
    GoalState,
    Initiative,
    InitiativeState,
)

from .transitions import authority

READ_PROPOSAL = (P.PLAN_READ_DRAFT, P.PLAN_WRITE, P.PLAN_DECIDE)
READ = (P.PLAN_READ, *READ_PROPOSAL)


def goals() -> QuerySet[Goal]:
    """With what stands beside a goal on a page."""
    beside = ("node", "above__node", "decision__node", "continues", "decided_by", "closed_by", "changed_by")
    return Goal.objects.select_related(*beside)


def goal(goal_id: UUID, rows: QuerySet[Goal] | None = None) -> Goal:
    """Also a deleted proposal, which can be put back. Raises Http404."""
    found = (goals() if rows is None else rows).filter(pk=goal_id).first()
    if found is None:
        raise Http404
    return found


def alone() -> QuerySet[Goal]:
    """With its node, without all that stands beside it on its own page."""
    return Goal.objects.select_related("node")


def node_of(goal_id: UUID, **_: Any) -> Node:
    """The node that answers for a goal today, for `@requires`. Raises Http404."""
    return answering(goal(goal_id, alone()).node, None)


def goal_to_read(access: Access, goal_id: UUID, rows: QuerySet[Goal] | None = None) -> Goal:
    """Proposals are their writers' and leaders' (invariant 19). Raises Http404 or PermissionDenied."""
    found = goal(goal_id, rows)
    if found.state == GoalState.PROPOSED:
        visible_node(access, answering(found.node, None).pk, READ_PROPOSAL, any_day=True)
    return found


def reads_proposals(access: Access, node: Node) -> bool:
    return access.reaches(node.pk, *READ_PROPOSAL)


def may_decide(access: Access, node: Node) -> bool:
    """May decide and close goals of the node (invariant 2)."""
    return access.can(authority(node.kind), node)


# Periods.


def overlapping(period: str) -> list[str]:
    """The periods, school years and calendar years, that share a day with one; itself first."""
    year = periods.end_year(period)
    if periods.SCHOOL_YEAR.match(period):
        return [period, str(year - 1), str(year)]
    return [period, periods.school_year(year), periods.school_year(year + 1)]


def following(period: str) -> str:
    """The period after: "2026/27" after "2025/26", "2027" after "2026"."""
    year = periods.end_year(period) + 1
    return periods.school_year(year) if periods.SCHOOL_YEAR.match(period) else str(year)


def chosen_period(wanted: str, today: dt.date) -> str:
    """The period asked for, or the school year that runs."""
    return wanted if periods.is_period(wanted) else periods.school_year_on(today)


def periods_of(node: Node, chosen: str, today: dt.date) -> list[str]:
    """What one can look at: periods with goals, the school years around today, the one chosen; latest first."""
    year = periods.end_year(periods.school_year_on(today))
    near = {periods.school_year(y) for y in (year - 1, year, year + 1)}
    held = set(Goal.objects.filter(node=node, deleted_at=None).values_list("period", flat=True).distinct())
    return sorted(held | near | {chosen}, key=lambda p: (-periods.end_year(p), p))


def is_closed(node: Node, period: str) -> bool:
    return ClosedPeriod.objects.filter(node=node, period=period).exists()


# A node's goals.


def goals_of(node: Node, period: str, *, proposals: bool) -> list[Goal]:
    """The node's goals of a period, decided first; proposals only for those who may read them."""
    found = goals().filter(node=node, period=period, deleted_at=None).prefetch_related("national", "targets", "needs")
    if not proposals:
        found = found.exclude(state=GoalState.PROPOSED)
    order = {GoalState.DECIDED: 0, GoalState.PROPOSED: 1, GoalState.CLOSED: 2}
    return sorted(found, key=lambda g: order[GoalState(g.state)])


def goals_above(tree: Tree, node: Node, period: str) -> list[Goal]:
    """Decided goals at the nodes above that share a day with the period; from the top down."""
    line = [n.pk for n in tree.ancestors(node.pk)]
    found = Goal.objects.filter(node__in=line, period__in=overlapping(period), state=GoalState.DECIDED)
    return sorted(found.select_related("node"), key=lambda g: line.index(g.node_id))


def deleted_proposals(node: Node) -> list[Goal]:
    """Proposals that can be put back, latest deletion first."""
    since = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    return list(Goal.objects.filter(node=node, deleted_at__gt=since).order_by("-deleted_at"))


def waits_for_the_committee(node: Node, period: str) -> list[Goal]:
    """Proposals above the units, for the registrar who enters the committee's decision."""
    return list(goals().filter(node=node, period=period, state=GoalState.PROPOSED, deleted_at=None))


def committee_decisions(tree: Tree, node: Node, period: str) -> list[Decision]:
    """Decisions of the kind committee goal, here or above, that hold on some day of the period."""
    first, last = periods.bounds(period)
    line = [n.pk for n in tree.ancestors(node.pk)] + [node.pk]
    held = Q(valid_to=None) | Q(valid_to__gte=first)
    found = Decision.objects.filter(held, node__in=line, kind=DecisionKind.COMMITTEE_GOAL, valid_from__lte=last)
    return list(found.filter(replaced_by=None).select_related("node"))


# Needs.


def unanswered(node: Node, places: Places, period: str, *, proposals: bool) -> list[NeedChoice]:
    """Needs of the latest established analysis, up to the period, that no goal this reader may see answers."""
    needs = [n for n in needs_for(node, places) if _year(n) <= periods.end_year(period)]
    latest = max((_year(n) for n in needs), default=0)
    answers = GoalNeed.objects.filter(need__in=[n.need for n in needs], goal__deleted_at=None)
    if not proposals:
        answers = answers.exclude(goal__state=GoalState.PROPOSED)
    answered = {str(need) for need in answers.values_list("need", flat=True)}
    return [n for n in needs if _year(n) == latest and n.need not in answered]


def _year(need: NeedChoice) -> int:
    return periods.end_year(need.source.document.period)


# How much at once.


def load(node: Node, period: str) -> dict[str, Any]:
    """Active goals of the period and initiatives that run, beside what the organiser has set as many. Three queries."""
    limits = settings()
    active = Goal.objects.filter(node=node, period=period, state=GoalState.DECIDED).count()
    running = Initiative.objects.filter(
        node=node, state__in=[InitiativeState.DECIDED, InitiativeState.ONGOING], deleted_at=None
    ).count()
    return {
        "goals": active,
        "initiatives": running,
        "settings": limits,
        "too_many": active > limits.goals_at_most or running > limits.initiatives_at_most,
    }


def live_below(found: Goal) -> bool:
    """Something still stems from the goal: goals below it or initiatives."""
    return (
        Goal.objects.filter(above=found, deleted_at=None).exists()
        or Initiative.objects.filter(goal=found, deleted_at=None).exists()
    )


def analyses_of(version_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The analysis each document version belongs to, by version id. One query."""
    pairs = Analysis.objects.filter(document__versions__in=list(version_ids))
    return dict(pairs.values_list("document__versions", "pk"))
