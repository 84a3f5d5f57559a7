"""Retention: rules are entered and ended, disposal is proposed by one person and confirmed by another (invariant 23).

What is disposed of is gone at once, whole, with a tombstone; the database does it (`migrations/0006_retention_rules`).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.organisation.models import Node, Person

from .authority import Minutes, check_minutes
from .models import DisposalProposal, Document, RetentionRule, Tombstone
from .retention import lets_go

MOST_YEARS = 100


@dataclass(frozen=True)
class Kept:
    """How long what is kept: years after the last day of the document's period."""

    kind: str
    what: str
    years: int
    valid_from: dt.date


@action
def enter(*, node: Node, kept: Kept, minutes: Minutes, by: Person) -> RetentionRule:
    """Enter what the committee has decided on retention, for documents at and below the node.

    Raises Refused without the decision, for less than a year, and for whoever may not enter decisions at the node.
    """
    if not Access(by).can(Permission.DECISION_ENTER, node):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    check_minutes(minutes)
    if not 1 <= kept.years <= MOST_YEARS:
        raise Refused(_("Documents are kept for at least one year, and at most a hundred."))
    if minutes.decided_on > kept.valid_from:
        raise Refused(_("A retention rule holds at the earliest from the day it is decided."))
    rule = RetentionRule.objects.create(node=node, entered_by=by, **asdict(kept), **asdict(minutes))
    audit.record(Event.RETENTION_ENTERED, by=by, node=node, about=rule, details={**asdict(kept), **asdict(minutes)})
    return rule


@action
def end(*, rule: RetentionRule, last_day: dt.date, expected: int, by: Person) -> RetentionRule:
    """Let a rule end. Nothing goes under it after that day. Raises Refused for a day that lies back, Conflict."""
    if not Access(by).reaches(rule.node_id, Permission.DECISION_ENTER):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    held = RetentionRule.objects.select_for_update(no_key=True).get(pk=rule.pk)
    if last_day < max(held.valid_from, timezone.localdate()):
        raise Refused(_("It can end today at the earliest, and not before it begins."))
    if held.valid_to and last_day > held.valid_to:
        raise Refused(_("It ends before that already. Longer takes a new decision."))
    ended = save_version(held, expected=expected, fields={"valid_to": last_day})
    audit.record(Event.RETENTION_ENTERED, by=by, node=held.node, about=held, details={"valid_to": last_day})
    return ended


@action
def propose(*, rule: RetentionRule, document: Document, by: Person) -> DisposalProposal:
    """Propose that a document goes, which the rule lets go today. Raises Refused without the right or the rule."""
    if not Access(by).reaches(document.node_id, Permission.DOCUMENT_ARCHIVE):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    held = Document.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=document.pk)
    if not lets_go(rule, held):
        raise Refused(_("No rule lets it go today. Nothing was changed."))
    with unless_taken(_("It has been proposed already."), "documents_disposalproposal_document_id_key"):
        proposal = DisposalProposal.objects.create(document=held, rule=rule, by=by)
    audit.record(Event.DISPOSAL_PROPOSED, by=by, node=held.node, about=held, details={"rule": rule.pk})
    return proposal


@action
def decline(*, proposal: DisposalProposal, by: Person) -> None:
    """The document is kept: by who may confirm it, or who proposed it. Raises Refused, Conflict if it is settled."""
    held = _waiting(proposal.pk)
    document = held.document
    mine = held.by_id == by.pk and Access(by).reaches(document.node_id, Permission.DOCUMENT_ARCHIVE)
    if not mine and not Access(by).reaches(document.node_id, Permission.DOCUMENT_DISPOSE):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    held.delete()
    audit.record(Event.DISPOSAL_DECLINED, by=by, node=document.node, about=document, details={"rule": held.rule_id})


@action
def dispose(*, proposal: DisposalProposal, expected: int, by: Person) -> Tombstone:
    """Confirm: the document and all its versions lose every word, for good; a tombstone says what was there.

    `expected`: the document's version as the person has read of it. Raises Refused for who proposed it, without the
    right, or when no rule lets it go today; Conflict when it is settled already or the document has changed.
    """
    held = _waiting(proposal.pk)
    document = held.document
    if not Access(by).reaches(document.node_id, Permission.DOCUMENT_DISPOSE):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    if held.by_id == by.pk:
        raise Refused(_("You proposed it yourself. Somebody else has to confirm it."))
    if not lets_go(held.rule, document):
        raise Refused(_("No rule lets it go today. Nothing was changed."))
    if document.version != expected:
        raise Conflict(document)
    tombstone = Tombstone.objects.create(
        document=document,
        rule=held.rule,
        kind=document.kind,
        node=document.node,
        period=document.period,
        versions=[],  # the database fills in what there was
        proposed_by=held.by,
        by=by,
        at=timezone.now(),
    )
    tombstone.refresh_from_db()
    details = {"rule": held.rule_id, "proposed_by": held.by_id, "versions": tombstone.versions}
    audit.record(Event.DOCUMENT_DISPOSED, by=by, node=document.node, about=document, details=details)
    return tombstone


def _waiting(proposal_id: UUID) -> DisposalProposal:
    """The proposal, its document locked before it. Raises Conflict when it has been settled."""
    document = Document.objects.filter(proposal=proposal_id)
    list(document.select_for_update(no_key=True, of=("self",)))
    found = DisposalProposal.objects.select_related("document__node", "rule", "by").filter(pk=proposal_id).first()
    if found is None:
        raise Conflict(None)
    return found
