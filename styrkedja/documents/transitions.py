"""The life of a document as one table. A move that is not here cannot be made.

draft -> submitted -> established; a correction opens a draft again while what is established stays
readable. To add a state or a move: one entry each (domain.md §6 names those that are to come).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.permissions import Permission
from styrkedja.core.audit import Event

from .models import DocumentKind, DocumentState


class Move(StrEnum):
    SUBMIT = "submit"
    ESTABLISH = "establish"
    CORRECT = "correct"


@dataclass(frozen=True)
class Transition:
    """From which state to which, what the trail calls it, and what the person hears when it cannot be made."""

    source: DocumentState
    target: DocumentState
    event: Event
    refusal: str | Promise


TRANSITIONS: dict[Move, Transition] = {
    Move.SUBMIT: Transition(
        DocumentState.DRAFT,
        DocumentState.SUBMITTED,
        Event.DOCUMENT_SUBMITTED,
        _("It has already been handed in. Nothing was changed."),
    ),
    Move.ESTABLISH: Transition(
        DocumentState.SUBMITTED,
        DocumentState.ESTABLISHED,
        Event.DOCUMENT_ESTABLISHED,
        _("Only what is handed in, and not yet established, can be established. Nothing was changed."),
    ),
    Move.CORRECT: Transition(
        DocumentState.ESTABLISHED,
        DocumentState.DRAFT,
        Event.CORRECTION_OPENED,
        _("Only what is established can be corrected. Nothing was changed."),
    ),
}

# Who may establish what, at the document's node (invariant 2).
AUTHORITY: dict[DocumentKind, Permission] = {
    DocumentKind.ANALYSIS: Permission.ANALYSIS_ESTABLISH,
    DocumentKind.QUALITY_REPORT: Permission.REPORT_MAKE,
}
