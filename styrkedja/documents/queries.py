"""Reading documents and their versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from styrkedja.core.audit import Event
from styrkedja.core.models import AuditEvent
from styrkedja.organisation.models import Node

from .hashing import content_hash
from .models import DelegationRule, Document, DocumentKind, DocumentState, DocumentVersion, Tombstone, VersionEvent

ABOUT = ("schema", "kind", "node", "period", "number", "report", "hash")  # of a body that was disposed of
GROUNDS = ("authority", "decided_on", "paragraph", "registry_number")  # of an established version, in the trail too


def document_for(kind: DocumentKind, node: Node, period: str) -> Document | None:
    return Document.objects.select_related("node").filter(kind=kind, node=node, period=period).first()


def versions(document: Document) -> QuerySet[DocumentVersion]:
    """Everything handed in or established, latest first, with who made it, on what authority, and what happened to it
    (`standing` asks nothing more). Bodies are left in the database."""
    return with_standing(document.versions.all()).defer("body").order_by("-number")


def with_standing(found: QuerySet[DocumentVersion]) -> QuerySet[DocumentVersion]:
    """Versions as a page tells of them. One query more, whatever their number."""
    return found.select_related("made_by", "delegation").prefetch_related("events__by")


def returned(document: Document) -> VersionEvent | None:
    """Who returned it, when and why, while it has not been handed in again."""
    if document.state != DocumentState.RETURNED:
        return None
    events = VersionEvent.objects.filter(version__document=document, state=DocumentState.RETURNED)
    return events.select_related("by", "version").order_by("-at").first()


def in_state(state: DocumentState, found: QuerySet[DocumentVersion]) -> QuerySet[DocumentVersion]:
    """Those of the versions that stand so today: `DocumentVersion.standing`, asked of the database."""
    last = VersionEvent.objects.filter(version=OuterRef("pk")).order_by("-at").values("state")[:1]
    return found.annotate(stands=Coalesce(Subquery(last), F("state"))).filter(stands=state)


def latest_version(document: Document, states: Iterable[DocumentState]) -> DocumentVersion | None:
    """The latest version in one of the states, body included."""
    found = document.versions.select_related("made_by", "document__node").filter(state__in=list(states))
    return found.order_by("-number").first()


def established_version(kind: DocumentKind, node: Node, period: str) -> DocumentVersion | None:
    """What holds for the node and period: the latest established version, also while a correction is open."""
    found = DocumentVersion.objects.select_related("made_by", "document__node").filter(
        document__kind=kind, document__node=node, document__period=period, state=DocumentState.ESTABLISHED
    )
    return found.order_by("-number").first()


def established_periods(kind: DocumentKind, node: Node) -> set[str]:
    """The years something is established for."""
    found = DocumentVersion.objects.filter(document__kind=kind, document__node=node, state=DocumentState.ESTABLISHED)
    return set(found.values_list("document__period", flat=True))


def established_versions(kind: DocumentKind, period: str, nodes: Iterable[UUID]) -> dict[UUID, DocumentVersion]:
    """The latest established version of each of the nodes that has one, by node id. One query, no bodies."""
    found = (
        DocumentVersion.objects.filter(
            document__kind=kind,
            document__period=period,
            document__node_id__in=list(nodes),
            state=DocumentState.ESTABLISHED,
        )
        .select_related("document", "made_by")
        .defer("body")
        .order_by("document_id", "-number")
        .distinct("document_id")
    )
    return {version.document.node_id: version for version in found}


def latest_versions(documents: Iterable[UUID]) -> dict[UUID, DocumentVersion]:
    """The latest version of each document that has one, by the document's id, with its node. Two queries at most.

    Bodies are left in the database, but for reports': those hold only the report's name.
    """
    if not (ids := list(documents)):
        return {}
    latest = DocumentVersion.objects.filter(document__in=ids).select_related("document__node")
    latest = latest.order_by("document_id", "-number").distinct("document_id")
    reports = {"document__kind": DocumentKind.QUALITY_REPORT}
    return {v.document_id: v for v in (*latest.filter(**reports), *latest.exclude(**reports).defer("body"))}


def delegations() -> QuerySet[DelegationRule]:
    """Every rule there is and has been, latest first."""
    return DelegationRule.objects.select_related("node", "entered_by").order_by("-valid_from", "-entered_at")


def altered_versions() -> Iterator[DocumentVersion]:
    """Versions that no longer say what they were written with: none, unless somebody went round the walls.

    Those of a document that was disposed of say nothing, and have the hash they had.

    The hash stands in the row and in the audit trail; one who changes body and hash together is found by the trail, and
    so is one who changes on what authority it was established.
    """
    told, disposed = _told(), set(Tombstone.objects.values_list("document_id", flat=True))
    for version in DocumentVersion.objects.iterator(chunk_size=200):
        details = told.get((str(version.document_id), version.number), {})
        authority = all(_plain(getattr(version, name)) == details[name] for name in GROUNDS if name in details)
        whole = content_hash(version.body) == version.content_hash
        if version.document_id in disposed:
            whole = version.body == husk(version.body)
        if not (whole and version.content_hash == details.get("hash") and authority):
            yield version


def husk(body: Any) -> dict[str, Any]:
    """What is left of a body that was disposed of: what it was about, and no word of it. As the database does it."""
    if not isinstance(body, dict):
        return {}
    emptied: dict[str, Any] = {key: [] if isinstance(value, list) else None for key, value in body.items()}
    return {key: body[key] if key in ABOUT else left for key, left in emptied.items()}


def _plain(value: Any) -> str | None:
    """As the trail keeps it."""
    return None if value is None else str(value)


def lost_versions() -> list[tuple[str, int]]:
    """(document id, number) of versions the audit trail knows and the database no longer has."""
    kept = {(str(pk), number) for pk, number in DocumentVersion.objects.values_list("document_id", "number")}
    return sorted(_told().keys() - kept)


def _told() -> dict[tuple[str, int], dict[str, Any]]:
    """What the audit trail says of each version, by document id and number: its hash, and on what authority."""
    frozen = AuditEvent.objects.filter(event__in=[Event.DOCUMENT_SUBMITTED, Event.DOCUMENT_ESTABLISHED])
    return {
        (about.partition(":")[2], details["number"]): details
        for about, details in frozen.values_list("about", "details")
    }
