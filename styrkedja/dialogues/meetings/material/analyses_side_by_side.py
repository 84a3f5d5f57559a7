"""The established analyses of the units beside one another: area by area what was seen, then causes and needs."""

from __future__ import annotations

from typing import Any

from styrkedja.analyses import quoted
from styrkedja.analyses.areas import in_order
from styrkedja.analyses.queries import needs_of
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Node

from .figures import Seen, masked
from .scope import Scope


def build(scope: Scope) -> dict[str, Any]:
    held = [(node, scope.analyses[node.pk]) for node in scope.units if node.pk in scope.analyses]
    areas: dict[str, dict[str, Any]] = {}
    for node, version in held:
        for area in version.body["areas"]:
            here = areas.setdefault(area["key"], {"sv": area["sv"], "en": area["en"], "units": []})
            here["units"].append(_results(scope, node, area))
    return {
        "areas": [{"key": key, **areas[key]} for key in in_order(areas)],
        "units": [_thought(node, version) for node, version in held],
        "without": [n.name for n in scope.units if n.pk not in scope.analyses],
    }


def _results(scope: Scope, node: Node, area: dict[str, Any]) -> dict[str, Any]:
    assessment = area["assessment"] or {}
    return {
        "node": str(node.pk),
        "name": node.name,
        "figures": [masked(quote["figure"], scope.audience) for quote in area["figures"]],
        "findings": [finding["text"] for finding in area["findings"]],
        "evidence": [one["text"] for one in area["evidence"] if one["text"].strip()],
        "assessment": assessment.get("text", ""),
    }


def _thought(node: Node, version: DocumentVersion) -> dict[str, Any]:
    body = version.body
    return {
        "node": str(node.pk),
        "name": node.name,
        "version": str(version.pk),
        "period": version.document.period,
        "causes": [{key: cause[key] for key in ("id", "text", "rival", "rival_unknown")} for cause in body["causes"]],
        "needs": [{key: need[key] for key in ("id", "text", "priority")} for need in needs_of(body)],
    }


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:
    """{"areas": [{"title", "units": [{"name", "figures", "findings", "evidence", ...}]}], "units", "without"}."""
    return {
        **body,
        "areas": [
            {
                "title": quoted.said(area),
                "units": [{**unit, "figures": [seen.figure(f) for f in unit["figures"]]} for unit in area["units"]],
            }
            for area in body["areas"]
        ],
    }
