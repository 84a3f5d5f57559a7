"""What initiatives gave: expected beside actual, the verdict, what was decided and learned. *Hur blev det?*"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from styrkedja.plans.initiatives import effects
from styrkedja.plans.initiatives.listing import latest_evaluations
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.models import Evaluation, Initiative, InitiativeState

from .figures import Seen, masked
from .scope import Scope

LOOKING_BACK = dt.timedelta(days=2 * 366)  # evaluations older than that are history
MOST = 40


def build(scope: Scope) -> dict[str, Any]:
    """Of the nodes and everything below them, the latest judged first. Three queries."""
    places = Places(scope.tree)
    nodes = {pk for node in scope.nodes for pk in places.at_or_under(node)}
    found = Initiative.objects.filter(node__any_of=nodes, state=InitiativeState.EVALUATED, deleted_at=None)
    initiatives = {i.pk: i for i in found.select_related("node")}
    since = timezone.now() - LOOKING_BACK
    judged = [e for e in latest_evaluations(initiatives.values()).values() if e.made_at >= since]
    judged.sort(key=lambda e: e.made_at, reverse=True)
    kept = [_kept(scope, initiatives[e.initiative_id], e) for e in judged[:MOST]]
    return {"initiatives": kept, "more": max(0, len(judged) - MOST)}


def _kept(scope: Scope, initiative: Initiative, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "id": str(initiative.pk),
        "title": initiative.title,
        "node": initiative.node.name,
        "expected": _masked(scope, evaluation.expected),
        "actual": _masked(scope, evaluation.actual),
        "carried_out": evaluation.carried_out,
        "verdict": evaluation.verdict,
        "decision": evaluation.decision,
        "learned": evaluation.learned,
        "on": timezone.localdate(evaluation.made_at).isoformat(),
    }


def _masked(scope: Scope, kept: dict[str, Any]) -> dict[str, Any]:
    figure = kept.get("figure")
    return {**kept, "figure": masked(figure, scope.audience)} if figure else kept


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """{"initiatives": [{"title", "node", "expected", "actual": as `effects.shown`, "verdict_word", ...}], "more"}."""
    return {
        **body,
        "initiatives": [
            {
                **one,
                "expected": effects.shown(one["expected"], seen.audience, seen.today),
                "actual": effects.shown(one["actual"], seen.audience, seen.today),
                "carried_out_word": Evaluation.CarriedOut(one["carried_out"]).label,
                "verdict_word": Evaluation.Verdict(one["verdict"]).label,
                "decision_word": Evaluation.Decided(one["decision"]).label,
                "on": dt.date.fromisoformat(one["on"]),
            }
            for one in body["initiatives"]
        ],
    }
