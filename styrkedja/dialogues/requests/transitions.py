"""How far a receiver of a request has come, as one table. A move that is not here cannot be made.

waiting -> submitted -> accepted; an answer may be returned with a reason and handed in again, and a receiver released
with a reason. What is accepted or released stays so: it has been told to somebody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.core.audit import Event
from styrkedja.dialogues.models import ReceiverState


class Move(StrEnum):
    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    RELEASE = "release"


@dataclass(frozen=True)
class Transition:
    """From which states to which, what the trail calls it, and what the person hears when it cannot be made."""

    sources: tuple[ReceiverState, ...]
    target: ReceiverState
    event: Event
    refusal: str | Promise


TRANSITIONS: dict[Move, Transition] = {
    Move.SUBMIT: Transition(
        (ReceiverState.WAITING, ReceiverState.RETURNED),
        ReceiverState.SUBMITTED,
        Event.ANSWER_SUBMITTED,
        _("%(node)s has answered already. Nothing was changed."),
    ),
    Move.ACCEPT: Transition(
        (ReceiverState.SUBMITTED,),
        ReceiverState.ACCEPTED,
        Event.ANSWER_ACCEPTED,
        _("Only an answer that is handed in can be accepted: %(node)s. Nothing was changed."),
    ),
    Move.RETURN: Transition(
        (ReceiverState.SUBMITTED,),
        ReceiverState.RETURNED,
        Event.ANSWER_RETURNED,
        _("Only an answer that is handed in can be returned: %(node)s. Nothing was changed."),
    ),
    Move.RELEASE: Transition(
        (ReceiverState.WAITING, ReceiverState.SUBMITTED, ReceiverState.RETURNED),
        ReceiverState.RELEASED,
        Event.REQUEST_CHANGED,
        _("%(node)s can no longer be released: its answer is accepted, or it has been released. Nothing was changed."),
    ),
}
