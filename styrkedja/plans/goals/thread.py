"""Röda tråden: the whole thread of a goal, a decision, a need or an initiative, from vision down to teams and effects.

Everything is read in a fixed number of queries and tied together in memory. What the reader may not read is left out,
and how much that is, is not told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.access.permissions import Reach
from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import DocumentVersion
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
)

from . import queries
from .lineage import lineage
from .serving import Served, served


class GoalLine(NamedTuple):
    """What a thread tells of a goal: plain columns, ids as text, for there may be a thousand."""

    pk: str
    title: str
    state: str
    period: str
    at: str  # the name of its node, also of a closed one
    node_id: str
    above_id: str | None
    decision_id: str | None
    deleted_at: dt.datetime | None


class InitiativeLine(NamedTuple):
    pk: str
    title: str
    state: str
    kind: str
    period: str
    at: str
    node_id: str
    goal_id: str | None
    deleted_at: dt.datetime | None
    places: Sequence[str]  # the names of those who carry it out


class Judged(NamedTuple):
    verdict: str
    decision: str


@dataclass
class InitiativeKnot:
    """An initiative, and its verdict once it has one."""

    initiative: InitiativeLine
    judged: Judged | None
    current: bool = False


@dataclass
class GoalKnot:
    goal: GoalLine
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
    """Whether a person may read plans of a node; asked of hundreds, by their ids as text, and no query for each."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.today = {str(pk) for pk in access.tree.nodes}
        self.decided = {str(pk) for pk in access.nodes_for(*queries.READ)}
        self.proposals = {str(pk) for pk in access.nodes_for(*queries.READ_PROPOSAL)}
        self.everywhere = any(
            g.permission is P.PLAN_READ and g.reach is Reach.EVERYWHERE and not g.school_forms for g in access.grants
        )
        self._of_another_day: dict[str, bool] = {}

    def reads(self, node_id: str, *, proposed: bool = False) -> bool:
        """Proposals of closed nodes are nobody's here; what was decided there is read as ever."""
        if node_id in (self.proposals if proposed else self.decided):
            return True
        if node_id in self.today:
            return False
        if proposed or self.everywhere:
            return self.everywhere and not proposed
        if node_id not in self._of_another_day:
            self._of_another_day[node_id] = self.access.reaches(UUID(node_id), *queries.READ)
        return self._of_another_day[node_id]


@dataclass(frozen=True)
class From:
    """Where one came in: ids as text; goals and loose initiatives are what the thread is about."""

    goals: frozenset[str] = frozenset()
    decision: str | None = None
    initiative: str | None = None
    initiatives: frozenset[str] = frozenset()
    need: UUID | None = None
    current_goal: str | None = None


def of_goal(access: Access, found: Goal) -> Thread:
    return _tied(access, From(goals=frozenset([str(found.pk)]), current_goal=str(found.pk)))


def of_initiative(access: Access, found: Initiative) -> Thread:
    """The thread of its goal; without one, the initiative and its needs alone."""
    goals, here = frozenset([str(found.goal_id)] if found.goal_id else []), str(found.pk)
    return _tied(access, From(goals=goals, initiative=here, initiatives=frozenset([here])))


def of_decision(access: Access, found: Decision) -> Thread:
    """All that carries the decision out, or a decision below it."""
    _above, below = lineage(Decision, [str(found.pk)])
    carrying = Goal.objects.filter(decision__any_of=below, deleted_at=None).values_list(_text("pk"), flat=True)
    return _tied(access, From(goals=frozenset(carrying), decision=str(found.pk)))


def of_need(access: Access, need_id: UUID) -> Thread:
    """Goals and initiatives that answer the need, whatever version of the analysis they were tied to."""
    goals = GoalNeed.objects.filter(need=need_id, goal__deleted_at=None).values_list(_text("goal"), flat=True)
    initiatives = InitiativeNeed.objects.filter(need=need_id, initiative__deleted_at=None)
    answering = frozenset(initiatives.values_list(_text("initiative"), flat=True))
    return _tied(access, From(goals=frozenset(goals), initiatives=answering, need=need_id))


def _text(field: str) -> Cast:
    return Cast(field, TextField())


def _tied(access: Access, start: From) -> Thread:
    reader = Reader(access)
    up, down = lineage(Goal, start.goals)
    goals, initiatives = _goals(reader, up | down, start), _initiatives(reader, down, start)
    knots = {pk: GoalKnot(goal, pk == start.current_goal) for pk, goal in goals.items()}
    tops = [g for pk in start.goals if (g := goals.get(pk)) and not _stems_from(g, goals, start.goals)]
    above = [g for pk in up - start.goals if (g := goals.get(pk))]
    loose = _hang_initiatives(knots, initiatives, start)
    _hang_goals(knots, down - {g.pk for g in tops})
    tied_to = {g.decision_id for g in (*above, *tops) if g.decision_id} | (
        {start.decision} if start.decision else set()
    )
    decisions = _decisions(reader, tied_to, start)
    return Thread(
        global_goals=_global(decisions),
        national=_national(tops, access),
        decisions=_forest(decisions, start),
        goals_above=[knots[g.pk] for g in sorted(above, key=lambda g: _depth(g, goals))],
        goals=[knots[g.pk] for g in sorted(tops, key=_by_place)],
        loose=loose,
        needs=_needs(tops, start),
    )


def _goals(reader: Reader, ids: Collection[str], start: From) -> dict[str, GoalLine]:
    """Those of the goals this person may read; a deleted one only if it is the one asked for."""
    ties = [_text(f) for f in ("node", "above", "decision")]
    wanted = Goal.objects.filter(pk__any_of=ids).order_by()
    told = wanted.values_list(_text("pk"), "title", "state", "period", "node__name", *ties, "deleted_at")
    return {
        goal.pk: goal
        for goal in map(GoalLine._make, told)
        if goal.pk == start.current_goal
        or (goal.deleted_at is None and reader.reads(goal.node_id, proposed=goal.state == GoalState.PROPOSED))
    }


def _initiatives(reader: Reader, goals: Collection[str], start: From) -> list[InitiativeLine]:
    """Those under the goals and those one came for, as far as this person may read them."""
    ties = [_text(f) for f in ("node", "goal")]
    wanted = Initiative.objects.filter(Q(goal__any_of=goals, deleted_at=None) | Q(pk__any_of=start.initiatives))
    told = wanted.order_by().values_list(
        _text("pk"), "title", "state", "kind", "period", "node__name", *ties, "deleted_at"
    )
    places = ArrayAgg("participants__node__name", filter=Q(participants__isnull=False), default=[])
    return [
        one
        for one in map(InitiativeLine._make, told.annotate(places=places))
        if one.pk == start.initiative
        or (one.deleted_at is None and reader.reads(one.node_id, proposed=one.state == InitiativeState.PROPOSED))
    ]


def _by_place(one: GoalLine | InitiativeLine) -> tuple[Any, Any]:
    return swedish_key(one.at), swedish_key(one.title)


def _stems_from(goal: GoalLine, goals: dict[str, GoalLine], wanted: Iterable[str]) -> bool:
    """True where it already hangs under another of those wanted."""
    held, seen, above = set(wanted), {goal.pk}, goal.above_id
    while above in goals and above not in seen:
        if above in held:
            return True
        seen.add(above)
        above = goals[above].above_id
    return False


def _depth(goal: GoalLine, goals: dict[str, GoalLine]) -> int:
    steps, seen, above = 0, {goal.pk}, goal.above_id
    while above in goals and above not in seen:
        seen.add(above)
        above, steps = goals[above].above_id, steps + 1
    return steps


def _hang_goals(knots: dict[str, GoalKnot], below: set[str]) -> None:
    """Under those they stem from, as far as one may read that."""
    for knot in sorted([knots[pk] for pk in below if pk in knots], key=lambda knot: _by_place(knot.goal)):
        above = knots.get(knot.goal.above_id) if knot.goal.above_id else None
        if above:
            above.below.append(knot)


def _hang_initiatives(knots: dict[str, GoalKnot], found: Iterable[InitiativeLine], start: From) -> list[InitiativeKnot]:
    """Under their goals; those one came for that have none are returned. One query."""
    ordered = sorted(found, key=_by_place)
    judged = Evaluation.objects.filter(initiative__any_of=[one.pk for one in ordered]).order_by("number")
    latest = {of: Judged(*said) for of, *said in judged.values_list(_text("initiative"), "verdict", "decision")}
    loose: list[InitiativeKnot] = []
    for one in ordered:
        knot = InitiativeKnot(one, latest.get(one.pk), one.pk == start.initiative)
        above = knots.get(one.goal_id) if one.goal_id else None
        (above.initiatives if above else loose).append(knot)
    return loose


def _decisions(reader: Reader, tied_to: set[str], start: From) -> dict[str, Decision]:
    """The decisions up to the vision; from a decision one came for, also those that carry it out."""
    up, down = lineage(Decision, tied_to)
    wanted = up | (down if start.decision else set())
    found = Decision.objects.filter(pk__any_of=wanted).select_related("node", "addressed_to", "replaced_by")
    return {id: one for one in found if (id := str(one.pk)) == start.decision or reader.reads(str(one.node_id))}


def _forest(decisions: dict[str, Decision], start: From) -> list[DecisionKnot]:
    ordered = sorted(decisions.items(), key=lambda item: (item[1].decided_on, item[1].title))
    knots = {id: DecisionKnot(one, id == start.decision) for id, one in ordered}
    roots: list[DecisionKnot] = []
    for id, one in ordered:
        above = knots.get(str(one.above_id))
        (above.below if above else roots).append(knots[id])
    return roots


def _global(decisions: dict[str, Decision]) -> list[GlobalGoal]:
    numbers = {number for one in decisions.values() for number in one.global_goals}
    return [goal for number, goal in global_goals().items() if number in numbers]


def _national(tops: Iterable[GoalLine], access: Access) -> list[Served]:
    goals = Goal.objects.filter(pk__any_of=[goal.pk for goal in tops]).only("period").prefetch_related("national")
    return list({one.id: one for goal in goals for one in served(goal, access.today)}.values())


def _needs(tops: Iterable[GoalLine], start: From) -> list[dict[str, Any]]:
    """The needs the thread answers, with the analyses they stand in: [{"text", "need", "source", "analysis"}]."""
    beside = ("source__document__node",)
    links: list[GoalNeed | InitiativeNeed] = [
        *GoalNeed.objects.filter(goal__any_of=[g.pk for g in tops]).select_related(*beside).defer("source__body")
    ]
    if start.initiative:
        of_initiative = InitiativeNeed.objects.filter(initiative__any_of=[start.initiative]).select_related(*beside)
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
