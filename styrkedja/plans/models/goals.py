"""What a node wants to have reached in a period, and why: goals, the national goals they serve, needs, targets.

Skollagen 4:5: the aim is that the national goals are met, so a goal that is decided links to at least one that holds
in its period (invariant 9). The database says so too: `migrations/0002_rules`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Node, Person

from .frame import Decision


class GoalState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("goal", "Proposed")
    DECIDED = "decided", pgettext_lazy("goal", "Decided")
    CLOSED = "closed", pgettext_lazy("goal", "Closed")


class Goal(Identified, Versioned):
    """One goal of a node for a period. `title` is the goal in one sentence.

    above: the goal at a higher level it stems from. decision: the decision it carries out; a goal above the units is
    the committee's and cannot be decided without one (invariant 2). outcome: in words, when it is closed.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="goals")
    period = models.CharField(max_length=7)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=GoalState.choices, default=GoalState.PROPOSED)
    above = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="below")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="goals")
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continued_by")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)  # proposals only; can be put back for 30 days

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=GoalState.values), name="goal_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="goal_has_words"),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False, deleted_at=None),
                name="goal_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False) & ~Q(outcome=""),
                name="goal_closed_with_an_outcome",
            ),
            models.CheckConstraint(condition=~Q(above=F("id")) & ~Q(continues=F("id")), name="goal_not_itself"),
        ]
        indexes = [models.Index(fields=("node", "period"), name="goal_of_node")]

    def __str__(self) -> str:
        return self.title


class GoalNational(Identified):
    """A national goal that a goal serves: the catalogue's id, and when that national goal holds as it was linked.

    The dates are kept so that the database can see that it holds in the goal's period. `valid_to` None: no end known.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="national")
    national_goal = models.CharField(max_length=80)  # an id of plans/frame/national: "lgr22/normer/trygghet"
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("goal", "national_goal"), name="goal_national_once")]


class GoalNeed(Identified):
    """A need of an established analysis that a goal answers, in its words on that day."""

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="needs")
    source = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="+")
    need = models.UUIDField()  # its id in the body of the version
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("goal", "source", "need"), name="goal_need_once")]


class Target(Identified):
    """A figure a goal aims at: an indicator, where it stood when the goal was written, where it is to stand and when.

    baseline: the figure as it was then, kept whole as `analyses.quoted` keeps one; None where there was none.
    """

    goal = models.ForeignKey(Goal, on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(max_length=60)
    part = models.CharField(max_length=60, blank=True)
    baseline = models.JSONField(null=True, blank=True)
    value = models.FloatField()
    date = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("goal", "indicator", "part"), name="target_once")]


class ClosedPeriod(Identified, AppendOnly):
    """A node's period that is over: nothing in it stands unjudged (domain.md §6, invariant 5)."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="closed_periods")
    period = models.CharField(max_length=7)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("node", "period"), name="period_closed_once")]
