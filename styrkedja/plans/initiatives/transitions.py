"""The life of an initiative as one table: from which states, to which, by whose right. What is not here cannot be done.

proposed -> decided -> ongoing -> completed or stopped -> evaluated. The database holds the same moves
(`migrations/0002_rules`). What is missing before a move is told by `rules`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.permissions import Permission
from styrkedja.plans.models import InitiativeState as State


class Move(StrEnum):
    DECIDE = "decide"
    BEGIN = "begin"
    COMPLETE = "complete"
    STOP = "stop"
    EVALUATE = "evaluate"


class Asks(StrEnum):
    """What has to be there before the move."""

    NOTHING = "nothing"
    WHOLE = "whole"  # every field of a hypothesis (`rules.missing`)
    REASON = "reason"
    EVALUATION = "evaluation"


@dataclass(frozen=True)
class Transition:
    """From which states to which; the permission, which the holder of an initiative has too where `holder` says so."""

    sources: tuple[State, ...]
    target: State
    permission: Permission
    holder: bool
    asks: Asks
    refusal: str | Promise


TRANSITIONS: dict[Move, Transition] = {
    Move.DECIDE: Transition(
        (State.PROPOSED,),
        State.DECIDED,
        Permission.PLAN_DECIDE,
        False,
        Asks.WHOLE,
        _("It has been decided already. Nothing was changed."),
    ),
    Move.BEGIN: Transition(
        (State.DECIDED,),
        State.ONGOING,
        Permission.PLAN_WRITE,
        True,
        Asks.NOTHING,
        _("Only what is decided, and has not begun, can begin. Nothing was changed."),
    ),
    Move.COMPLETE: Transition(
        (State.ONGOING,),
        State.COMPLETED,
        Permission.PLAN_WRITE,
        True,
        Asks.NOTHING,
        _("Only what is ongoing can be completed. Nothing was changed."),
    ),
    Move.STOP: Transition(
        (State.DECIDED, State.ONGOING),
        State.STOPPED,
        Permission.PLAN_DECIDE,
        False,
        Asks.REASON,
        _("Only what is decided or ongoing can be stopped. Nothing was changed."),
    ),
    Move.EVALUATE: Transition(
        (State.COMPLETED, State.STOPPED),
        State.EVALUATED,
        Permission.PLAN_WRITE,
        True,
        Asks.EVALUATION,
        _("Complete or stop it first: what is still going on is followed up, not evaluated."),
    ),
}

RUNNING = (State.DECIDED, State.ONGOING)  # dates, holder, activities, participants and resources may still change
ENDED = (State.COMPLETED, State.STOPPED)  # waits to be judged


def moves_from(state: str) -> list[Move]:
    return [move for move, transition in TRANSITIONS.items() if state in transition.sources]
