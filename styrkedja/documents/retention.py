"""How long documents are kept: the rules there are, what is due under one, what is proposed, and what has gone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.organisation.models import Placement

from .models import DisposalProposal, Document, DocumentState, DocumentVersion, RetentionRule, Tombstone

State = DocumentState
NEVER_ESTABLISHED = (State.DRAFT, State.SUBMITTED, State.RETURNED)


def rules() -> QuerySet[RetentionRule]:
    """Every rule there is and has been, latest first."""
    return RetentionRule.objects.select_related("node", "entered_by").order_by("-valid_from", "-entered_at")


@dataclass(frozen=True)
class Due:
    """A document that a rule lets go, since when, and whether somebody has proposed it already."""

    document: Document
    since: dt.date

    @property
    def versions(self) -> int:
        return int(self.document.version_count)  # type: ignore[attr-defined]


def due(rule: RetentionRule, access: Access) -> list[Due]:
    """What the rule lets go today, where the person may propose it, longest due first; what is proposed is left out.

    The same as the database asks of a tombstone (`migrations/0006_retention_rules`), which has the last word.
    """
    if not rule.holds_on(access.today):
        return []
    found = _of_kind(rule).filter(node__in=_below(rule.node_id)).annotate(version_count=Count("versions"))
    known: dict[UUID, bool] = {}
    lines = []
    for document in found.select_related("node").filter(proposal=None):
        since = due_since(rule, document)
        if since <= access.today and _may(access, document.node_id, known):
            lines.append(Due(document, since))
    return sorted(lines, key=lambda line: (line.since, line.document.node.name, line.document.period))


def lets_go(rule: RetentionRule, document: Document) -> bool:
    """Does the rule let this document go today?"""
    today = timezone.localdate()
    if not rule.holds_on(today) or due_since(rule, document) > today:
        return False
    return _of_kind(rule).filter(pk=document.pk).exists() and document.node_id in _below(rule.node_id)


def due_since(rule: RetentionRule, document: Document) -> dt.date:
    """The first day the rule lets it go: its years after the period's last day; a draft's last change if later."""
    last = periods.bounds(document.period)[1]
    if rule.what == RetentionRule.What.DRAFTS:
        last = max(last, timezone.localtime(document.changed_at).date())
    year = last.year + rule.years
    leap = last.replace(day=28) if (last.month, last.day) == (2, 29) else last
    return leap.replace(year=year) + dt.timedelta(days=1)


def _of_kind(rule: RetentionRule) -> QuerySet[Document]:
    if rule.what == RetentionRule.What.ARCHIVED:
        return Document.objects.filter(kind=rule.kind, state=State.ARCHIVED)
    established = DocumentVersion.objects.filter(document=OuterRef("pk"), state=State.ESTABLISHED)
    return Document.objects.filter(~Exists(established), kind=rule.kind, state__in=NEVER_ESTABLISHED)


def _below(node_id: UUID) -> set[UUID]:
    """The node and all that hangs, or has ever hung, below it."""
    below: dict[UUID, list[UUID]] = {}
    for child, parent in Placement.objects.values_list("node_id", "parent_id"):
        below.setdefault(parent, []).append(child)
    found: set[UUID] = set()
    waiting = [node_id]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting.extend(below.get(here, ()))
    return found


def _may(access: Access, node_id: UUID, known: dict[UUID, bool], permission: P = P.DOCUMENT_ARCHIVE) -> bool:
    if node_id not in known:
        known[node_id] = access.reaches(node_id, permission)
    return known[node_id]


def proposals(access: Access) -> list[DisposalProposal]:
    """What waits to be confirmed, where the person may confirm or has proposed, in the order it was proposed."""
    waiting = DisposalProposal.objects.select_related("document__node", "rule", "by")
    waiting = waiting.annotate(version_count=Count("document__versions"))
    confirm: dict[UUID, bool] = {}
    propose: dict[UUID, bool] = {}
    return [
        p
        for p in waiting.order_by("at")
        if _may(access, p.document.node_id, confirm, P.DOCUMENT_DISPOSE) or _may(access, p.document.node_id, propose)
    ]


def tombstones(access: Access, limit: int = 200) -> list[Tombstone]:
    """The latest of what has gone, where the person may propose or confirm."""
    known: dict[UUID, bool] = {}
    found = Tombstone.objects.select_related("node", "rule", "proposed_by", "by", "document")[:limit]
    return [
        t
        for t in found
        if known.setdefault(t.node_id, access.reaches(t.node_id, P.DOCUMENT_ARCHIVE, P.DOCUMENT_DISPOSE))
    ]


def tombstone_of(document: Document) -> Tombstone | None:
    """What is left of a document that was disposed of."""
    if document.state != State.DISPOSED:
        return None
    return Tombstone.objects.select_related("node", "rule", "proposed_by", "by", "document").get(document=document)


class Disposed(Exception):
    """The document asked for is no more; its tombstone is the page (`disposal_pages`). Raised for who might read it."""

    def __init__(self, document: Document) -> None:
        super().__init__("disposed of")
        self.document = document


def still_there(document: Document) -> None:
    """Raises Disposed. For every page that would show what a document says, once its reader is let in."""
    if document.state == State.DISPOSED:
        raise Disposed(document)
