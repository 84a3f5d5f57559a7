"""The pages one reads: what a node does and what came of it, and one initiative as a hypothesis with its story."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext_lazy

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import quoted
from styrkedja.analyses.models import Analysis
from styrkedja.core import periods
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.models import (
    Evaluation,
    FollowUp,
    Initiative,
    InitiativeKind,
    InitiativeNeed,
    InitiativeState,
    PlanSettings,
)

from . import cycles, effects, listing, queries
from .listing import Line
from .places import Places
from .transitions import ENDED, RUNNING, Move, moves_from

State = InitiativeState
JUDGED_A_PAGE = 25
GROUPS = (
    (State.ONGOING, gettext_lazy("Going on now")),
    (State.DECIDED, gettext_lazy("Decided, not begun")),
    (State.PROPOSED, gettext_lazy("Proposals")),
)
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Judged:
    """An evaluation as a reader may see it."""

    evaluation: Evaluation
    expected: dict[str, Any]
    actual: dict[str, Any]


def how_page(access: Access, node: Node) -> dict[str, Any]:
    """What is done at a node and below it, grouped by state; most pressing first in each group."""
    listed = listing.at_node(access, node, State.PROPOSED, *RUNNING, *ENDED)
    assignments = [line for line in listed if line.initiative.kind == InitiativeKind.ASSIGNMENT]
    initiatives = [line for line in listed if line.initiative.kind == InitiativeKind.INITIATIVE]
    writes = access.reaches(node.pk, *queries.WORK) and node.pk in access.tree.nodes
    own = [line for line in listed if line.here.pk == node.pk and line.initiative.state in RUNNING]
    return {
        "overdue": [line for line in initiatives if line.overdue_days is not None],
        "groups": _groups(initiatives),
        "assignments": assignments,
        "deviations": [line for line in listed if line.deviates],
        "without_holder": [line for line in listed if line.holder_gone],
        "anything": bool(listed),
        "writes": writes,
        "unanswered": _unanswered(access, node) if writes else [],
        "deleted": queries.deleted_proposals(node) if writes else [],
        "active": len(own),
        "at_most": _at_most(),
    }


def _groups(lines: Iterable[Line]) -> list[tuple[str, list[Line]]]:
    """By state, those that wait to be judged left out: they stand first on the page."""
    waiting = [line for line in lines if line.overdue_days is None]
    grouped = [(str(word), [line for line in waiting if line.initiative.state == state]) for state, word in GROUPS]
    return [(word, found) for word, found in grouped if found]


def _at_most() -> int:
    chosen = PlanSettings.objects.first() or PlanSettings()
    return chosen.initiatives_at_most


def _unanswered(access: Access, node: Node) -> list[queries.NeedChoice]:
    """Needs of the established analyses that no initiative answers yet."""
    offered = queries.needs_for(node, Places(access.tree))
    live = InitiativeNeed.objects.filter(initiative__deleted_at=None, source__in={n.source.pk for n in offered})
    answered = {str(need) for need in live.values_list("need", flat=True)}
    return [need for need in offered if need.need not in answered]


def outcome_page(access: Access, node: Node, page: str | None) -> dict[str, Any]:
    """How it went: what waits to be judged first, what deviates, and every verdict, also those without effect."""
    listed = listing.at_node(access, node, *RUNNING, *ENDED, State.EVALUATED)
    judged = [line for line in listed if line.evaluation is not None]
    judged.sort(key=lambda line: line.evaluation.made_at if line.evaluation else 0, reverse=True)
    shown = Paginator(judged, JUDGED_A_PAGE).get_page(page)
    of_page = released([line.evaluation for line in shown if line.evaluation], access)
    return {
        "overdue": [line for line in listed if line.overdue_days is not None],
        "deviations": [line for line in listed if line.deviates],
        "judged": [(line, of_page[line.evaluation.pk]) for line in shown if line.evaluation],
        "page": shown,
        "counts": [(v, sum(1 for line in judged if _verdict(line) == v)) for v in Evaluation.Verdict],
    }


def _verdict(line: Line) -> str:
    return line.evaluation.verdict if line.evaluation else ""


def released(evaluations: Iterable[Evaluation], access: Access) -> dict[Any, Judged]:
    """Evaluations as this reader may see them, by id. One reading of figures for all of them."""
    kept = list(evaluations)
    audience, today = quoted.audience_for(access), quoted.today_of(effects.all_figures([], kept))
    return {
        e.pk: Judged(e, effects.shown(e.expected, audience, today), effects.shown(e.actual, audience, today))
        for e in kept
    }


def one(access: Access, found: Initiative, here: Node) -> dict[str, Any]:
    """An initiative's page: the hypothesis, what is done, how it goes, how it went, and what one may do now."""
    places = Places(access.tree)
    follow_ups = list(found.follow_ups.select_related("made_by").prefetch_related("places__node").order_by("-number"))
    evaluations = list(found.evaluations.select_related("made_by").order_by("-number"))
    judged = released(evaluations, access)
    audience = quoted.audience_for(access)
    expected = effects.of_initiative(found, audience, quoted.today_of(effects.all_figures([found])))
    continued = found.continued_by.filter(deleted_at=None).first()  # type: ignore[attr-defined]
    return {
        "initiative": found,
        "here": here,
        "moved": here.pk != found.node_id,
        "expected": expected,
        "needs": _needs(found),
        "participants": [p.node for p in found.participants.select_related("node").order_by("node__name")],
        "activities": list(
            found.activities.filter(deleted_at=None).exclude(what="").select_related("person", "done_by")
        ),
        "follow_ups": follow_ups,
        "judged": [judged[e.pk] for e in evaluations],
        "changes": _changes(found),
        "overdue_days": _overdue_days(found, access),
        "due": _due(found, follow_ups, access),
        "today": access.today,
        "holder_gone": bool(listing.holders_gone([found], places)),
        "continued": continued if continued and _reads(access, continued) else None,
        **_rights(access, found, here, evaluations, carried=continued is not None),
    }


def _reads(access: Access, other: Initiative) -> bool:
    return other.state != State.PROPOSED or access.reaches(other.node_id, *queries.READ_PROPOSAL)


def _overdue_days(found: Initiative, access: Access) -> int | None:
    since = listing.overdue_since(found, access.today)
    return (access.today - since).days if since else None


def _due(found: Initiative, follow_ups: list[FollowUp], access: Access) -> cycles.Due | None:
    made = {f.cycle for f in follow_ups}
    return listing.due_follow_up(found, made, access.today, queries.follow_up_cycle())


def _rights(
    access: Access, found: Initiative, here: Node, evaluations: list[Evaluation], *, carried: bool
) -> dict[str, Any]:
    """What this person may do with it now: {"may": {move: bool}, "works", "writes", "may_carry_on"}."""
    works = queries.works_on(access, found, here)
    writes = access.reaches(here.pk, *queries.WORK)
    decides = access.reaches(here.pk, P.PLAN_DECIDE)
    possible = moves_from(found.state)
    may = {move.value: move in possible and (decides if move in (Move.DECIDE, Move.STOP) else works) for move in Move}
    judged_worth_it = bool(evaluations) and evaluations[0].decision != Evaluation.Decided.STOP
    return {
        "may": may,
        "works": works,
        "writes": writes,
        "may_follow_up": works and found.state in RUNNING,
        "may_adjust": writes and found.state in RUNNING,
        "may_correct": works and found.state == State.EVALUATED,
        "may_carry_on": writes and judged_worth_it and found.state == State.EVALUATED and not carried,
        "may_start_like": found.state == State.EVALUATED and access.holds(*queries.WORK),
    }


def _needs(found: Initiative) -> list[dict[str, Any]]:
    """[{"text", "analysis": id, "period", "node"}] of the needs it answers."""
    needs = list(found.needs.select_related("source__document__node"))
    documents = {n.source.document_id for n in needs}
    analyses = dict(Analysis.objects.filter(document__in=documents).values_list("document_id", "pk"))
    return [
        {
            "text": n.text,
            "analysis": analyses.get(n.source.document_id),
            "number": n.source.number,
            "period": n.source.document.period,
            "node": n.source.document.node,
            "version": n.source_id,
            "need": n.need,
        }
        for n in needs
    ]


CHANGED = {
    "starts_on": gettext_lazy("First day"),
    "ends_on": gettext_lazy("Last day"),
    "evaluation_date": gettext_lazy("Date of evaluation"),
    "holder": gettext_lazy("Responsible"),
    "resources": gettext_lazy("Resources"),
    "participants": gettext_lazy("Takes part"),
    "activity": gettext_lazy("Activity"),
}


def _changes(found: Initiative) -> list[dict[str, Any]]:
    """What was changed after the decision, in words: [{"made_at", "made_by", "words", "reason"}]. Three queries."""
    changes = list(found.changes.select_related("made_by"))
    named: dict[str, str] = {}
    if changes:
        ids = {i for c in changes for pair in c.changed.values() for i in _ids(pair)}
        named |= {str(pk): name for pk, name in Person.objects.filter(pk__in=ids).values_list("pk", "name")}
        named |= {str(pk): name for pk, name in Node.objects.filter(pk__in=ids).values_list("pk", "name")}
    return [
        {"made_at": c.made_at, "made_by": c.made_by, "reason": c.reason, "words": _changed(c.changed, named)}
        for c in changes
    ]


def _ids(pair: Iterable[Any]) -> Iterable[str]:
    for value in pair:
        for one in value if isinstance(value, list) else [value]:
            if one and UUID_TEXT.fullmatch(one):
                yield one


def _changed(changed: dict[str, list[Any]], named: dict[str, str]) -> str:
    """ "First day: 2026-08-17 → 2026-09-01; Responsible: Anna → Bo"."""

    def said(value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(str(named.get(one, one)) for one in value) or "–"
        text = "–" if value in (None, "") else str(value)
        return named.get(text, text if len(text) <= 80 else text[:79] + "…")

    return "; ".join(f"{CHANGED.get(name, name)}: {said(a)} → {said(b)}" for name, (a, b) in changed.items())


def years(today_period: str) -> list[tuple[str, str]]:
    """School years one can plan for: this one, the next and the one before."""
    end = periods.end_year(today_period)
    found = [periods.school_year(end + step) for step in (0, 1, -1)]
    return [(period, period) for period in found]


def similar_places(access: Access) -> list[Node]:
    """Nodes this person may start an initiative at, by their place in the tree."""
    held = access.nodes_for(*queries.WORK)
    root = access.tree.root()
    line = [root, *access.tree.descendants(root.pk)] if root else []
    return [node for node in line if node.pk in held]
