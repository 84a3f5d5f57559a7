"""Where a report stands: the document behind it, and the version of that which is this report.

A report is written once and is a draft until it is handed in; then the document of its node and period carries it:
{"schema": 1, "report": id, "number", "hash": of its snapshot}.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from styrkedja.documents import queries as documents
from styrkedja.documents.models import PUT_AWAY, Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.documents.wording import established_line

from .document import Language, ReportDocument
from .models import Report

KIND = DocumentKind.QUALITY_REPORT


def body_of(report: Report) -> dict[str, Any]:
    """What is handed in: the report itself is written once, so its name and hash are enough."""
    return {"schema": 1, "report": str(report.pk), "number": report.number, "hash": report.content_hash}


def document_behind(report: Report) -> Document | None:
    """None before the first of the node's reports for the period was handed in."""
    return documents.document_for(KIND, report.node, report.period)


def with_standings(reports: Iterable[Report]) -> list[Report]:
    """The same reports, each with `handed_in`. Two queries, whatever their number."""
    found = list(reports)
    of_document = DocumentVersion.objects.filter(
        document__kind=KIND,
        document__node__in={r.node_id for r in found},
        document__period__in={r.period for r in found},
    )
    versions = documents.with_standing(of_document).select_related("document").order_by("number") if found else ()
    latest: dict[str, DocumentVersion] = {}
    gone: dict[tuple[Any, str], Any] = {}
    for version in versions:
        latest[version.body["report"]] = version
        if version.document.state == DocumentState.DISPOSED:
            gone[version.document.node_id, version.document.period] = version.document.changed_at
    for report in found:
        since = gone.get((report.node_id, report.period))
        report.disposed = since is not None and report.made_at < since
        report.handed_in = latest.get(str(report.pk))
    return found


def established_as(report: Report) -> DocumentVersion | None:
    """The document version that made this report valid; also one that has been superseded since."""
    found = DocumentVersion.objects.filter(
        document__kind=KIND,
        document__node=report.node_id,
        document__period=report.period,
        state=DocumentState.ESTABLISHED,
        body__report=str(report.pk),
    )
    return found.select_related("made_by", "delegation").order_by("-number").first()


def told(document: ReportDocument, report: Report, language: Language) -> ReportDocument:
    """The report with who established it on its cover, where somebody has."""
    version = established_as(report)
    if version is None:
        return document
    with translation.override(language):
        words = {"number": report.number, "line": established_line(version)}
        return replace(document, status=_("Version %(number)s. %(line)s") % words)


def in_lists(reports: QuerySet[Report]) -> QuerySet[Report]:
    """Those that are neither archived nor disposed of."""
    away = Document.objects.filter(kind=KIND, node=OuterRef("node"), period=OuterRef("period"), state__in=PUT_AWAY)
    return reports.exclude(Exists(away))
