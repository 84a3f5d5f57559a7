"""How far a meeting has come, as one table. A move that is not here cannot be made; the database knows them too.

planned -> called -> held -> minuted; what is planned or called may be cancelled with a reason, what is held go back to
called. Minutes stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.dialogues.models import MeetingState

PREPARING = (MeetingState.PLANNED, MeetingState.CALLED)  # the agenda and who comes can be changed
WRITTEN_IN = (MeetingState.CALLED, MeetingState.HELD)  # notes, conclusions and what is agreed can be written
OPEN = (*PREPARING, MeetingState.HELD)


class Move(StrEnum):
    CALL = "call"
    HOLD = "hold"
    REOPEN = "reopen"
    MINUTE = "minute"
    CANCEL = "cancel"


@dataclass(frozen=True)
class Transition:
    """From which states to which, and what the person hears when the move cannot be made."""

    sources: tuple[MeetingState, ...]
    target: MeetingState
    refusal: str | Promise


TRANSITIONS: dict[Move, Transition] = {
    Move.CALL: Transition(
        (MeetingState.PLANNED,), MeetingState.CALLED, _("The meeting has been called already. Nothing was changed.")
    ),
    Move.HOLD: Transition(
        (MeetingState.CALLED,), MeetingState.HELD, _("Only a meeting that is called can be marked as held.")
    ),
    Move.REOPEN: Transition(
        (MeetingState.HELD,), MeetingState.CALLED, _("Only a meeting that is held and has no minutes is opened again.")
    ),
    Move.MINUTE: Transition(
        (MeetingState.HELD,), MeetingState.MINUTED, _("Mark the meeting as held first, then establish its minutes.")
    ),
    Move.CANCEL: Transition(
        PREPARING, MeetingState.CANCELLED, _("A meeting that has been held, or is cancelled, cannot be cancelled.")
    ),
}
