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
from .operational import (
    CommentResolution,
    Consultation,
    MeasureOutcome,
    OperationalPlan,
    PlanComment,
    PlanMeasure,
    PlanMention,
    PlanRow,
    PlanSection,
)
from .outcomes import CarriedOutIn, Evaluation, FollowUp
from .words import PlanWords

__all__ = [
    "Activity",
    "CarriedOutIn",
    "ClosedPeriod",
    "CommentResolution",
    "Consultation",
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
    "MeasureOutcome",
    "OperationalPlan",
    "Participant",
    "PlanComment",
    "PlanMeasure",
    "PlanMention",
    "PlanRow",
    "PlanSection",
    "PlanSettings",
    "PlanWords",
    "Target",
]
