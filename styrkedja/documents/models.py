"""Documents and their versions: draft -> submitted -> established, and for ever readable after that.

A room keeps its working rows; what is handed in or established is written here as one frozen body with
its hash, append-only (invariant 1). A correction is a new version with a reason.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.organisation.models import Node, Person


class DocumentKind(models.TextChoices):
    ANALYSIS = "analysis", _("Situation analysis")
    QUALITY_REPORT = "quality_report", _("Quality report")


class DocumentState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    ESTABLISHED = "established", _("Established")


class Document(Identified, Versioned):
    """A kind of document for a node and period; one of each. `state` is the working copy's.

    `version` counts every change, also of the rows a room keeps: who submits names what they have read.
    """

    kind = models.CharField(max_length=20, choices=DocumentKind.choices)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=12, choices=DocumentState.choices, default=DocumentState.DRAFT)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    # Why the open draft corrects what is established; empty for the first draft.
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "node", "period"), name="document_once"),
            models.CheckConstraint(condition=Q(state__in=DocumentState.values), name="document_state_known"),
        ]


class DocumentVersion(Identified, AppendOnly):
    """What was submitted or established, word for word. `content_hash` is SHA-256 of the canonical body."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=DocumentState.choices)
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=("document", "number"), name="document_version_number_once"),
            models.CheckConstraint(condition=~Q(content_hash=""), name="document_version_has_hash"),
            models.CheckConstraint(
                condition=Q(state__in=[DocumentState.SUBMITTED, DocumentState.ESTABLISHED]),
                name="document_version_is_no_draft",
            ),
        ]

    @property
    def is_established(self) -> bool:
        return self.state == DocumentState.ESTABLISHED
