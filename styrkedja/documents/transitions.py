"""The life of a document as one table: from which states, by whom, on what conditions. A move not here cannot be made.

draft -> submitted -> (returned ->) established -> published -> archived; a correction opens a draft again while what is
established stays readable, until the next established version supersedes it. To add a move: one entry here, one line in
`migrations` (the database knows the moves too), one action.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.audit import Event

from .models import HOLDS, OPEN, Document, DocumentKind, DocumentState, DocumentVersion

ANALYSIS, REPORT = DocumentKind.ANALYSIS, DocumentKind.QUALITY_REPORT
PLANS = (DocumentKind.OPERATIONAL_PLAN, DocumentKind.DEGRADING_TREATMENT_PLAN)


class Move(StrEnum):
    SUBMIT = "submit"
    GIVE_BACK = "give_back"
    ESTABLISH = "establish"
    PUBLISH = "publish"
    CORRECT = "correct"
    ARCHIVE = "archive"


class Needs(StrEnum):
    REASON = "reason"
    AUTHORITY = "authority"  # what `authority.toml` or a delegation rule gives, and minutes where it asks for them
    ANOTHER = "another"  # somebody else than who handed it in


@dataclass(frozen=True)
class Transition:
    """From which states to which, what the trail calls it, and what the person hears when it cannot be made.

    who: by kind of document, the permissions any of which is enough at its node. Empty where `authority` decides.
    """

    sources: tuple[DocumentState, ...]
    target: DocumentState
    event: Event
    refusal: str | Promise
    who: Mapping[DocumentKind, tuple[P, ...]] = field(default_factory=dict)
    needs: Needs | None = None


TRANSITIONS: dict[Move, Transition] = {
    Move.SUBMIT: Transition(
        OPEN,
        DocumentState.SUBMITTED,
        Event.DOCUMENT_SUBMITTED,
        _("It has already been handed in. Nothing was changed."),
        {ANALYSIS: (P.ANALYSIS_SUBMIT,), REPORT: (P.REPORT_MAKE,), **dict.fromkeys(PLANS, (P.PLAN_WRITE,))},
    ),
    # Who may establish it may also return it, and who receives it from above: the leaders of the nodes above.
    Move.GIVE_BACK: Transition(
        (DocumentState.SUBMITTED,),
        DocumentState.RETURNED,
        Event.DOCUMENT_RETURNED,
        _("Only what is handed in, and not yet established, can be returned. Nothing was changed."),
        {
            ANALYSIS: (P.ANALYSIS_ESTABLISH, P.DOCUMENT_RETURN),
            REPORT: (P.REPORT_ESTABLISH, P.DOCUMENT_RETURN, P.DECISION_ENTER),
            **dict.fromkeys(PLANS, (P.PLAN_DECIDE, P.DOCUMENT_RETURN)),
        },
        Needs.REASON,
    ),
    Move.ESTABLISH: Transition(
        (DocumentState.SUBMITTED,),
        DocumentState.ESTABLISHED,
        Event.DOCUMENT_ESTABLISHED,
        _("Only what is handed in, and not yet established, can be established. Nothing was changed."),
        needs=Needs.AUTHORITY,
    ),
    Move.PUBLISH: Transition(
        (DocumentState.ESTABLISHED,),
        DocumentState.PUBLISHED,
        Event.DOCUMENT_PUBLISHED,
        _("Only what is established, and not yet published, can be published. Nothing was changed."),
        dict.fromkeys(DocumentKind, (P.DOCUMENT_PUBLISH,)),
        Needs.ANOTHER,
    ),
    Move.CORRECT: Transition(
        HOLDS,
        DocumentState.DRAFT,
        Event.CORRECTION_OPENED,
        _("Only what is established can be corrected. Nothing was changed."),
        {ANALYSIS: (P.ANALYSIS_WRITE,), REPORT: (P.REPORT_MAKE,), **dict.fromkeys(PLANS, (P.PLAN_WRITE,))},
        Needs.REASON,
    ),
    Move.ARCHIVE: Transition(
        HOLDS,
        DocumentState.ARCHIVED,
        Event.DOCUMENT_ARCHIVED,
        _("Only what is established can be archived. Nothing was changed."),
        dict.fromkeys(DocumentKind, (P.DOCUMENT_ARCHIVE,)),
    ),
}


def permitted(access: Access, document: Document, move: Move) -> bool:
    """May the person make the move at the document's node, whatever state it stands in? Not for ESTABLISH.

    What a node that is closed has left behind can still be archived.
    """
    wanted = TRANSITIONS[move].who.get(DocumentKind(document.kind), ())
    return access.reaches(document.node_id, *wanted, any_day=move is Move.ARCHIVE)


def offered(access: Access, document: Document, move: Move) -> bool:
    """Is the move one this person can make from where the document stands now?"""
    if document.state not in TRANSITIONS[move].sources or not permitted(access, document, move):
        return False
    return TRANSITIONS[move].needs is not Needs.ANOTHER or handed_in(document).made_by_id != access.person.pk


def handed_in(document: Document) -> DocumentVersion:
    """What was last handed in. Raises DocumentVersion.DoesNotExist for a document that never was."""
    return document.versions.filter(state=DocumentState.SUBMITTED).latest("number")
