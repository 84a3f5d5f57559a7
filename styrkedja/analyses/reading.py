"""The pages one reads: a node's list, a version word for word, what is missing, earlier texts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.documents import queries as documents
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.models import OPEN, PUT_AWAY, Document, DocumentState, DocumentVersion
from styrkedja.documents.transitions import Move, offered
from styrkedja.organisation.models import Node

from . import editing, queries, quoted, rules
from .models import Analysis, Assessment, EarlierText, Evidence, Participation, Row, Step

MOVES = (Move.GIVE_BACK, Move.PUBLISH, Move.CORRECT, Move.ARCHIVE)
YEARS_OFFERED = 3  # school years one can begin an analysis of


@dataclass(frozen=True)
class Line:
    """One analysis in a list, as this reader may know of it. state: the best they may read; None: nothing yet."""

    node: Node
    period: str
    document: Document | None
    version: DocumentVersion | None  # the latest they may read
    holds: bool  # one they may read is established
    writes: bool
    sees_submitted: bool  # else nothing more is known than that nothing is established

    @property
    def state(self) -> DocumentState | None:
        if self.document is not None and self.document.state == DocumentState.DISPOSED:
            return DocumentState.DISPOSED if self.version or self.writes else None
        if self.document is not None and self.writes and self.document.is_open:
            return DocumentState(self.document.state)
        return self.version.standing if self.version else None

    @property
    def open(self) -> bool:
        """It can be written in, and this reader may know."""
        return self.state in OPEN and self.document is not None and self.document.is_open and self.writes

    @property
    def archived(self) -> bool:
        return self.document is not None and self.document.state in PUT_AWAY

    @property
    def analysis_id(self) -> UUID | None:
        return self.document.analysis.pk if self.document else None  # type: ignore[attr-defined]

    @property
    def correcting(self) -> bool:
        """A correction is being written while the established version holds."""
        return self.state in OPEN and self.holds


def node_page(access: Access, node: Node) -> dict[str, Any]:
    """The node's analyses, where they were used, what can be begun, and how far the units below have come."""
    every = _lines(access, [node], queries.analyses_of([node.pk]))
    lines = [line for line in every if not line.archived]
    uses = queries.uses_of([line.document for line in every if line.document], access)
    writes = access.can(P.ANALYSIS_WRITE, node)
    period = queries.default_period(timezone.localdate())
    return {
        "lines": lines,
        "archived": [line for line in every if line.archived],
        "uses": [(line, uses[line.document.pk]) for line in every if line.document and line.document.pk in uses],
        "offered": _offered(node, period) if writes else [],
        "offered_to_write": writes,
        "units": _units(access, node, lines[0].period if lines else period),
        "units_period": lines[0].period if lines else period,
    }


def _lines(access: Access, nodes: Iterable[Node], found: Iterable[Document]) -> list[Line]:
    """A line for each document of which the reader may read something."""
    held = list(found)
    by_document: dict[UUID, list[DocumentVersion]] = defaultdict(list)
    versions = documents.with_standing(DocumentVersion.objects.filter(document__in=held)).defer("body")
    for version in versions.order_by("-number"):
        by_document[version.document_id].append(version)
    drafts = access.nodes_for(*queries.READ[DocumentState.DRAFT])
    known = {node.pk: node for node in nodes}
    lines = []
    for document in held:
        node = known[document.node_id]
        readable = [v for v in by_document[document.pk] if queries.may_read(access, node, v.state)]
        handed_in = queries.may_read(access, node, DocumentState.SUBMITTED)
        latest, holds = next(iter(readable), None), any(v.is_established for v in readable)
        line = Line(node, document.period, document, latest, holds, node.pk in drafts, handed_in)
        if line.state is not None:
            lines.append(line)
    return lines


def _offered(node: Node, usual: str) -> list[dict[str, Any]]:
    """School years without an analysis, latest first, the likeliest chosen."""
    taken = {d.period for d in queries.analyses_of([node.pk])}
    last = periods.end_year(usual)
    years = [periods.school_year(year) for year in range(last + 1, last - YEARS_OFFERED, -1)]
    free = [period for period in years if period not in taken]
    chosen = usual if usual in free else next((p for p in free if periods.end_year(p) < last), None)
    return [{"period": period, "chosen": period == chosen} for period in free]


def _units(access: Access, node: Node, period: str) -> list[Line]:
    """Every unit below for the period, those without anything readable too; by name."""
    if not rules.lists_units(node.kind):
        return []
    units = queries.units_for(node, period)
    lines = {line.node.pk: line for line in _lines(access, units, queries.analyses_of([u.pk for u in units], period))}
    return [lines.get(unit.pk) or _nothing(access, unit, period) for unit in units]


def _nothing(access: Access, unit: Node, period: str) -> Line:
    return Line(unit, period, None, None, False, False, queries.may_read(access, unit, DocumentState.SUBMITTED))


def version_page(access: Access, found: Analysis, version: DocumentVersion) -> dict[str, Any]:
    """A frozen version with everything around it: who, when, why, its hash, where it was used, what can be done."""
    document = found.document
    kept = queries.readable_versions(access, found)
    latest = next((v for v in kept if v.is_established), None)
    return {
        **body_context(access, found, version.body),
        "version": version,
        "versions": kept,
        "newer": latest if latest and version.number < latest.number else None,
        "uses": queries.uses_of([found.document], access).get(found.document_id, []),
        "returned": next((e for e in version.events.all() if e.state == DocumentState.RETURNED), None),
        "may_establish": document.state == DocumentState.SUBMITTED and way_to_establish(access, document) is not None,
        "may_write": document.is_open and access.can(P.ANALYSIS_WRITE, found.node),
        "may_plan": latest is not None and version.pk == latest.pk and access.can(P.PLAN_WRITE, found.node),
        "may_restore": (document.is_open or document.holds) and access.can(P.ANALYSIS_WRITE, found.node),
        **{f"may_{move}": offered(access, document, move) for move in MOVES},
        "citing": _citing(access, found) if version.is_established else [],
    }


def _citing(access: Access, found: Analysis) -> list[Analysis]:
    """Drafts this person writes, of the same year, that may quote this analysis."""
    writes = access.nodes_for(P.ANALYSIS_WRITE) - {found.node.pk}
    drafts = Analysis.objects.filter(
        document__state__in=OPEN, document__period=found.period, document__node_id__in=writes
    )
    return list(drafts.select_related("document__node")) if writes else []


def body_context(access: Access, found: Analysis, body: dict[str, Any]) -> dict[str, Any]:
    """The body as this person may read it, with the words of its codes."""
    shown = quoted.released_body(body, quoted.audience_for(access))
    names = _names(shown)
    used = Analysis.objects.filter(document__in=body["uses"]) if body["uses"] else ()
    of_document = {one.document_id: one.pk for one in used}
    attainments, kinds = dict(Assessment.Attainment.choices), dict(Evidence.Kind.choices)
    for area in shown["areas"]:
        area["evidence"] = [{**e, "kind_word": kinds.get(e["kind"], "")} for e in area["evidence"]]
        if area["assessment"]:
            area["assessment"] = {
                **area["assessment"],
                "word": attainments.get(area["assessment"]["attainment"], ""),
            }
        area["citations"] = [{**c, "analysis": of_document.get(UUID(c["document"]))} for c in area["citations"]]
    units = [
        {**u, "analysis": of_document.get(UUID(u["version"]["document"])) if u["version"] else None}
        for u in shown["units"]
    ]
    causes = [{**c, "grounds": [names[i] for i in c["grounds"] if i in names]} for c in shown["causes"]]
    return {
        "analysis": found,
        "body": {**shown, "causes": causes, "needs": queries.needs_of(shown), "units": units},
        "participation": _participation(shown),
    }


def _names(body: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What causes rest on, a line each: {id: {"text", "anchor"}}."""
    named = {}
    for area in body["areas"]:
        for quote in area["figures"]:
            f = quote["figure"]
            value = f"{f['display']} {f['unit_word']}".strip() if f["value"] is not None else f["display"]
            named[quote["id"]] = {"text": f"{f['label']}: {value} ({f['period']})", "anchor": f"siffra-{quote['id']}"}
        for finding in area["findings"]:
            named[finding["id"]] = {"text": finding["text"], "anchor": f"resultat-{finding['id']}"}
        for evidence in area["evidence"]:
            text = f"{evidence['author']}: {evidence['text']}"
            named[evidence["id"]] = {"text": text, "anchor": f"underlag-{evidence['id']}"}
        for citation in area["citations"]:
            text = f"{citation['node']}: {citation['passage']}"
            named[citation["id"]] = {"text": text, "anchor": f"utdrag-{citation['id']}"}
    return named


def _participation(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Groups somebody wrote about, in the law's order, with their names."""
    recorded = {row["group"]: row for row in body["participation"]}
    return [
        {**recorded[group.value], "label": group.label}
        for group in Participation.Group
        if group.value in recorded and (recorded[group.value]["how"].strip() or recorded[group.value]["offered"])
    ]


@dataclass(frozen=True)
class Passage:
    """Words of a frozen analysis that can be quoted elsewhere, and the goal area they are about."""

    text: str
    area: str


def passages(body: dict[str, Any]) -> dict[str, Passage]:
    """Every passage by the name of its part: "resultat:<id>", "underlag:<id>", "orsak:<id>", "behov:<id>"."""
    found: dict[str, Passage] = {}
    area_of: dict[str, str] = {}
    for area in body["areas"]:
        for kind in ("figures", "findings", "evidence", "citations"):
            area_of |= {item["id"]: area["key"] for item in area[kind]}
        found |= {f"resultat:{f['id']}": Passage(f["text"], area["key"]) for f in area["findings"]}
        found |= {f"underlag:{e['id']}": Passage(e["text"], area["key"]) for e in area["evidence"]}
    usual = body["areas"][0]["key"] if body["areas"] else ""
    for cause in body["causes"]:
        area_of[cause["id"]] = next((area_of[i] for i in cause["grounds"] if i in area_of), usual)
        found[f"orsak:{cause['id']}"] = Passage(cause["text"], area_of[cause["id"]])
    for need in body["needs"]:
        area = next((area_of[i] for i in need["causes"] if i in area_of), usual)
        found[f"behov:{need['id']}"] = Passage(need["text"], area)
    return found


def missing_by_step(found: Analysis, body: dict[str, Any]) -> list[dict[str, Any]]:
    """What is missing, by step: [{"label", "items": [Missing]}]; empty when it can be handed in."""
    missing = rules.missing(body)
    return [
        {"label": step["label"], "items": items}
        for step in editing.steps(found)
        if (items := [m for m in missing if m.step == Step(step["id"])])
    ]


def previous(access: Access, found: Analysis) -> dict[str, Any] | None:
    """Last time's conclusions by area and needs, as this person may read them; None when there was no last time."""
    version = queries.previous_analysis(found.node, found.period)
    if version is None or not queries.may_read(access, found.node, version.state):
        return None
    last = Analysis.objects.select_related("document__node").get(document=version.document_id)
    context = body_context(access, last, version.body)
    return {"version": version, "analysis": last, "body": context["body"]}


def earlier(row: Row, rows: editing.Rows) -> list[dict[str, Any]]:
    """Earlier texts of a row, latest first: [{"text": EarlierText, "fields": [{"label", "then", "now"}], "form"}]."""
    now = editing.form_of(row, rows=rows)
    return [_earlier(text, row, now, rows) for text in queries.earlier_texts(row)]


def _earlier(text: EarlierText, row: Row, now: editing.RowForm, rows: editing.Rows) -> dict[str, Any]:
    data = {name: value for name, value in text.fields.items() if value not in (None, False)}
    form = editing.form_of(row, {**data, "version": row.version}, rows=rows)
    form.is_valid()
    changed = editing.compared(form, form.cleaned_data, now.initial)
    fields = [{"label": one["label"], "then": one["mine"], "now": one["theirs"]} for one in changed]
    return {"text": text, "fields": fields, "form": form}
