"""What happens to a document: it is begun, handed in, established and, with a reason, corrected.

Every change first locks the document's row, so two people who press at once are taken one after the
other: the first wins, the second is told. The trail's lock is always taken after it (one order, no deadlock).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Node, Person

from .hashing import content_hash
from .models import Document, DocumentKind, DocumentState, DocumentVersion
from .transitions import AUTHORITY, TRANSITIONS, Move


@action
def create(*, kind: DocumentKind, node: Node, period: str, by: Person | None) -> tuple[Document, bool]:
    """The node's document of this kind for the period, and whether it is new. There is never a second."""
    document, new = Document.objects.get_or_create(
        kind=kind, node=node, period=period, defaults={"created_by": by, "changed_by": by}
    )
    if new:
        details = {"kind": kind.value, "period": period}
        audit.record(Event.DOCUMENT_CREATED, by=by, node=node, about=document, details=details)
    return document, new


def lock_draft(document_id: UUID) -> Document:
    """The document, locked to the end of the transaction. Raises Refused when it is no draft.

    For the actions of rooms that keep a document's working rows: whoever holds the lock may change them.
    """
    document = _locked(document_id)
    if document.state != DocumentState.DRAFT:
        raise Refused(_("It has been handed in and can no longer be changed. Your text has not been saved."))
    return document


def mark_changed(document: Document, *, by: Person | None) -> None:
    """Count a change of the document's working rows. The caller holds the lock (`lock_draft`)."""
    Document.objects.filter(pk=document.pk).update(version=F("version") + 1, changed_by=by, changed_at=timezone.now())


@action
def submit(*, document: Document, expected: int, body: dict[str, Any], by: Person | None) -> DocumentVersion:
    """Hand in: `body` is frozen as a version and the draft is locked.

    Raises Refused if it is no draft, Conflict if it was changed after version `expected`.
    """
    locked = _ready(document, Move.SUBMIT, expected)
    version = _freeze(locked, DocumentState.SUBMITTED, body, reason=locked.correction_reason, by=by)
    _move(document, locked, Move.SUBMIT, by=by, version=version)
    return version


@action
def establish(*, document: Document, expected: int, by: Person | None) -> DocumentVersion:
    """Make what was handed in valid: the same body, word for word, as an established version.

    Raises Refused if `by` lacks the authority or nothing is handed in, Conflict if it was changed after `expected`.
    """
    if by is None or not Access(by).can(AUTHORITY[DocumentKind(document.kind)], document.node):
        raise Refused(_("You do not have the authority to establish this."))
    locked = _ready(document, Move.ESTABLISH, expected)
    submitted = locked.versions.filter(state=DocumentState.SUBMITTED).latest("number")
    version = _freeze(locked, DocumentState.ESTABLISHED, submitted.body, reason=submitted.reason, by=by)
    _move(document, locked, Move.ESTABLISH, by=by, version=version)
    return version


@action
def open_correction(*, document: Document, expected: int, reason: str, by: Person | None) -> Document:
    """Open the draft again to correct what is established, which stays readable and valid meanwhile.

    Raises Refused without a reason or when nothing is established, Conflict if it was changed after `expected`.
    """
    if not reason.strip():
        raise Refused(_("Write why it is to be corrected. The reason is shown with the new version."))
    locked = _ready(document, Move.CORRECT, expected)
    _move(document, locked, Move.CORRECT, by=by, reason=reason)
    return document


def _locked(document_id: UUID) -> Document:
    return Document.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=document_id)


def _ready(document: Document, move: Move, expected: int) -> Document:
    """The locked document, if the move can be made from where it stands and it is the one the person has read."""
    locked = _locked(document.pk)
    if locked.state != TRANSITIONS[move].source:
        raise Refused(str(TRANSITIONS[move].refusal))
    if locked.version != expected:
        raise Conflict(locked)
    return locked


def _freeze(
    document: Document, state: DocumentState, body: dict[str, Any], *, reason: str, by: Person | None
) -> DocumentVersion:
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    return DocumentVersion.objects.create(
        document=document,
        number=last + 1,
        state=state,
        body=body,
        content_hash=content_hash(body),
        reason=reason,
        made_by=by,
        made_at=timezone.now(),
    )


def _move(
    document: Document,
    locked: Document,
    move: Move,
    *,
    by: Person | None,
    version: DocumentVersion | None = None,
    reason: str = "",
) -> None:
    transition = TRANSITIONS[move]
    locked.state = transition.target
    locked.version += 1
    locked.changed_by = by
    locked.correction_reason = reason  # spent when the correction is handed in: the version carries it
    locked.save(update_fields=["state", "version", "changed_by", "changed_at", "correction_reason"])
    document.state, document.version = locked.state, locked.version
    details = {"number": version.number, "hash": version.content_hash} if version else {}
    audit.record(transition.event, by=by, node=locked.node, about=locked, details=details)
