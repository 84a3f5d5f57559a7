"""What is decided and done: the frame from above, goals, and initiatives with their effects. *Vart ska vi? Hur gör vi?
Hur blev det?*"""

from .frame import Decision, DecisionKind, PlanSettings
from .goals import ClosedPeriod, Goal, GoalNational, GoalNeed, GoalState, Target
from .initiatives import (
    Activity,
    Ground,
    Initiative,
    InitiativeChange,
    InitiativeKind,
    InitiativeNeed,
    InitiativeState,
    Participant,
)
from .outcomes import CarriedOutIn, Evaluation, FollowUp

__all__ = [
    "Activity",
    "CarriedOutIn",
    "ClosedPeriod",
    "Decision",
    "DecisionKind",
    "Evaluation",
    "FollowUp",
    "Goal",
    "GoalNational",
    "GoalNeed",
    "GoalState",
    "Ground",
    "Initiative",
    "InitiativeChange",
    "InitiativeKind",
    "InitiativeNeed",
    "InitiativeState",
    "Participant",
    "PlanSettings",
    "Target",
]
