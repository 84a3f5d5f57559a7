"""The working rows of a situation analysis: results -> causes with evidence -> prioritised needs. *Var är vi?*

Skollagen 4:3-4: causes of the result are analysed, staff and pupils take part. Rows may be incomplete while
they are written; `rules` says what is missing before they are handed in and frozen as a document version.
"""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.core.searching import CONFIG
from styrkedja.documents.models import Document, DocumentVersion
from styrkedja.organisation.models import Node, Person


class Step(models.TextChoices):
    """The steps a person marks as complete."""

    RESULTS = "resultat", _("Results")
    CAUSES = "orsaker", _("Causes")
    NEEDS = "behov", _("Needs")
    PARTICIPATION = "delaktighet", _("Participation")
    UNITS = "enheter", _("The units")


class Analysis(Identified):
    """The working copy behind a document of kind analysis. Changes are counted on the document."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="analysis")
    done_steps = ArrayField(models.CharField(max_length=12, choices=Step.choices), default=list, blank=True)

    @property
    def node(self) -> Node:
        return self.document.node

    @property
    def period(self) -> str:
        return self.document.period


class Row(Identified, Versioned):
    """One thing somebody writes. Deleted rows can be put back for 30 days (`queries.UNDO_DAYS`)."""

    # The word for the row in addresses and anchors, and the fields a person writes.
    slug: ClassVar[str]
    written: ClassVar[tuple[str, ...]]

    analysis = models.ForeignKey(Analysis, on_delete=models.CASCADE, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("created_at", "id")

    @property
    def anchor(self) -> str:
        return f"{self.slug}-{self.pk}"


class Finding(Row):
    """What we see, in words, under a national goal area (a key of `indicators.curricula`)."""

    slug, written = "resultat", ("text",)
    area = models.CharField(max_length=60)
    text = models.TextField(blank=True)


class Quote(Row):
    """A figure quoted as it stood: the whole of it is kept, so a later import changes nothing here.

    `figure` is unmasked; whoever reads it goes through `queries.figure_for`.
    """

    slug, written = "siffra", ()
    area = models.CharField(max_length=60)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")  # whom the figure is about
    figure = models.JSONField()
    fingerprint = models.CharField(max_length=64)  # SHA-256 of the figure: quoted once, however often one presses

    class Meta(Row.Meta):
        constraints = [models.UniqueConstraint(fields=("analysis", "fingerprint"), name="quote_once")]


class Evidence(Row):
    """Qualitative evidence: what somebody has seen or heard, by whom and when."""

    class Kind(models.TextChoices):
        OBSERVATION = "observation", _("Observation or classroom visit")
        CONVERSATION = "conversation", _("Conversation or interview")
        SURVEY = "survey", _("Comments in a survey")
        PUPIL_WORK = "pupil_work", _("Children's or pupils' work")
        DOCUMENTATION = "documentation", _("Documentation or minutes")
        REVIEW = "review", _("External review")
        OTHER = "other", _("Other")

    slug, written = "underlag", ("text", "author", "date", "kind")
    area = models.CharField(max_length=60)
    text = models.TextField(blank=True)
    author = models.TextField(blank=True)
    date = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.OBSERVATION)


class Citation(Row):
    """A passage of another node's established analysis, quoted here; that node sees where it was used."""

    slug, written = "utdrag", ()
    area = models.CharField(max_length=60)
    source = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="citations")
    part = models.CharField(max_length=80)  # which row of the source's body: "behov:<id>"
    passage = models.TextField()

    class Meta(Row.Meta):
        constraints = [
            models.UniqueConstraint(fields=("analysis", "source", "part"), name="citation_once"),
            models.CheckConstraint(condition=~Q(passage=""), name="citation_has_words"),
        ]


class Assessment(Row):
    """How far one has come towards the national goals of an area, weighed together; next year's starting point."""

    class Attainment(models.TextChoices):
        HIGH = "high", _("We have come far")
        PARTLY = "partly", _("We are on the way")
        LOW = "low", _("We have far to go")
        UNKNOWN = "unknown", _("We cannot tell yet")

    slug, written = "bedomning", ("attainment", "text")
    area = models.CharField(max_length=60)
    attainment = models.CharField(max_length=8, choices=Attainment.choices, blank=True)
    text = models.TextField(blank=True)

    class Meta(Row.Meta):
        constraints = [models.UniqueConstraint(fields=("analysis", "area"), name="assessment_once_an_area")]


class Cause(Row):
    """Why we believe it is so, what that rests on, and what speaks against it - or that we do not know yet."""

    slug, written = "orsak", ("text", "rival", "rival_unknown")
    text = models.TextField(blank=True)
    rival = models.TextField(blank=True)
    rival_unknown = models.BooleanField(default=False)


class Ground(models.Model):
    """What a cause rests on: exactly one of the four kinds of rows."""

    TARGETS: ClassVar[tuple[str, ...]] = ("finding", "quote", "evidence", "citation")

    cause = models.ForeignKey(Cause, on_delete=models.CASCADE, related_name="grounds")
    finding = models.ForeignKey(Finding, null=True, on_delete=models.CASCADE, related_name="+")
    quote = models.ForeignKey(Quote, null=True, on_delete=models.CASCADE, related_name="+")
    evidence = models.ForeignKey(Evidence, null=True, on_delete=models.CASCADE, related_name="+")
    citation = models.ForeignKey(Citation, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finding__isnull=False, quote=None, evidence=None, citation=None)
                | Q(finding=None, quote__isnull=False, evidence=None, citation=None)
                | Q(finding=None, quote=None, evidence__isnull=False, citation=None)
                | Q(finding=None, quote=None, evidence=None, citation__isnull=False),
                name="ground_is_one_thing",
            ),
            models.UniqueConstraint(
                fields=("cause", "finding", "quote", "evidence", "citation"),
                name="ground_once",
                nulls_distinct=False,
            ),
        ]

    @property
    def target_id(self) -> UUID:
        found: UUID = next(i for name in self.TARGETS if (i := getattr(self, f"{name}_id")))
        return found


class Need(Row):
    """What has to develop, in order of priority (1 first), and the causes it answers to."""

    slug, written = "behov", ("text",)
    text = models.TextField(blank=True)
    priority = models.PositiveIntegerField()
    causes = models.ManyToManyField(Cause, related_name="needs", blank=True)

    class Meta(Row.Meta):
        ordering = ("priority", "created_at")
        constraints = [models.CheckConstraint(condition=Q(priority__gte=1), name="need_priority_from_one")]


class Participation(Row):
    """Who took part and how (Skollagen 4:4); of children and guardians, that they were given the chance."""

    class Group(models.TextChoices):
        TEACHERS = "teachers", _("Teachers and preschool teachers")
        OTHER_STAFF = "other_staff", _("Other staff")
        PUPILS = "pupils", _("Pupils")
        OFFERED = "offered", _("Children and guardians")

    slug, written = "delaktighet", ("how", "held", "offered")
    group = models.CharField(max_length=12, choices=Group.choices)
    how = models.TextField(blank=True)
    held = models.TextField(blank=True)  # when, in the writer's words: "12 juni och vecka 24"
    offered = models.BooleanField(default=False)  # of the group "offered" alone

    class Meta(Row.Meta):
        constraints = [models.UniqueConstraint(fields=("analysis", "group"), name="participation_once_a_group")]


class UnitInclusion(Row):
    """A unit in its organiser's analysis: the established version taken in, or why there is none (invariant 7)."""

    slug, written = "enhet", ("included_id", "reason")
    unit = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    included = models.ForeignKey(DocumentVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)

    class Meta(Row.Meta):
        constraints = [
            models.UniqueConstraint(fields=("analysis", "unit"), name="unit_once_an_analysis"),
            models.CheckConstraint(condition=Q(included=None) | Q(reason=""), name="unit_included_or_absent"),
        ]


class VersionWords(AppendOnly):
    """The words people wrote in a version that was handed in or established, for searching: no figure is among them.

    The database writes it with the version (`migrations/0002_words`). node, state and at are the version's: with them
    here the latest of many matches are found without reading the others.
    """

    version = models.OneToOneField(DocumentVersion, primary_key=True, on_delete=models.PROTECT, related_name="words")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=12)
    at = models.DateTimeField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("text", config=CONFIG), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        indexes = [
            GinIndex(fields=("words",), name="analysis_words"),
            models.Index(fields=("-at",), name="analysis_words_latest"),
        ]


class EarlierText(models.Model):
    """A row as it stood before somebody else wrote over it, or before a longer spell of writing."""

    row_id = models.UUIDField(db_index=True)
    version = models.PositiveIntegerField()
    fields = models.JSONField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-version",)
        constraints = [models.UniqueConstraint(fields=("row_id", "version"), name="earlier_text_once")]


ROWS: dict[str, type[Row]] = {
    model.slug: model
    for model in (Finding, Quote, Evidence, Citation, Assessment, Cause, Need, Participation, UnitInclusion)
}
