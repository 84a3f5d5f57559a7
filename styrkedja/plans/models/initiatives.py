"""Initiatives (insatser) as hypotheses: what is done, why it should work, what is expected, and how one will know.

Skollagen 4:3: initiatives are carried out on the analysis. From *decided* on every field a hypothesis needs is there
(invariants 3 and 4); the database says so too, here and in `migrations/0002_rules`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Node, Person

from .goals import Goal


class InitiativeKind(models.TextChoices):
    INITIATIVE = "initiative", _("Initiative")
    ASSIGNMENT = "assignment", _("Development assignment")  # of a lead or development teacher


class InitiativeState(models.TextChoices):
    PROPOSED = "proposed", _("Proposed")
    DECIDED = "decided", _("Decided")
    ONGOING = "ongoing", _("Ongoing")
    COMPLETED = "completed", _("Completed")
    STOPPED = "stopped", _("Stopped")
    EVALUATED = "evaluated", _("Evaluated")


class Ground(models.TextChoices):
    """What it rests on (Skollagen 1:5)."""

    RESEARCH = "research", _("Research")
    EXPERIENCE = "experience", _("Proven experience")
    BOTH = "both", _("Research and proven experience")


BY_FIGURE = Q(effect="indicator", baseline__isnull=False, target__isnull=False, target_date__isnull=False)
EFFECT = BY_FIGURE & ~Q(indicator="") | Q(effect="sign") & ~Q(sign="")
WHOLE = (
    ~Q(aim="")
    & EFFECT
    & Q(starts_on__isnull=False, ends_on__isnull=False, evaluation_date__isnull=False, holder__isnull=False)
    & ~Q(evaluation_form="")
    & ~Q(ground="")
    & ~Q(reference="")
    & ~Q(resources="")
)


class Initiative(Identified, Versioned):
    """One initiative of a node. `title` names it; `holder` is the one person responsible.

    effect: "indicator" - `indicator` (and part) is to reach `target` on `target_date` from `baseline`, the figure as it
    stood, kept whole as `analyses.quoted` keeps one - or "sign": in `sign`, what one will see, for groups too small for
    figures. continues: the initiative it carries on, by the decision of that one's evaluation. like: the evaluated
    one of the library that it was started like.
    """

    class Effect(models.TextChoices):
        INDICATOR = "indicator", _("An indicator reaches a value")
        SIGN = "sign", _("A sign of success in words")

    kind = models.CharField(max_length=12, choices=InitiativeKind.choices, default=InitiativeKind.INITIATIVE)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="initiatives")
    period = models.CharField(max_length=7)
    goal = models.ForeignKey(Goal, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives")
    continues = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="continued_by")
    like = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="likenesses")
    state = models.CharField(max_length=10, choices=InitiativeState.choices, default=InitiativeState.PROPOSED)
    title = models.CharField(max_length=300)
    aim = models.TextField(blank=True)
    effect = models.CharField(max_length=10, choices=Effect.choices, blank=True)
    indicator = models.CharField(max_length=60, blank=True)
    part = models.CharField(max_length=60, blank=True)
    baseline = models.JSONField(null=True, blank=True)
    target = models.FloatField(null=True, blank=True)
    target_date = models.DateField(null=True, blank=True)
    sign = models.TextField(blank=True)
    ground = models.CharField(max_length=10, choices=Ground.choices, blank=True)
    reference = models.TextField(blank=True)
    resources = models.TextField(blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    evaluation_form = models.TextField(blank=True)
    evaluation_date = models.DateField(null=True, blank=True)
    holder = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="initiatives")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)  # completed or stopped
    ended_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    end_reason = models.TextField(blank=True)  # why it was stopped
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)  # proposals only; can be put back for 30 days

    class Meta:
        ordering = ("created_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=InitiativeState.values), name="initiative_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="initiative_has_a_name"),
            models.CheckConstraint(condition=Q(state="proposed") | WHOLE, name="initiative_decided_when_whole"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(starts_on__lte=F("ends_on")),
                name="initiative_starts_before_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed") | Q(decided_at__isnull=False, deleted_at=None),
                name="initiative_decided_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["completed", "stopped", "evaluated"]) | Q(ended_at__isnull=False),
                name="initiative_ended_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | ~Q(end_reason=""), name="initiative_stopped_with_a_reason"
            ),
            models.CheckConstraint(condition=~Q(continues=F("id")), name="initiative_not_itself"),
        ]
        indexes = [
            models.Index(fields=("node", "period"), name="initiative_of_node"),
            models.Index(fields=("state", "evaluation_date"), name="initiative_to_judge"),
        ]

    def __str__(self) -> str:
        return self.title


class InitiativeNeed(Identified):
    """A need of an established analysis that an initiative answers, in its words on that day (invariant 4)."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="needs")
    source = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="+")
    need = models.UUIDField()  # its id in the body of the version
    text = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("initiative", "source", "need"), name="initiative_need_once")]


class Activity(Identified, Versioned):
    """One thing that is done in an initiative: what, who, and by when."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="activities")
    what = models.TextField()
    who = models.CharField(max_length=200, blank=True)  # in words: "arbetslag 7-9"
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    due = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due", "created_at")


class Participant(Identified):
    """A team (or a unit) that an initiative is meant to be carried out in."""

    initiative = models.ForeignKey(Initiative, on_delete=models.CASCADE, related_name="participants")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("initiative", "node"), name="participant_once")]


class InitiativeChange(Identified, AppendOnly):
    """What was changed in an initiative after it was decided, and why: {field: [before, after]} in words or ids."""

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="changes")
    changed = models.JSONField()
    reason = models.TextField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="initiative_changed_with_a_reason")]
