"""A huvudman's year: from which wheel, for which period, school forms and units, and how far it has come."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from styrkedja.core.models import Identified, Kept, Versioned
from styrkedja.organisation.models import Node, Person, SchoolForm


class CycleState(models.TextChoices):
    DRAFT = "draft", pgettext_lazy("annual cycle", "Draft")
    PUBLISHED = "published", pgettext_lazy("annual cycle", "Published")
    CLOSED = "closed", pgettext_lazy("annual cycle", "Closed")


class AnnualCycle(Identified, Versioned, Kept):
    """One year of a node and everything below it. period: "2025/26" begins in July, "2026" in January.

    wheel: the id of the wheel of the catalogue it was made from. follows: the year it was carried on from.
    school_forms: those it is for; none: all. embedded_at: since when its public activities may be shown on an intranet.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="annual_cycles")
    period = models.CharField(max_length=7)
    wheel = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    school_forms = ArrayField(models.CharField(max_length=4, choices=SchoolForm.choices), default=list, blank=True)
    state = models.CharField(max_length=10, choices=CycleState.choices, default=CycleState.DRAFT)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    embedded_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)  # drafts only; can be put back for 30 days

    class Meta:
        ordering = ("-period", "title")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CycleState.values), name="cycle_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="cycle_has_a_title"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None, closed_at=None, embedded_at=None)
                | Q(state="published", published_at__isnull=False, closed_at=None, deleted_at=None)
                | Q(state="closed", published_at__isnull=False, closed_at__isnull=False, deleted_at=None),
                name="cycle_state_dated",
            ),
            models.UniqueConstraint(
                fields=("node", "period", "wheel"), condition=Q(deleted_at=None), name="cycle_once_a_wheel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.period}"

    @property
    def name(self) -> str:
        """Its title; where that is its wheel's, as the reader's language has it."""
        from styrkedja.wheel.catalogue import wheels  # it reads the models itself

        wheel = wheels().get(self.wheel)
        return str(wheel.title) if wheel and self.title == wheel.title.sv else self.title


class CycleUnit(Identified):
    """A unit that takes part in a year. joined_at: when it came in after the year was published."""

    cycle = models.ForeignKey(AnnualCycle, on_delete=models.CASCADE, related_name="units")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("cycle", "node"), name="cycle_unit_once")]


class WheelSettings(Versioned):
    """How this organiser runs its year: one row. escalate_after: days late until those above are told; 0: never."""

    singleton = models.BooleanField(primary_key=True, default=True, editable=False)
    escalate_after = models.PositiveSmallIntegerField(default=7)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(singleton=True), name="wheel_settings_only_one"),
            models.CheckConstraint(condition=Q(escalate_after__lte=365), name="wheel_settings_within_a_year"),
        ]
