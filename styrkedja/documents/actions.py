"""What happens to a document: it is begun, handed in, returned, established, published, corrected, archived.

Every change first locks the document's row, so two people who press at once are taken one after the
other: the first wins, the second is told. The trail's lock is always taken after it (one order, no deadlock).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from styrkedja.access.gate import Access
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Node, Person

from .authority import Minutes, Way, check_minutes, way_to_establish
from .hashing import content_hash
from .models import Document, DocumentKind, DocumentState, DocumentVersion, VersionEvent
from .transitions import TRANSITIONS, Move, Needs, handed_in, permitted

REASONS = {
    Move.GIVE_BACK: gettext_lazy("Write why it is returned. The reason is shown to those who write it."),
    Move.CORRECT: gettext_lazy("Write why it is to be corrected. The reason is shown with the new version."),
}


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
    """The document, locked to the end of the transaction. Raises Refused when it is not open to be written in.

    For the actions of rooms that keep a document's working rows: whoever holds the lock may change them.
    """
    document = _locked(document_id)
    if not document.is_open:
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
    locked = _ready(document, Move.SUBMIT, expected, by)
    version = _freeze(locked, DocumentState.SUBMITTED, body, reason=locked.correction_reason, by=by)
    _move(document, locked, Move.SUBMIT, by=by, version=version)
    return version


@action
def give_back(*, document: Document, expected: int, reason: str, by: Person | None) -> VersionEvent:
    """Return what is handed in, with a reason its writers see: they can write in it again.

    By those who may establish it, and those it has been handed in to: the leaders of the nodes above. Raises Refused
    without a reason or the right, or when nothing is handed in; Conflict if it was changed after version `expected`.
    """
    locked = _ready(document, Move.GIVE_BACK, expected, by, reason)
    version = handed_in(locked)
    returned = _happened(version, DocumentState.RETURNED, by=by, reason=reason)
    _move(document, locked, Move.GIVE_BACK, by=by, version=version, reason=version.reason)
    return returned


@action
def establish(
    *, document: Document, expected: int, by: Person | None, minutes: Minutes | None = None
) -> DocumentVersion:
    """Make what was handed in valid: the same body, word for word, as an established version.

    `minutes`: of a committee's decision, where that is what makes it valid. What was established before is superseded.
    Raises Refused if `by` lacks the authority or nothing is handed in, Conflict if it was changed after `expected`.
    """
    way = way_to_establish(Access(by), document) if by is not None else None
    if way is None:
        raise Refused(_("You do not have the authority to establish this."))
    locked = _ready(document, Move.ESTABLISH, expected, by)
    submitted = handed_in(locked)
    grounds = _grounds(way, minutes)
    version = _freeze(locked, DocumentState.ESTABLISHED, submitted.body, reason=submitted.reason, by=by, **grounds)
    _move(document, locked, Move.ESTABLISH, by=by, version=version, **_told(grounds))
    for earlier in locked.versions.filter(state=DocumentState.ESTABLISHED).exclude(pk=version.pk):
        if earlier.standing != DocumentState.SUPERSEDED:
            _happened(earlier, DocumentState.SUPERSEDED, by=by)
            details = {"number": earlier.number, "by": version.number}
            audit.record(Event.DOCUMENT_SUPERSEDED, by=by, node=locked.node, about=locked, details=details)
    return version


@action
def publish(*, document: Document, expected: int, by: Person | None) -> VersionEvent:
    """Release what is established. Never by the one who handed it in: two people stand behind what goes out.

    Raises Refused without the right or when it is not established, Conflict if it was changed after `expected`.
    """
    locked = _ready(document, Move.PUBLISH, expected, by)
    version = locked.versions.filter(state=DocumentState.ESTABLISHED).latest("number")
    published = _happened(version, DocumentState.PUBLISHED, by=by)
    _move(document, locked, Move.PUBLISH, by=by, version=version)
    return published


@action
def open_correction(*, document: Document, expected: int, reason: str, by: Person | None) -> Document:
    """Open the draft again to correct what is established, which stays readable and valid meanwhile.

    Raises Refused without a reason or when nothing is established, Conflict if it was changed after `expected`.
    """
    locked = _ready(document, Move.CORRECT, expected, by, reason)
    _move(document, locked, Move.CORRECT, by=by, reason=reason)
    return document


@action
def archive(*, document: Document, expected: int, by: Person | None) -> VersionEvent:
    """Take what is established out of the lists for good; it is readable for ever, and never changed again.

    Raises Refused without the right or when it is not established, Conflict if it was changed after `expected`.
    """
    locked = _ready(document, Move.ARCHIVE, expected, by)
    version = locked.versions.filter(state=DocumentState.ESTABLISHED).latest("number")
    archived = _happened(version, DocumentState.ARCHIVED, by=by)
    _move(document, locked, Move.ARCHIVE, by=by, version=version)
    return archived


def _locked(document_id: UUID) -> Document:
    return Document.objects.select_for_update(no_key=True, of=("self",)).select_related("node").get(pk=document_id)


def _ready(document: Document, move: Move, expected: int, by: Person | None, reason: str = "") -> Document:
    """The locked document, if the move can be made from where it stands and it is the one the person has read."""
    transition = TRANSITIONS[move]
    if transition.needs is Needs.REASON and not reason.strip():
        raise Refused(str(REASONS[move]))
    locked = _locked(document.pk)
    if locked.state not in transition.sources:
        raise Refused(str(transition.refusal))
    if transition.who and (by is None or not permitted(Access(by), locked, move)):
        raise Refused(_("You do not have the right to do this. Nothing was changed."))
    if transition.needs is Needs.ANOTHER and handed_in(locked).made_by_id == getattr(by, "pk", None):
        raise Refused(_("You handed it in yourself. Somebody else has to publish it."))
    if locked.version != expected:
        raise Conflict(locked)
    return locked


def _grounds(way: Way, minutes: Minutes | None) -> dict[str, Any]:
    """What makes it valid, as the version keeps it."""
    if way.asks_for_minutes:
        found = check_minutes(minutes)
        return {
            "authority": way.authority,
            "decided_on": found.decided_on,
            "paragraph": found.paragraph.strip(),
            "registry_number": found.registry_number.strip(),
        }
    return {"authority": way.authority, "delegation": way.rule}


def _told(grounds: dict[str, Any]) -> dict[str, Any]:
    """The same for the trail: no personal values."""
    rule = grounds.get("delegation")
    said = {name: value for name, value in grounds.items() if name != "delegation"}
    return said | ({"delegation": rule.pk} if rule else {})


def _freeze(
    document: Document, state: DocumentState, body: dict[str, Any], *, reason: str, by: Person | None, **grounds: Any
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
        **grounds,
    )


def _happened(version: DocumentVersion, state: DocumentState, *, by: Person | None, reason: str = "") -> VersionEvent:
    return VersionEvent.objects.create(version=version, state=state, reason=reason, by=by, at=timezone.now())


def _move(
    document: Document,
    locked: Document,
    move: Move,
    *,
    by: Person | None,
    version: DocumentVersion | None = None,
    reason: str = "",
    **told: Any,
) -> None:
    """`reason`: why what is established is corrected, for the version to come; any other stands with its version."""
    transition = TRANSITIONS[move]
    locked.state = transition.target
    locked.version += 1
    locked.changed_by = by
    locked.correction_reason = reason  # spent when the correction is handed in: the version carries it
    locked.save(update_fields=["state", "version", "changed_by", "changed_at", "correction_reason"])
    document.state, document.version = locked.state, locked.version
    details = {"number": version.number, "hash": version.content_hash} if version else {}
    audit.record(transition.event, by=by, node=locked.node, about=locked, details=details | told)
