"""Reading reports: which there are, which a person may read, and what is ready before one is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import queries as analyses
from styrkedja.analyses.rules import lists_units
from styrkedja.core import periods
from styrkedja.core.audit import Event
from styrkedja.core.models import AuditEvent
from styrkedja.documents import queries as documents
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.documents.retention import still_there
from styrkedja.organisation.models import Node

from . import standing
from .document import Language, ReportDocument
from .models import Basis, Report

# A report built on words that are not established is read by those who may read the words.
DRAFT_READERS = (P.REPORT_MAKE, P.ANALYSIS_READ_SUBMITTED)
YEARS_OFFERED = 5


def document_of(report: Report, language: Language) -> ReportDocument:
    """The report in one language, as it was made; its cover says who has established it since."""
    return standing.told(ReportDocument.from_data(report.snapshot[language]), report, language)


def readable(access: Access, *, also_closed: bool = True) -> QuerySet[Report]:
    """Every report the person may read, latest first; snapshots are left in the database.

    also_closed: those of nodes that no longer stand in the chain too, for which one more query is asked.
    """
    anybody = Q(analysis=None) | Q(analysis__state=DocumentState.ESTABLISHED)
    closed = _closed(access) if also_closed else []
    found = Report.objects.filter(
        Q(anybody, node__any_of=_reached(access, closed, P.REPORT_READ))
        | Q(node__any_of=_reached(access, closed, *DRAFT_READERS))
    )
    return found.select_related("node", "made_by", "analysis").defer("snapshot", "analysis__body").order_by("-made_at")


def _closed(access: Access) -> list[UUID]:
    """Nodes with reports that no longer stand in the chain: their reports are read as before."""
    reported = Report.objects.exclude(node__any_of=access.tree.nodes).values_list("node_id", flat=True)
    return list(reported.order_by("node_id").distinct())


def _reached(access: Access, closed: list[UUID], *permissions: P) -> frozenset[UUID]:
    return access.nodes_for(*permissions) | {pk for pk in closed if access.reaches(pk, *permissions)}


def report(report_id: UUID) -> Report:
    """Raises Http404."""
    found = Report.objects.select_related("node", "made_by", "analysis").defer("analysis__body")
    try:
        return found.get(pk=report_id)
    except Report.DoesNotExist:
        raise Http404 from None


def node_of(report_id: UUID, **_: Any) -> Node:
    """The node a report is about, for `@requires`. Raises Http404."""
    return report(report_id).node


def report_to_read(access: Access, report_id: UUID) -> Report:
    """The report, if its words are for this person.

    Raises Http404 or PermissionDenied for a draft of others, Disposed for one that is no more.
    """
    found = report(report_id)
    if found.basis == Basis.SUBMITTED:
        visible_node(access, found.node_id, DRAFT_READERS, any_day=True)
    document = None if found.has_words else standing.document_behind(found)
    if document is not None:
        still_there(document)
    return found


def versions(access: Access, node: Node, period: str) -> list[Report]:
    """The versions of one report the person may read, latest first, and where each stands."""
    return standing.with_standings(readable(access).filter(node=node, period=period).order_by("-number"))


def latest_report(node: Node, period: str) -> Report | None:
    """The latest version, whoever made it: for the command line."""
    return Report.objects.filter(node=node, period=period).select_related("node").order_by("-number").first()


def by_node(reports: QuerySet[Report]) -> list[dict[str, Any]]:
    """Reports as a list shows them: [{"node", "period", "latest", "older": [Report]}], latest made first."""
    found: dict[tuple[UUID, str], list[Report]] = {}
    for one in standing.with_standings(reports):
        found.setdefault((one.node_id, one.period), []).append(one)
    return [
        {"node": held[0].node, "period": held[0].period, "latest": held[0], "older": held[1:]}
        for held in found.values()
    ]


def periods_offered() -> list[str]:
    """School years a report may be about, the one people most likely mean first."""
    today = timezone.localdate()
    running = periods.end_year(periods.school_year_on(today))
    first = analyses.default_period(today)
    return [first, *(p for y in range(running, running - YEARS_OFFERED, -1) if (p := periods.school_year(y)) != first)]


def period_opened(access: Access, node: Node) -> str:
    """The latest year with an established analysis or a report to read; where there is none, the likeliest."""
    offered = periods_offered()
    held = set(readable(access).filter(node=node).values_list("period", flat=True))
    held.update(documents.established_periods(DocumentKind.ANALYSIS, node))
    return max(held.intersection(offered), key=periods.end_year, default=offered[0])


@dataclass(frozen=True)
class Readiness:
    """What a report would be built on today. units: (unit, its established version or None), by name.

    told: the reader may know how far an analysis has come that is not established (invariant 19); else there is no more
    here than what is.
    """

    document: Document | None
    version: DocumentVersion | None
    units: tuple[tuple[Node, DocumentVersion | None], ...]
    told: bool

    @property
    def established(self) -> bool:
        return self.version is not None and self.version.is_established

    @property
    def handed_in(self) -> bool:
        return self.document is not None and self.document.state == DocumentState.SUBMITTED

    @property
    def missing(self) -> list[Node]:
        return [unit for unit, version in self.units if version is None]


def readiness(access: Access, node: Node, period: str) -> Readiness:
    """As far as the reader may know. Three queries and the chain, whatever the number of units."""
    told = access.reaches(node.pk, *DRAFT_READERS)
    document = documents.document_for(DocumentKind.ANALYSIS, node, period)
    version = None
    if document is not None:
        states = [[DocumentState.ESTABLISHED], *([[DocumentState.SUBMITTED]] if told else [])]
        version = next((v for s in states if (v := documents.latest_version(document, s))), None)
    units = analyses.units_for(node, period) if lists_units(node.kind) else []
    held = documents.established_versions(DocumentKind.ANALYSIS, period, [u.pk for u in units])
    listed = tuple((unit, held.get(unit.pk)) for unit in units)
    return Readiness(document if told else None, version, listed, told)


def altered_reports() -> Iterator[Report]:
    """Reports whose snapshot no longer has the hash it was written with: none, unless somebody went round the walls.

    The hash stands in the row and in the audit trail; one who changes snapshot and hash together is found by the trail.
    """
    told = _told()
    for found in Report.objects.iterator(chunk_size=20):
        whole = content_hash(found.snapshot) == found.content_hash if found.has_words else _disposed(found)
        if not (whole and found.content_hash == told.get(str(found.pk))):
            yield found


def _disposed(report: Report) -> bool:
    document = standing.document_behind(report)
    return document is not None and document.state == DocumentState.DISPOSED


def lost_reports() -> list[str]:
    """Ids of reports the audit trail knows and the database no longer has."""
    return sorted(_told().keys() - {str(pk) for pk in Report.objects.values_list("pk", flat=True)})


def _told() -> dict[str, str]:
    """The hash the audit trail has of each report, by its id."""
    made = AuditEvent.objects.filter(event=Event.REPORT_MADE).values_list("about", "details")
    return {about.partition(":")[2]: details["hash"] for about, details in made}
