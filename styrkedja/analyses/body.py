"""The body of an analysis: everything it says, as plain data. What is handed in and established is this, frozen.

Shape (ids are texts; empty rows are left out):
    {"schema": 1, "node": {"id", "name", "kind", "school_forms"}, "period",
     "areas": [{"key", "sv", "en", "figures": [{"id", "figure"}], "findings": [{"id", "text"}],
                "evidence": [{"id", "text", "author", "date", "kind"}],
                "citations": [{"id", "passage", "part", "document", "version", "number", "node"}],
                "assessment": {"attainment", "text"} | None}],
     "causes": [{"id", "text", "rival", "rival_unknown", "grounds": [id]}],
     "needs": [{"id", "text", "priority", "causes": [id]}],            in order of priority, 1 first
     "participation": [{"group", "how", "held", "offered"}],
     "units": [{"node", "name", "version": {"id", "document", "number", "hash"} | None, "reason"}],
     "uses": [document id]}                                             analyses taken in or quoted
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Node

from . import areas, queries, rules
from .models import Analysis, Assessment, Cause, Citation, Evidence, Finding, Ground, Need, Quote

Body = dict[str, Any]
Result = Quote | Finding | Evidence | Citation | Assessment


def working_body(analysis: Analysis) -> Body:
    """The body as the working rows stand now. A fixed number of queries."""
    units = _units(analysis)
    found = _areas(analysis)
    ids = {item["id"] for area in found for kind in areas.KINDS for item in area[kind]}
    causes = _causes(analysis, ids)
    quoted = [citation["document"] for area in found for citation in area["citations"]]
    return {
        "schema": 1,
        "node": _node(analysis),
        "period": analysis.period,
        "areas": found,
        "causes": causes,
        "needs": _needs(analysis, {cause["id"] for cause in causes}),
        "participation": [
            {"group": p.group, "how": p.how, "held": p.held, "offered": p.offered}
            for p in _live(analysis.participations)
        ],
        "units": units,
        "uses": sorted({*quoted, *(unit["version"]["document"] for unit in units if unit["version"])}),
    }


def _live(rows: Any) -> Any:
    return rows.filter(deleted_at=None)


def _node(analysis: Analysis) -> Body:
    node = analysis.node
    return {"id": str(node.pk), "name": node.name, "kind": node.kind, "school_forms": list(node.school_forms)}


def _areas(analysis: Analysis) -> list[Body]:
    """Areas in the curriculum's order, each with what stands under it; those without anything are left out."""
    found: dict[str, Body] = defaultdict(lambda: {kind: [] for kind in areas.KINDS} | {"assessment": None})
    for row in _results(analysis):
        if isinstance(row, Assessment):
            found[row.area]["assessment"] = {"attainment": row.attainment, "text": row.text}
        else:
            found[row.area][areas.kind_of(row)].append(_result(row))
    return [{**areas.named(key), **found[key]} for key in areas.in_order(found)]


def _results(analysis: Analysis) -> list[Result]:
    """Every row under a goal area that says something."""
    return [
        *(r for r in _live(analysis.quotes)),
        *(r for r in _live(analysis.findings) if r.text.strip()),
        *(r for r in _live(analysis.evidences) if r.text.strip() or r.author.strip()),
        *(r for r in _live(analysis.citations).select_related("source__document__node")),
        *(r for r in _live(analysis.assessments) if r.text.strip() or r.attainment),
    ]


def _result(row: Result) -> Body:
    if isinstance(row, Quote):
        return {"id": str(row.pk), "figure": row.figure}
    if isinstance(row, Evidence):
        date = row.date.isoformat() if isinstance(row.date, dt.date) else ""
        return {"id": str(row.pk), "text": row.text, "author": row.author, "date": date, "kind": row.kind}
    if isinstance(row, Citation):
        return {"id": str(row.pk), "passage": row.passage, "part": row.part, **_version(row.source)} | {
            "version": str(row.source_id),
            "node": row.source.document.node.name,
        }
    assert isinstance(row, Finding)
    return {"id": str(row.pk), "text": row.text}


def _version(version: DocumentVersion) -> Body:
    return {"document": str(version.document_id), "number": version.number}


def _causes(analysis: Analysis, ids: set[str]) -> list[Body]:
    rests: dict[Any, list[str]] = defaultdict(list)
    for ground in Ground.objects.filter(cause__analysis=analysis):
        if (target := str(ground.target_id)) in ids:
            rests[ground.cause_id].append(target)
    causes: list[Cause] = [c for c in _live(analysis.causes) if c.text.strip() or c.rival.strip() or rests[c.pk]]
    return [
        {
            "id": str(c.pk),
            "text": c.text,
            "rival": c.rival,
            "rival_unknown": c.rival_unknown,
            "grounds": sorted(rests[c.pk]),
        }
        for c in causes
    ]


def _needs(analysis: Analysis, causes: set[str]) -> list[Body]:
    answered: dict[Any, list[str]] = defaultdict(list)
    for need_id, cause_id in Need.causes.through.objects.filter(need__analysis=analysis).values_list("need", "cause"):
        if str(cause_id) in causes:
            answered[need_id].append(str(cause_id))
    needs = [n for n in _live(analysis.needs) if n.text.strip() or answered[n.pk]]
    return [
        {"id": str(n.pk), "text": n.text, "priority": place, "causes": sorted(answered[n.pk])}
        for place, n in enumerate(needs, start=1)
    ]


def _units(analysis: Analysis) -> list[Body]:
    """The units the analysis stands on: those listed, and active ones nobody has listed yet (invariant 7)."""
    if not rules.lists_units(analysis.node.kind):
        return []
    rows = list(_live(analysis.unitinclusions).select_related("unit", "included"))
    units = {row.unit_id: _unit(row.unit, row.included, row.reason) for row in rows}
    for unit in queries.units_for(analysis.node, analysis.period):
        units.setdefault(unit.pk, _unit(unit, None, ""))
    return sorted(units.values(), key=lambda unit: swedish_key(unit["name"]))


def _unit(unit: Node, included: DocumentVersion | None, reason: str) -> Body:
    taken = {"id": str(included.pk), **_version(included), "hash": included.content_hash} if included else None
    return {"node": str(unit.pk), "name": unit.name, "version": taken, "reason": reason}
