"""How it goes and how it went: follow-ups of an initiative while it runs, and its evaluation. *Hur blev det?*

Both are written once; a correction is a new one, and the latest counts.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified
from styrkedja.organisation.models import Node, Person

from .initiatives import Initiative


class FollowUp(Identified, AppendOnly):
    """How an initiative goes, each tertial or term. `cycle`: "2025-T1" .. "2025-T3", "2025-VT", "2025-HT"."""

    class Status(models.TextChoices):
        AS_PLANNED = "as_planned", _("As planned")
        DEVIATES = "deviates", _("Deviates somewhat")
        DEVIATES_MUCH = "deviates_much", _("Deviates much")
        NOT_BEGUN = "not_begun", _("Not begun")

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="follow_ups")
    cycle = models.CharField(max_length=7)
    number = models.PositiveIntegerField()  # from 1 within the initiative
    status = models.CharField(max_length=14, choices=Status.choices)
    done = models.TextField()  # what was done
    carried_out_in = models.ManyToManyField(Node, through="CarriedOutIn", related_name="+")
    deviation = models.TextField(blank=True)
    measure = models.TextField(blank=True)  # what is done about it
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("initiative", "number")
        constraints = [
            models.UniqueConstraint(fields=("initiative", "number"), name="follow_up_number_once"),
            models.CheckConstraint(
                condition=Q(status__in=["as_planned", "deviates", "deviates_much", "not_begun"]),
                name="follow_up_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="as_planned") | ~Q(deviation="") & ~Q(measure=""),
                name="follow_up_says_what_deviates",
            ),
        ]


class CarriedOutIn(Identified, AppendOnly):
    """A participant in which the initiative is really carried out, by a follow-up."""

    follow_up = models.ForeignKey(FollowUp, on_delete=models.PROTECT, related_name="places")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("follow_up", "node"), name="carried_out_in_once")]


class Evaluation(Identified, AppendOnly):
    """What an initiative led to: expected beside actual, as they stood, and what one decides and learns from it.

    expected, actual: {"kind": "indicator", "figure": as `analyses.quoted` keeps one | None, "words": str, ...} or
    {"kind": "sign", "words": str}; frozen, no import changes them (invariant 5).
    """

    class CarriedOut(models.TextChoices):
        YES = "yes", _("Yes, as intended")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No")

    class Verdict(models.TextChoices):
        EFFECT = "effect", _("Effect")
        NO_EFFECT = "no_effect", _("No effect")
        CANNOT_TELL = "cannot_tell", _("Cannot tell")

    class Decided(models.TextChoices):
        KEEP = "keep", _("Keep")
        CHANGE = "change", _("Change")
        STOP = "stop", _("Stop")
        SCALE = "scale", _("Scale up")

    initiative = models.ForeignKey(Initiative, on_delete=models.PROTECT, related_name="evaluations")
    number = models.PositiveIntegerField()
    expected = models.JSONField()
    actual = models.JSONField()
    carried_out = models.CharField(max_length=8, choices=CarriedOut.choices)
    carried_out_how = models.TextField(blank=True)
    other_explanations = models.TextField()
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    decision = models.CharField(max_length=8, choices=Decided.choices)
    learned = models.TextField()
    reason = models.TextField(blank=True)  # of a correction
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("initiative", "number")
        constraints = [
            models.UniqueConstraint(fields=("initiative", "number"), name="evaluation_number_once"),
            models.CheckConstraint(
                condition=Q(carried_out__in=["yes", "partly", "no"])
                & Q(verdict__in=["effect", "no_effect", "cannot_tell"])
                & Q(decision__in=["keep", "change", "stop", "scale"]),
                name="evaluation_words_known",
            ),
            models.CheckConstraint(
                condition=~Q(learned="") & ~Q(other_explanations=""), name="evaluation_says_what_was_learned"
            ),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="evaluation_corrected_with_a_reason"),
        ]
