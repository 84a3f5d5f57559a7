"""Needs of established analyses that no decided initiative answers yet: what waits for somebody to do something."""

from __future__ import annotations

from typing import Any

from styrkedja.analyses.queries import needs_of
from styrkedja.plans.models import InitiativeNeed, InitiativeState

from .figures import Seen
from .scope import Scope


def build(scope: Scope) -> dict[str, Any]:
    """By node, in its own order of priority. answered: how many needs of the analysis have an initiative."""
    ids = [need["id"] for version in scope.analyses.values() for need in version.body["needs"]]
    answered = InitiativeNeed.objects.filter(need__in=ids, initiative__deleted_at=None)
    decided = {
        str(pk) for pk in answered.exclude(initiative__state=InitiativeState.PROPOSED).values_list("need", flat=True)
    }
    nodes = []
    for node in {n.pk: n for n in (*scope.nodes, *scope.units)}.values():
        version = scope.analyses.get(node.pk)
        if version is None:
            continue
        needs = needs_of(version.body)
        waits = [
            {"id": n["id"], "text": n["text"], "priority": n["priority"], "causes": n["causes"]}
            for n in needs
            if n["id"] not in decided
        ]
        nodes.append(
            {
                "node": str(node.pk),
                "name": node.name,
                "version": str(version.pk),
                "period": version.document.period,
                "needs": waits,
                "answered": len(needs) - len(waits),
            }
        )
    return {"nodes": nodes, "without": [n.name for n in scope.units if n.pk not in scope.analyses]}


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:  # noqa: ARG001 - no figures here
    return body
