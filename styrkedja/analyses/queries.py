"""Reading analyses: the one being written, those that hold, and where they were used above."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.documents import queries as documents
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.documents.retention import still_there
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import Tree, tree_on

from .models import ROWS, Analysis, EarlierText, Row

UNDO_DAYS = 30  # how long a deleted row can be put back
# A new year's analysis is begun when its results come: from this many months into the year that ended.
LOOKING_BACK = dt.timedelta(days=304)

_DRAFT = (P.ANALYSIS_READ_DRAFT, P.ANALYSIS_WRITE)
_SUBMITTED = (P.ANALYSIS_READ_SUBMITTED, *_DRAFT)
_ESTABLISHED = (P.ANALYSIS_READ_ESTABLISHED, *_SUBMITTED)
READ = {
    DocumentState.DRAFT: _DRAFT,
    DocumentState.SUBMITTED: _SUBMITTED,
    DocumentState.RETURNED: _DRAFT,  # the draft that opened again; what was handed in is read as before
    DocumentState.ESTABLISHED: _ESTABLISHED,
    DocumentState.PUBLISHED: _ESTABLISHED,
    DocumentState.SUPERSEDED: _ESTABLISHED,
    DocumentState.ARCHIVED: _ESTABLISHED,
    DocumentState.DISPOSED: _ESTABLISHED,
}
"""Who may read what in each state (invariant 19, trust.md §3): at the analysis's node."""


def analysis(analysis_id: UUID) -> Analysis:
    """With its document and node. Raises Http404."""
    return get_object_or_404(Analysis.objects.select_related("document__node", "document__changed_by"), pk=analysis_id)


def node_of(analysis_id: UUID, **_: Any) -> Node:
    """The node an analysis belongs to, for `@requires`. Raises Http404."""
    return analysis(analysis_id).node


def may_read(access: Access, node: Node, state: str) -> bool:
    """Also of a node that is closed: its analyses are there for ever."""
    return access.reaches(node.pk, *READ[DocumentState(state)])


def row(found: Analysis, slug: str, row_id: UUID) -> Row:
    """A row of the analysis by the word of its kind; also a deleted one. Raises Http404."""
    if slug not in ROWS:
        raise Http404
    rows = ROWS[slug]._default_manager.select_related("changed_by", "analysis")
    return get_object_or_404(rows, analysis=found, pk=row_id)


def version_to_read(access: Access, found: Analysis, number: int | None = None) -> DocumentVersion:
    """The version asked for, or the latest this person may read.

    Raises Http404 when there is none (or, outside scope, none for them), PermissionDenied inside scope; Disposed for
    what they might have read.
    """
    kept = documents.with_standing(found.document.versions.select_related("document__node")).order_by("-number")
    wanted = list(kept if number is None else kept.filter(number=number))
    if not wanted:
        raise Http404
    for version in wanted:
        if may_read(access, found.node, version.state):
            still_there(found.document)
            return version
    visible_node(access, found.node.pk, READ[DocumentState(wanted[0].state)], any_day=True)
    raise PermissionDenied


def readable_versions(access: Access, found: Analysis) -> list[DocumentVersion]:
    """The versions this person may read, latest first."""
    return [v for v in documents.versions(found.document) if may_read(access, found.node, v.state)]


def deleted_rows(found: Analysis) -> list[Row]:
    """What can be put back, latest deletion first."""
    since = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    rows = [r for model in ROWS.values() for r in model._default_manager.filter(analysis=found, deleted_at__gt=since)]
    return sorted(rows, key=lambda r: str(r.deleted_at), reverse=True)


def earlier_texts(of: Row) -> list[EarlierText]:
    return list(EarlierText.objects.filter(row_id=of.pk).select_related("by"))


# What holds for others: reports and later years.


def frozen_analysis(node: Node, period: str) -> DocumentVersion | None:
    """The established version that holds for the node and period; `.body` is described in `analyses.body`.

    Its figures are unmasked: what leaves goes through `quoted.released_body`.
    """
    return documents.established_version(DocumentKind.ANALYSIS, node, period)


def previous_analysis(node: Node, period: str) -> DocumentVersion | None:
    """The latest established analysis of the node for a period before this one."""
    found = DocumentVersion.objects.filter(
        document__kind=DocumentKind.ANALYSIS, document__node=node, state=DocumentState.ESTABLISHED
    )
    earlier = [
        v
        for v in found.select_related("document").order_by("-number")
        if periods.end_year(v.document.period) < periods.end_year(period)
    ]
    return max(earlier, key=lambda v: (periods.end_year(v.document.period), v.number), default=None)


def needs_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """The needs by priority, each with its causes in words: [{"text", "priority", "causes": [str]}]."""
    causes = {cause["id"]: cause["text"] for cause in body["causes"]}
    return [{**need, "causes": [causes[c] for c in need["causes"]]} for need in body["needs"]]


@dataclass(frozen=True)
class Use:
    """Where an analysis was used: the version that holds, how often it quotes, and whether it takes it in."""

    version: DocumentVersion
    analysis_id: UUID
    passages: tuple[str, ...]
    included: bool


def uses_of(used: Iterable[Document], access: Access) -> dict[UUID, list[Use]]:
    """The established analyses that quote these or take them in, as far as the person may read them; latest first.

    By document id. Two queries, whatever the number of documents.
    """
    ids = [document.pk for document in used]
    if not ids:
        return {}
    naming = Q()
    for pk in ids:
        naming |= Q(body__uses__contains=[str(pk)])
    found = (
        DocumentVersion.objects.filter(naming, document__kind=DocumentKind.ANALYSIS, state=DocumentState.ESTABLISHED)
        .select_related("document__node", "made_by")
        .order_by("document_id", "-number")
    )
    readable = [v for v in found if may_read(access, v.document.node, v.state)]
    analyses = {a.document_id: a.pk for a in Analysis.objects.filter(document__in=[v.document_id for v in readable])}
    uses: dict[UUID, list[Use]] = {}
    for pk in ids:
        latest: dict[UUID, DocumentVersion] = {}
        for version in readable:
            if str(pk) in version.body["uses"]:
                latest.setdefault(version.document_id, version)
        if latest:
            by_time = sorted(latest.values(), key=lambda v: v.made_at, reverse=True)
            uses[pk] = [_use(v, analyses[v.document_id], str(pk)) for v in by_time]
    return uses


def _use(version: DocumentVersion, analysis_id: UUID, document_id: str) -> Use:
    quoted = [c for area in version.body["areas"] for c in area["citations"] if c["document"] == document_id]
    included = any(u["version"] and u["version"]["document"] == document_id for u in version.body["units"])
    return Use(version, analysis_id, tuple(c["passage"] for c in quoted), included)


# The organisation as a period's analysis sees it.


def tree_of(node: Node, period: str) -> Tree:
    """The chain on the period's last day (today, while it runs); as it stands now if the node is younger than that."""
    today = timezone.localdate()
    then = tree_on(min(periods.bounds(period)[1], today))
    return then if node.pk in then.nodes else tree_on(today)


def units_for(node: Node, period: str) -> list[Node]:
    """Every active unit of the node for the period, by name."""
    return tree_of(node, period).units(node.pk)


def default_period(day: dt.date) -> str:
    """The school year an analysis begun on a day is most likely about: the last one, from May the one that ends."""
    return periods.school_year_on(day - LOOKING_BACK)


def analyses_of(nodes: Iterable[UUID], period: str | None = None) -> list[Document]:
    """The documents of these nodes with their analyses, latest period first. One query."""
    found = Document.objects.filter(kind=DocumentKind.ANALYSIS, node__any_of=nodes)
    if period:
        found = found.filter(period=period)
    listed = found.select_related("analysis", "node", "changed_by")
    return sorted(listed, key=lambda d: (-periods.end_year(d.period), d.period))
