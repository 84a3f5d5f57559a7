"""Prioritised development areas of a year: each with its ground, its state, and the goals below that stem from it.

*Vart ska vi?* What is only proposed is read by those who read the meeting, or enter its decisions.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.dialogues.models import MeetingPerson, MeetingState, Proposal
from styrkedja.organisation.models import Node
from styrkedja.plans.frame.queries import day_in
from styrkedja.plans.goals import queries as goals
from styrkedja.plans.models import Decision, DecisionKind, Evaluation, Goal, GoalState, Initiative, InitiativeState

from . import grounds, queries
from .grounds import Shown

PRIORITY = DecisionKind.DEVELOPMENT_AREA
RUNNING = (InitiativeState.DECIDED, InitiativeState.ONGOING)


@dataclass
class GoalBelow:
    """A goal that stems from a priority, and how it goes."""

    goal: Goal
    running: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """ "2 insatser pågår; utvärderade: effekt 1, ingen effekt 1"."""
        if not self.running and not self.verdicts:
            return _("no initiatives yet")
        said = []
        if self.running:
            count = {"count": self.running}
            said.append(ngettext("%(count)s initiative runs", "%(count)s initiatives run", self.running) % count)
        if self.verdicts:
            names = dict(Evaluation.Verdict.choices)
            listed = ", ".join(f"{str(names[v]).lower()} {n}" for v, n in sorted(self.verdicts.items()))
            said.append(_("evaluated: %(listed)s") % {"listed": listed})
        return "; ".join(said)


@dataclass
class Priority:
    """proposal: None for a decision that was entered without one. decision: None while it is only proposed."""

    proposal: Proposal | None
    decision: Decision | None
    grounds: list[Shown]
    goals: list[GoalBelow] = field(default_factory=list)

    @property
    def title(self) -> str:
        return self.decision.title if self.decision else self.proposal.title if self.proposal else ""

    @property
    def node(self) -> Node | None:
        one = self.decision or self.proposal
        return one.node if one else None

    @property
    def period(self) -> str:
        return self.proposal.period if self.proposal else ""


def page(access: Access, node: Node, wanted: str) -> dict[str, Any]:
    """The priorities of a node and those above it in a period. A fixed number of queries."""
    period = goals.chosen_period(wanted, access.today)
    line = [*(n.pk for n in access.tree.ancestors(node.pk)), node.pk]
    proposed = _proposed(access, line, period)
    told = grounds.shown(access, proposed)
    found = [Priority(one, one.decision, told[one.pk]) for one in proposed]
    known = {one.decision_id for one in proposed if one.decision_id}
    found += [Priority(None, one, []) for one in _entered(line, period, access) if one.pk not in known]
    _add_goals(access, found)
    rank = {pk: place for place, pk in enumerate(line)}
    found.sort(key=lambda p: (p.decision is None, rank.get(p.node.pk, 0) if p.node else 0))  # stable: as proposed
    return {"priorities": found, "period": period, "periods": _periods(access, period), "mine": _mine(access, node)}


def _proposed(access: Access, line: list[UUID], period: str) -> list[Proposal]:
    """Decided ones; of the others those this person may read."""
    found = queries.proposals().filter(node__in=line, kind=PRIORITY, period__in=goals.overlapping(period))
    called = MeetingPerson.objects.filter(person=access.person).values("meeting")
    readers = access.nodes_ever_for(P.MEETING_READ, P.MEETING_CALL)
    enters = access.nodes_ever_for(P.DECISION_ENTER)
    open_to_me = (
        Q(meeting__node__any_of=readers) | Q(meeting__in=called if access.assignments else []) | Q(node__any_of=enters)
    )
    standing = Q(decision=None, withdrawn_at=None) & ~Q(meeting__state=MeetingState.CANCELLED) & open_to_me
    listed = found.filter(Q(decision__isnull=False) | standing).order_by("meeting__day", "meeting_id", "position")
    return list(listed)


def _entered(line: list[UUID], period: str, access: Access) -> list[Decision]:
    """Development areas that hold in the period, however they were entered; a replaced one has given way."""
    first, last = periods.bounds(period)
    holds = Q(valid_from__lte=last) & (Q(valid_to=None) | Q(valid_to__gte=first))
    day = day_in(period, access.today)
    replaced = Q(replaced_by__valid_from__lte=day)
    found = Decision.objects.filter(holds, node__in=line, kind=PRIORITY).exclude(replaced)
    return list(found.select_related("node").order_by("-decided_on", "title"))


def _add_goals(access: Access, found: list[Priority]) -> None:
    """Decided goals that stem from each, at once or through a goal above them; proposals where one may read them."""
    by_decision = {p.decision.pk: p for p in found if p.decision}
    stems = Q(decision__in=by_decision) | Q(above__decision__in=by_decision)
    readable = Q(node__any_of=access.nodes_for(*goals.READ_PROPOSAL)) | ~Q(state=GoalState.PROPOSED)
    listed = Goal.objects.filter(stems, readable, deleted_at=None).select_related("node", "above")
    made: dict[UUID, GoalBelow] = {}
    for goal in listed.order_by("node__name", "title"):
        origin = goal.decision_id if goal.decision_id in by_decision else goal.above.decision_id if goal.above else None
        if origin is not None:
            made[goal.pk] = GoalBelow(goal)
            by_decision[origin].goals.append(made[goal.pk])
    _add_outcomes(made)


def _add_outcomes(made: dict[UUID, GoalBelow]) -> None:
    running = Initiative.objects.filter(goal__in=made, deleted_at=None, state__in=RUNNING)
    for goal_id in running.values_list("goal_id", flat=True):
        made[goal_id].running += 1
    judged = Evaluation.objects.filter(initiative__goal__in=made).order_by("initiative_id", "-number")
    verdicts: dict[UUID, list[str]] = defaultdict(list)
    for goal_id, verdict in judged.distinct("initiative_id").values_list("initiative__goal_id", "verdict"):
        verdicts[goal_id].append(verdict)
    for goal_id, listed in verdicts.items():
        made[goal_id].verdicts = {verdict: listed.count(verdict) for verdict in set(listed)}


def _periods(access: Access, chosen: str) -> list[str]:
    """What one can look at: the school years around today, and the one chosen; latest first."""
    year = periods.end_year(periods.school_year_on(access.today))
    near = {periods.school_year(y) for y in range(year - 2, year + 2)}
    return sorted(near | {chosen}, key=lambda p: (-periods.end_year(p), p))


def _mine(access: Access, node: Node) -> list[Node]:
    """The places below where this person writes goals: a priority can be made a goal there."""
    below = access.tree.subtree([node.pk]) if node.pk in access.tree.nodes else set()
    return [n for n in access.tree.nodes.values() if n.pk in below & access.nodes_for(P.PLAN_WRITE)]
