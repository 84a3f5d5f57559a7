"""The frame a goal stands in: what council, committee and administration have decided, with where it can be read.

Serves *Vart ska vi?* A decision is entered once and never changed; a mistake, or a new decision, replaces it.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.organisation.models import Node, Person


class DecisionKind(models.TextChoices):
    VISION = "vision", _("Vision")
    PROGRAMME = "programme", _("Programme")
    BUDGET = "budget", _("Budget")
    DEVELOPMENT_AREA = "development_area", _("Common development area")
    ASSIGNMENT = "assignment", _("Assignment to a unit")
    COMMITTEE_GOAL = "committee_goal", _("Committee goal")
    OTHER = "other", _("Other decision")


class Decision(Identified, AppendOnly):
    """One decision of the political chain, or of the administration on delegation.

    node: who decided. addressed_to: the unit an assignment is given to. above: the decision it carries out.
    replaces: an earlier decision that this one takes the place of; a decision that is replaced no longer holds.
    global_goals: of the United Nations' 17, those it serves.
    """

    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="decisions")
    addressed_to = models.ForeignKey(
        Node, null=True, blank=True, on_delete=models.PROTECT, related_name="received_assignments"
    )
    title = models.CharField(max_length=200)
    text = models.TextField()
    decided_on = models.DateField()
    paragraph = models.CharField(max_length=40)  # of the minutes: "§ 84"
    registry_number = models.CharField(max_length=60)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day; None: until something else is decided
    above = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="below")
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    global_goals = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-decided_on", "title")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DecisionKind.values), name="decision_kind_known"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(paragraph="") & ~Q(registry_number=""), name="decision_can_be_found"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="decision_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(kind="assignment") | Q(addressed_to__isnull=False), name="decision_assignment_has_a_unit"
            ),
            models.CheckConstraint(condition=~Q(above=F("id")) & ~Q(replaces=F("id")), name="decision_not_itself"),
        ]

    def __str__(self) -> str:
        return self.title


class PlanSettings(Versioned):
    """How this organiser works: one row."""

    class Cycle(models.TextChoices):
        TERTIAL = "tertial", _("Each tertial")
        TERM = "term", _("Each term")

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    follow_up = models.CharField(max_length=8, choices=Cycle.choices, default=Cycle.TERM)
    goals_at_most = models.PositiveSmallIntegerField(default=5)  # active at a node, before a warning is shown
    initiatives_at_most = models.PositiveSmallIntegerField(default=8)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(singleton=True), name="plan_settings_only_one")]
