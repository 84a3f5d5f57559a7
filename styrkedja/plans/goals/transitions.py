"""The life of a goal as one table: proposed -> decided -> closed, and by whose right. What is not here cannot be done.

Who decides follows from where the goal stands (invariant 2; Kommunallagen 6:38): at a unit or a team its leader, above
the units the committee, whose decision a registrar enters. The database holds the same moves (`migrations/0002_rules`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.access.permissions import Permission
from styrkedja.analyses.rules import ABOVE_UNITS
from styrkedja.core.audit import Event
from styrkedja.plans.models import GoalState


class Move(StrEnum):
    DECIDE = "decide"
    CLOSE = "close"


@dataclass(frozen=True)
class Transition:
    source: GoalState
    target: GoalState
    event: Event
    refusal: str | Promise


TRANSITIONS: dict[Move, Transition] = {
    Move.DECIDE: Transition(
        GoalState.PROPOSED,
        GoalState.DECIDED,
        Event.GOAL_DECIDED,
        _("Only a proposed goal can be decided. Nothing was changed."),
    ),
    Move.CLOSE: Transition(
        GoalState.DECIDED,
        GoalState.CLOSED,
        Event.GOAL_CLOSED,
        _("Only a decided goal, not yet closed, can be closed. Nothing was changed."),
    ),
}


def is_committees(node_kind: str) -> bool:
    """Goals above the units are the committee's."""
    return node_kind in ABOVE_UNITS


def authority(node_kind: str) -> Permission:
    """Who decides and closes goals at a node of the kind."""
    return Permission.DECISION_ENTER if is_committees(node_kind) else Permission.PLAN_DECIDE
