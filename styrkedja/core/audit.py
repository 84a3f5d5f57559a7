"""The audit trail: every change leaves a row, in its own transaction, chained by hash.

Trust.md §7: gapless `seq`, the hash of the row before, SHA-256 over a canonical payload. A lock held to
the end of the transaction keeps the chain single; a rollback takes the row and the change together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import AuditEvent

GENESIS = "0" * 64
CHAIN_LOCK = 7_203_114  # any constant of our own: names the lock that orders the chain


class Event(models.TextChoices):
    """What can happen. To add an event: one member here."""

    NODE_ADDED = "node_added", _("Node added")
    NODE_CHANGED = "node_changed", _("Node changed")
    NODE_CLOSED = "node_closed", _("Node closed")
    NODES_MERGED = "nodes_merged", _("Nodes merged")
    PERSON_ADDED = "person_added", _("Person added")
    PERSON_CHANGED = "person_changed", _("Person changed")
    ROLE_ASSIGNED = "role_assigned", _("Role assigned")
    ROLE_ENDED = "role_ended", _("Role ended")
    LOGGED_IN = "logged_in", _("Logged in")
    LOGIN_FAILED = "login_failed", _("Login failed")
    FILE_RECEIVED = "file_received", _("File received")
    BATCH_COMMITTED = "batch_committed", _("Import confirmed")
    BATCH_UNDONE = "batch_undone", _("Import undone")
    UPLOAD_DISCARDED = "upload_discarded", _("Upload discarded")
    DOCUMENT_CREATED = "document_created", _("Document created")
    DOCUMENT_CHANGED = "document_changed", _("Document changed")
    DOCUMENT_SUBMITTED = "document_submitted", _("Document submitted")
    DOCUMENT_RETURNED = "document_returned", _("Document returned")
    DOCUMENT_ESTABLISHED = "document_established", _("Document established")
    CORRECTION_OPENED = "correction_opened", _("Correction opened")
    DOCUMENT_PUBLISHED = "document_published", _("Document published")
    DOCUMENT_SUPERSEDED = "document_superseded", _("Document superseded")
    DOCUMENT_ARCHIVED = "document_archived", _("Document archived")
    DOCUMENT_RESTORED = "document_restored", _("Earlier version restored as a draft")
    RETENTION_ENTERED = "retention_entered", _("Retention rule entered")
    DISPOSAL_PROPOSED = "disposal_proposed", _("Disposal proposed")
    DISPOSAL_DECLINED = "disposal_declined", _("Disposal declined")
    DOCUMENT_DISPOSED = "document_disposed", _("Document disposed of")
    DELEGATION_ENTERED = "delegation_entered", _("Delegation rule entered")
    DECISION_ENTERED = "decision_entered", _("Decision entered")
    GOAL_ADDED = "goal_added", _("Goal proposed")
    GOAL_CHANGED = "goal_changed", _("Goal changed")
    GOAL_DECIDED = "goal_decided", _("Goal decided")
    GOAL_CLOSED = "goal_closed", _("Goal closed")
    INITIATIVE_ADDED = "initiative_added", _("Initiative proposed")
    INITIATIVE_CHANGED = "initiative_changed", _("Initiative changed")
    INITIATIVE_MOVED = "initiative_moved", _("Initiative decided, begun or ended")
    FOLLOWED_UP = "followed_up", _("Initiative followed up")
    EVALUATED = "evaluated", _("Initiative evaluated")
    PERIOD_CLOSED = "period_closed", _("Period closed")
    REQUEST_SENT = "request_sent", _("Request sent")
    REQUEST_CHANGED = "request_changed", _("Request changed")
    REQUEST_CLOSED = "request_closed", _("Request closed")
    ANSWER_WRITTEN = "answer_written", _("Answer being written")
    ANSWER_SUBMITTED = "answer_submitted", _("Answer handed in")
    ANSWER_RETURNED = "answer_returned", _("Answer returned")
    ANSWER_ACCEPTED = "answer_accepted", _("Answer accepted")
    FEEDBACK_GIVEN = "feedback_given", _("Feedback given")
    FEEDBACK_ACKNOWLEDGED = "feedback_acknowledged", _("Feedback acknowledged")
    QUESTION_ANSWERED = "question_answered", _("Question answered")
    OBLIGATION_MOVED = "obligation_moved", _("Obligation moved to a successor")
    REMINDED = "reminded", _("Reminder sent")
    MEETING_PLANNED = "meeting_planned", _("Meeting planned")
    MEETING_CALLED = "meeting_called", _("Meeting called")
    MEETING_CHANGED = "meeting_changed", _("Meeting changed")
    MEETING_HELD = "meeting_held", _("Meeting held")
    MEETING_CANCELLED = "meeting_cancelled", _("Meeting cancelled")
    MINUTES_ESTABLISHED = "minutes_established", _("Minutes established")
    POINT_AGREED = "point_agreed", _("Point agreed")
    AGREED_POINT_ENDED = "agreed_point_ended", _("Agreed point done or dropped")
    PROPOSAL_MADE = "proposal_made", _("Decision proposed")
    PROPOSAL_ENDED = "proposal_ended", _("Proposal decided or withdrawn")
    SEMINAR_NOTED = "seminar_noted", _("Seminar note written")
    SEMINAR_REVEALED = "seminar_revealed", _("Seminar step shown")
    SEMINAR_USED = "seminar_used", _("Seminar note taken into an analysis")
    SELF_CHECK_OPENED = "self_check_opened", _("Self-check opened")
    SELF_CHECK_ANSWERED = "self_check_answered", _("Self-check answered")
    SELF_CHECK_CLOSED = "self_check_closed", _("Self-check closed")
    CYCLE_MADE = "cycle_made", _("Year of the wheel made")
    CYCLE_CHANGED = "cycle_changed", _("Year of the wheel changed")
    CYCLE_PUBLISHED = "cycle_published", _("Year of the wheel published")
    CYCLE_CLOSED = "cycle_closed", _("Year of the wheel closed")
    ACTIVITY_ADDED = "activity_added", _("Activity added")
    ACTIVITY_CHANGED = "activity_changed", _("Activity changed")
    ACTIVITY_CANCELLED = "activity_cancelled", _("Activity cancelled")
    TASK_CHANGED = "task_changed", _("Task changed")
    TASK_TICKED = "task_ticked", _("Task ticked")
    TASK_ENDED = "task_ended", _("Task carried over or dropped")
    FEED_MADE = "feed_made", _("Calendar address made")
    FEED_REVOKED = "feed_revoked", _("Calendar address revoked")
    REPORT_MADE = "report_made", _("Report made")
    PACKAGE_FETCHED = "package_fetched", _("Registry package fetched")
    CASE_NUMBER_ENTERED = "case_number_entered", _("Number in the registry entered")
    SETTING_CHANGED = "setting_changed", _("Setting changed")


def canonical(event: AuditEvent) -> bytes:
    """The bytes that are hashed: every column but the hash itself, keys sorted, no spaces."""
    payload = {
        "seq": event.seq,
        "at": event.at.isoformat(timespec="microseconds"),
        "event": event.event,
        "actor": str(event.actor_id or ""),
        "node": str(event.node_id or ""),
        "about": event.about,
        "details": event.details,
        "prev": event.prev_hash,
    }
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def record(
    event: Event,
    *,
    by: Any | None,
    node: Any | None = None,
    about: models.Model | None = None,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Append one row to the chain. `by` is a person or None for the system, `node` a node, `about` the changed object.

    Must be called inside the transaction of the change: raises TransactionManagementError otherwise.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an audit row belongs in the transaction of its change")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEvent.objects.order_by("-seq").values_list("seq", "hash").first()
    seq, prev = last if last else (0, GENESIS)
    row = AuditEvent(
        seq=seq + 1,
        at=timezone.now(),
        event=event.value,
        actor_id=getattr(by, "pk", None),
        node_id=getattr(node, "pk", None),
        about=f"{about._meta.label_lower}:{about.pk}" if about is not None else "",
        details=json.loads(json.dumps(details or {}, default=_plain)),
        prev_hash=prev,
    )
    row.hash = hashlib.sha256(canonical(row)).hexdigest()
    row.save(force_insert=True)
    return row


def _plain(value: Any) -> str:
    if isinstance(value, UUID) or hasattr(value, "isoformat"):
        return str(value)
    raise TypeError(f"not fit for the audit trail: {type(value).__name__}")


@dataclass(frozen=True)
class Break:
    """A place where the chain does not hold; the reason is for `styrkedja check`, in Swedish."""

    seq: int
    reason: str


def breaks() -> Iterator[Break]:
    """Walk the whole chain and give every place where it does not hold, first to last."""
    expected, prev = 1, GENESIS
    for row in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if row.seq != expected:
            yield Break(row.seq, f"rad {expected} saknas")
        if row.prev_hash != prev:
            yield Break(row.seq, "följer inte på raden före")
        if hashlib.sha256(canonical(row)).hexdigest() != row.hash:
            yield Break(row.seq, "har ändrats")
        expected, prev = row.seq + 1, row.hash
