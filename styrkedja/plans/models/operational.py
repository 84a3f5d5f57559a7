"""The working rows of an operational plan: sections, measures, what came of last year's, and the staff's part in it.

*Hur gör vi?* What the analysis, the goals and the initiatives already say is gathered, never typed again
(`plans/operational/body`). Skollagen 6:8: a plan against degrading treatment tells how last year's measures went.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.documents.models import Document, DocumentVersion
from styrkedja.organisation.models import Node, Person


class OperationalPlan(models.Model):
    """The working copy behind a plan's document, and known by its id. Changes are counted on the document.

    shared_at: since when the unit's staff may read the draft and comment on it; None: its writers and leaders only.
    """

    document = models.OneToOneField(Document, primary_key=True, on_delete=models.PROTECT, related_name="plan")
    shared_at = models.DateTimeField(null=True, blank=True)
    shared_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    @property
    def node(self) -> Node:
        return self.document.node

    @property
    def period(self) -> str:
        return self.document.period


class PlanRow(Identified, Versioned):
    """One thing somebody writes. What is removed can be put back."""

    # The word for the row in addresses and anchors, and the fields a person writes.
    slug: ClassVar[str]
    written: ClassVar[tuple[str, ...]]

    plan = models.ForeignKey(OperationalPlan, on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ("created_at", "id")

    @property
    def anchor(self) -> str:
        return f"{self.slug}-{self.pk}"


class PlanSection(PlanRow):
    """A section's free text. `key` is one of the plan type's (`plans/operational/plan_types.toml`)."""

    slug, written = "avsnitt", ("text",)
    key = models.CharField(max_length=30)
    text = models.TextField(blank=True)

    class Meta(PlanRow.Meta):
        constraints = [models.UniqueConstraint(fields=("plan", "key"), name="plan_section_once")]


class PlanMeasure(PlanRow):
    """A measure of a plan against degrading treatment: next year's plan asks what came of it."""

    slug, written = "atgard", ("what", "who", "due")
    what = models.TextField(blank=True)
    who = models.TextField(blank=True)
    due = models.DateField(null=True, blank=True)


class MeasureOutcome(PlanRow):
    """A measure of last year's established plan, in its words there, and how it went (invariant 14)."""

    class CarriedOut(models.TextChoices):
        YES = "yes", _("Carried out")
        PARTLY = "partly", _("Carried out in part")
        NO = "no", _("Not carried out")

    slug, written = "utfall", ("carried_out", "outcome")
    source = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="+")
    measure = models.UUIDField()  # its id in the body of the version
    what = models.TextField()
    who = models.TextField(blank=True)
    carried_out = models.CharField(max_length=8, choices=CarriedOut.choices, blank=True)
    outcome = models.TextField(blank=True)

    class Meta(PlanRow.Meta):
        constraints = [models.UniqueConstraint(fields=("plan", "measure"), name="measure_outcome_once")]


class Consultation(PlanRow):
    """A forum the plan was worked through in before it was established: when, and what was said."""

    slug, written = "samrad", ("forum", "held_on", "views")
    forum = models.TextField(blank=True)
    held_on = models.DateField(null=True, blank=True)
    views = models.TextField(blank=True)


class PlanComment(Identified, AppendOnly):
    """Something said about a section of a plan, or (key "") about the whole. answers: the first of its thread."""

    plan = models.ForeignKey(OperationalPlan, on_delete=models.PROTECT, related_name="comments")
    section = models.CharField(max_length=30, blank=True)
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    text = models.TextField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="plan_comment_has_words")]


class PlanMention(Identified, AppendOnly):
    """Somebody a comment is meant for, who got a mail about it."""

    comment = models.ForeignKey(PlanComment, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("comment", "person"), name="plan_mention_once")]


class CommentResolution(Identified, AppendOnly):
    """A thread is settled, or opened again; the latest counts."""

    comment = models.ForeignKey(PlanComment, on_delete=models.PROTECT, related_name="resolutions")
    resolved = models.BooleanField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")


PLAN_ROWS: dict[str, type[PlanRow]] = {
    model.slug: model for model in (PlanSection, PlanMeasure, MeasureOutcome, Consultation)
}
