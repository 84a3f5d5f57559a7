"""Röda tråden: the whole thread of a goal, a decision, a need or an initiative, from vision down to teams and effects.

Everything is read in a fixed number of queries and tied together in memory. What the reader may not read is left out,
and how much that is, is not told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.access.permissions import Reach
from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Node
from styrkedja.plans.frame.global_goals import GlobalGoal, global_goals
from styrkedja.plans.models import (
    Decision,
    Evaluation,
    Goal,
    GoalNeed,
    GoalState,
    Initiative,
    InitiativeNeed,
    InitiativeState,
    Participant,
)

from . import queries
from .lineage import lineage
from .serving import Served, served


@dataclass
class InitiativeKnot:
    """An initiative, where it is carried out, and its verdict once it has one."""

    initiative: Initiative
    at: str  # the name of its node
    places: list[str]
    evaluation: Evaluation | None
    current: bool = False


@dataclass
class GoalKnot:
    goal: Goal
    at: str
    current: bool
    initiatives: list[InitiativeKnot] = field(default_factory=list)
    below: list[GoalKnot] = field(default_factory=list)


@dataclass
class DecisionKnot:
    decision: Decision
    current: bool
    below: list[DecisionKnot] = field(default_factory=list)


@dataclass
class Thread:
    """From the top down. `goals` are those one came for, with all that stems from them; `loose` initiatives that
    answer the need without a goal of their own."""

    global_goals: list[GlobalGoal]
    national: list[Served]
    decisions: list[DecisionKnot]
    goals_above: list[GoalKnot]
    goals: list[GoalKnot]
    loose: list[InitiativeKnot]
    needs: list[dict[str, Any]]


class Reader:
    """Whether a person may read plans of a node; asked of hundreds of them, without a query for each."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.decided = access.nodes_for(*queries.READ)
        self.proposals = access.nodes_for(*queries.READ_PROPOSAL)
        self.everywhere = any(
            g.permission is P.PLAN_READ and g.reach is Reach.EVERYWHERE and not g.school_forms for g in access.grants
        )
        self._of_another_day: dict[UUID, bool] = {}

    def reads(self, node_id: UUID, *, proposed: bool = False) -> bool:
        """Proposals of closed nodes are nobody's here; what was decided there is read as ever."""
        if node_id in self.access.tree.nodes:
            return node_id in (self.proposals if proposed else self.decided)
        if proposed or self.everywhere:
            return self.everywhere and not proposed
        if node_id not in self._of_another_day:
            self._of_another_day[node_id] = self.access.reaches(node_id, *queries.READ)
        return self._of_another_day[node_id]


@dataclass(frozen=True)
class From:
    """Where one came in: ids; goals and loose initiatives are what the thread is about."""

    goals: frozenset[UUID] = frozenset()
    decision: UUID | None = None
    initiative: UUID | None = None
    initiatives: frozenset[UUID] = frozenset()
    need: UUID | None = None
    current_goal: UUID | None = None


def of_goal(access: Access, found: Goal) -> Thread:
    return _tied(access, From(goals=frozenset([found.pk]), current_goal=found.pk))


def of_initiative(access: Access, found: Initiative) -> Thread:
    """The thread of its goal; without one, the initiative and its needs alone."""
    goals = frozenset([found.goal_id] if found.goal_id else [])
    return _tied(access, From(goals=goals, initiative=found.pk, initiatives=frozenset([found.pk])))


def of_decision(access: Access, found: Decision) -> Thread:
    """All that carries the decision out, or a decision below it."""
    _above, below = lineage(Decision, [found.pk])
    carrying = Goal.objects.filter(decision__in=below, deleted_at=None).values_list("pk", flat=True)
    return _tied(access, From(goals=frozenset(carrying), decision=found.pk))


def of_need(access: Access, need_id: UUID) -> Thread:
    """Goals and initiatives that answer the need, whatever version of the analysis they were tied to."""
    goals = GoalNeed.objects.filter(need=need_id, goal__deleted_at=None).values_list("goal_id", flat=True)
    initiatives = InitiativeNeed.objects.filter(need=need_id, initiative__deleted_at=None)
    answering = frozenset(initiatives.values_list("initiative_id", flat=True))
    return _tied(access, From(goals=frozenset(goals), initiatives=answering, need=need_id))


def _tied(access: Access, start: From) -> Thread:
    reader = Reader(access)
    up, down = lineage(Goal, start.goals)
    goals, initiatives = _goals(reader, up | down, start), _initiatives(reader, down, start)
    names = _names(access, [*goals.values(), *initiatives])
    knots = {pk: GoalKnot(goal, names[goal.node_id], pk == start.current_goal) for pk, goal in goals.items()}
    tops = [g for g in goals.values() if g.pk in start.goals and not _stems_from(g, goals, start.goals)]
    above = [g for g in goals.values() if g.pk in up and g.pk not in start.goals]
    loose = _hang_initiatives(knots, initiatives, names, start)
    _hang_goals(knots, down, {g.pk for g in tops})
    tied_to = {g.decision_id for g in (*above, *tops) if g.decision_id} | ({start.decision} - {None})
    decisions = _decisions(reader, tied_to, start)
    prefetch_related_objects(tops, "national")
    return Thread(
        global_goals=_global(decisions),
        national=_national(tops, access),
        decisions=_forest(decisions, start),
        goals_above=[knots[g.pk] for g in sorted(above, key=lambda g: _depth(g, goals))],
        goals=[knots[g.pk] for g in sorted(tops, key=lambda g: (swedish_key(names[g.node_id]), swedish_key(g.title)))],
        loose=loose,
        needs=_needs(tops, start),
    )


def _goals(reader: Reader, ids: Iterable[UUID], start: From) -> dict[UUID, Goal]:
    """Those of the goals this person may read; a deleted one only if it is the one asked for."""
    told = ("title", "state", "period", "node_id", "above_id", "decision_id", "deleted_at", "closed_at")
    return {
        goal.pk: goal
        for goal in Goal.objects.filter(pk__in=list(ids)).only(*told)
        if goal.pk == start.current_goal
        or (goal.deleted_at is None and reader.reads(goal.node_id, proposed=goal.state == GoalState.PROPOSED))
    }


def _initiatives(reader: Reader, goals: Iterable[UUID], start: From) -> list[Initiative]:
    """Those under the goals and those one came for, as far as this person may read them."""
    told = ("title", "state", "kind", "period", "node_id", "goal_id", "deleted_at")
    wanted = Initiative.objects.filter(Q(goal__in=list(goals), deleted_at=None) | Q(pk__in=start.initiatives))
    return [
        one
        for one in wanted.only(*told)
        if one.pk == start.initiative
        or (one.deleted_at is None and reader.reads(one.node_id, proposed=one.state == InitiativeState.PROPOSED))
    ]


def _names(access: Access, found: Iterable[Goal | Initiative]) -> dict[UUID, str]:
    """The names of their nodes, also of closed ones."""
    ids, tree = {one.node_id for one in found}, access.tree.nodes
    gone = Node.objects.filter(pk__in=[pk for pk in ids if pk not in tree]).values_list("pk", "name")
    return {**{pk: tree[pk].name for pk in ids if pk in tree}, **dict(gone)}


def _stems_from(goal: Goal, goals: dict[UUID, Goal], wanted: Iterable[UUID]) -> bool:
    """True where it already hangs under another of those wanted."""
    held, seen, above = set(wanted), {goal.pk}, goal.above_id
    while above in goals and above not in seen:
        if above in held:
            return True
        seen.add(above)
        above = goals[above].above_id
    return False


def _depth(goal: Goal, goals: dict[UUID, Goal]) -> int:
    steps, seen, above = 0, {goal.pk}, goal.above_id
    while above in goals and above not in seen:
        seen.add(above)
        above, steps = goals[above].above_id, steps + 1
    return steps


def _hang_goals(knots: dict[UUID, GoalKnot], down: set[UUID], tops: set[UUID]) -> None:
    ordered = sorted(knots.values(), key=lambda k: (swedish_key(k.at), swedish_key(k.goal.title)))
    for knot in ordered:
        above = knot.goal.above_id
        if knot.goal.pk in down and knot.goal.pk not in tops and above in knots:
            knots[above].below.append(knot)


def _hang_initiatives(
    knots: dict[UUID, GoalKnot], found: Iterable[Initiative], names: dict[UUID, str], start: From
) -> list[InitiativeKnot]:
    """Under their goals; those one came for that have none are returned. Two queries."""
    ordered = sorted(found, key=lambda one: (swedish_key(names[one.node_id]), swedish_key(one.title)))
    ids = [one.pk for one in ordered]
    places: dict[UUID, list[str]] = defaultdict(list)
    for initiative, name in Participant.objects.filter(initiative__in=ids).values_list("initiative_id", "node__name"):
        places[initiative].append(name)
    judged = Evaluation.objects.filter(initiative__in=ids).only("initiative_id", "number", "verdict", "decision")
    latest = {e.initiative_id: e for e in judged.order_by("number")}
    loose: list[InitiativeKnot] = []
    for one in ordered:
        current, where = one.pk == start.initiative, sorted(places[one.pk], key=swedish_key)
        knot = InitiativeKnot(one, names[one.node_id], where, latest.get(one.pk), current)
        hung = knots[one.goal_id].initiatives if one.goal_id in knots else loose
        hung.append(knot)
    return loose


def _decisions(reader: Reader, tied_to: set[UUID | None], start: From) -> dict[UUID, Decision]:
    """The decisions up to the vision; from a decision one came for, also those that carry it out."""
    up, down = lineage(Decision, [pk for pk in tied_to if pk])
    wanted = up | (down if start.decision else set())
    found = Decision.objects.filter(pk__in=wanted).select_related("node", "addressed_to", "replaced_by")
    return {one.pk: one for one in found if one.pk == start.decision or reader.reads(one.node_id)}


def _forest(decisions: dict[UUID, Decision], start: From) -> list[DecisionKnot]:
    ordered = sorted(decisions.values(), key=lambda d: (d.decided_on, d.title))
    knots = {one.pk: DecisionKnot(one, one.pk == start.decision) for one in ordered}
    roots: list[DecisionKnot] = []
    for one in ordered:
        hung = knots[one.above_id].below if one.above_id in knots else roots
        hung.append(knots[one.pk])
    return roots


def _global(decisions: dict[UUID, Decision]) -> list[GlobalGoal]:
    numbers = {number for one in decisions.values() for number in one.global_goals}
    return [goal for number, goal in global_goals().items() if number in numbers]


def _national(tops: Iterable[Goal], access: Access) -> list[Served]:
    return list({one.id: one for goal in tops for one in served(goal, access.today)}.values())


def _needs(tops: Iterable[Goal], start: From) -> list[dict[str, Any]]:
    """The needs the thread answers, with the analyses they stand in: [{"text", "need", "source", "analysis"}]."""
    beside = ("source__document__node",)
    links: list[GoalNeed | InitiativeNeed] = [
        *GoalNeed.objects.filter(goal__in=[g.pk for g in tops]).select_related(*beside).defer("source__body")
    ]
    if start.initiative:
        of_initiative = InitiativeNeed.objects.filter(initiative=start.initiative).select_related(*beside)
        links += [*of_initiative.defer("source__body")]
    once = {link.need: link for link in links if start.need in (None, link.need)}
    analyses = queries.analyses_of({link.source_id for link in once.values()}) if once else {}
    return [
        {"text": link.text, "need": link.need, "source": link.source, "analysis": analyses.get(link.source_id)}
        for link in once.values()
    ]


def need_in(version: DocumentVersion, need_id: UUID) -> dict[str, Any] | None:
    """A need of an established analysis by its id; None where it holds none such."""
    if not version.is_established:
        return None
    return next((need for need in version.body.get("needs", []) if need["id"] == str(need_id)), None)
