"""Reports as they were made: written once, numbered, readable for ever. Last step of the cycle, *Hur blev det?*"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified
from styrkedja.documents.models import DocumentState, DocumentVersion
from styrkedja.organisation.models import Node, Person


class Report(Identified, AppendOnly):
    """One version of a node's report for a period. Web page, PDF and file all come from `snapshot`.

    snapshot: {language: ReportDocument.to_data()}, the same figures in each language; `content_hash` is its SHA-256.
    analysis: the version of the situation analysis it was built on, if there was one to build on.
    """

    class Kind(models.TextChoices):
        QUALITY = "quality", _("Quality report")

    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.QUALITY)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    number = models.PositiveIntegerField()
    analysis = models.ForeignKey(DocumentVersion, null=True, on_delete=models.PROTECT, related_name="+")
    snapshot = models.JSONField()
    content_hash = models.CharField(max_length=64)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    # The latest version of the document behind it that is this report, where `standing.with_standings` has looked.
    handed_in: DocumentVersion | None = None
    disposed = False  # all of the node's reports for the period were, with the document behind them

    class Meta:
        ordering = ("node", "period", "-number")
        constraints = [
            models.UniqueConstraint(fields=("kind", "node", "period", "number"), name="report_number_once"),
            models.CheckConstraint(condition=~Q(content_hash=""), name="report_has_hash"),
            models.CheckConstraint(condition=Q(number__gte=1), name="report_number_from_one"),
        ]

    @property
    def has_words(self) -> bool:
        """False once it has been disposed of."""
        return bool(self.snapshot)

    @property
    def standing(self) -> DocumentState:
        """A draft until it is handed in, and then as its document version stands."""
        if self.disposed:
            return DocumentState.DISPOSED
        return self.handed_in.standing if self.handed_in else DocumentState.DRAFT

    @property
    def basis(self) -> Basis:
        """What its analysis is worth: established, handed in only, or none."""
        if self.analysis is None:
            return Basis.NONE
        return Basis.ESTABLISHED if self.analysis.state == DocumentState.ESTABLISHED else Basis.SUBMITTED


class SlideTemplate(Identified, AppendOnly):
    """A version of the template slides are made in; the latest holds. Without content: the plain one, from then on.

    opening, layout: names of the layouts in it that are used. sha256: of the file as it came.
    """

    number = models.PositiveIntegerField(unique=True)
    file_name = models.CharField(max_length=500, blank=True)  # as the sender wrote it; only ever shown
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64, blank=True)
    opening = models.CharField(max_length=200, blank=True)
    layout = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(condition=Q(number__gte=1), name="slide_template_number_from_one"),
            models.CheckConstraint(
                condition=Q(content=b"", sha256="") | ~Q(content=b"") & ~Q(sha256=""), name="slide_template_has_hash"
            ),
        ]

    @property
    def is_plain(self) -> bool:
        return not self.sha256


class CaseNumber(Identified, AppendOnly):
    """The number a report got in the registry, as it came back; the latest one entered holds."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="case_numbers")
    number = models.CharField(max_length=60)  # "BUN 2026/112"
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("-entered_at",)
        constraints = [models.CheckConstraint(condition=~Q(number=""), name="case_number_is_said")]


class Basis(models.TextChoices):
    """What a report rests on; anything but established analyses makes it a draft."""

    ESTABLISHED = "established", _("Built on an established analysis")
    SUBMITTED = "submitted", _("Draft – built on an analysis that is not established")
    NONE = "none", _("Draft – there is no analysis to build on")
