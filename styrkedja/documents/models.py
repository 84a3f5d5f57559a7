"""Documents and their versions, from draft to archive; what is established is readable until a decision disposes of it.

A room keeps its working rows; what is handed in or established is written here as one frozen body with
its hash, append-only (invariant 1). A correction is a new version with a reason. Who made it valid, and on what
authority, stands with the version (invariant 2); the database says so too: `migrations/0002_authority`.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Kept, Versioned
from styrkedja.organisation.models import Node, NodeKind, Person


class DocumentKind(models.TextChoices):
    ANALYSIS = "analysis", _("Situation analysis")
    QUALITY_REPORT = "quality_report", _("Quality report")
    OPERATIONAL_PLAN = "operational_plan", _("Operational plan")
    DEGRADING_TREATMENT_PLAN = "degrading_treatment_plan", _("Plan against degrading treatment")


class DocumentState(models.TextChoices):
    """Where a document stands, and a version: a version alone is superseded, a document alone a draft."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    RETURNED = "returned", _("Returned")
    ESTABLISHED = "established", _("Established")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")
    ARCHIVED = "archived", _("Archived")
    DISPOSED = "disposed", _("Disposed of")


State = DocumentState
OPEN = (State.DRAFT, State.RETURNED)  # its rows can be written in
PUT_AWAY = (State.ARCHIVED, State.DISPOSED)  # it is in no list of what is current
HOLDS = (State.ESTABLISHED, State.PUBLISHED)  # it is valid, and no correction is being written


class Document(Identified, Versioned):
    """A kind of document for a node and period; one of each. `state` is the working copy's.

    `version` counts every change, also of the rows a room keeps: who submits names what they have read.
    """

    kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    # Why the open draft corrects what is established; empty for the first draft.
    correction_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("kind", "node", "period"), name="document_once"),
            models.CheckConstraint(
                condition=Q(state__in=[s for s in State.values if s != State.SUPERSEDED]), name="document_state_known"
            ),
        ]

    @property
    def is_open(self) -> bool:
        """It can be written in: a draft, or one that has come back."""
        return self.state in OPEN

    @property
    def holds(self) -> bool:
        """It is valid, and nobody is writing a correction of it."""
        return self.state in HOLDS


class DelegationRule(Identified, Kept, Versioned):
    """Who may establish a kind of document on delegation: holders of a role at a node, for a level at or below it.

    Decided with date, paragraph and registry number, entered by a registrar. Nothing but its end is ever changed, and
    only to an earlier day: what was established on it stays so.
    """

    kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    level = models.CharField(max_length=20, choices=NodeKind.choices)  # of the document's node
    role = models.CharField(max_length=40)  # an id of access/roles.py
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")  # where the role is held
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day; None: until it is ended
    decided_on = models.DateField()
    paragraph = models.CharField(max_length=40)
    registry_number = models.CharField(max_length=60)
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-valid_from", "role")
        constraints = [
            models.CheckConstraint(condition=~Q(paragraph="") & ~Q(registry_number=""), name="delegation_can_be_found"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="delegation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__lte=F("valid_from")), name="delegation_decided_before_it_starts"
            ),
        ]

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Authority(models.TextChoices):
    """What makes an established version valid."""

    OWN = "own", _("On own authority")
    COMMITTEE = "committee", _("By decision of the committee")
    DELEGATION = "delegation", _("On delegation")


class DocumentVersion(Identified, AppendOnly):
    """What was submitted or established, word for word. `content_hash` is SHA-256 of the canonical body.

    made_by, made_at: who handed it in, or established it and when; of a committee's decision, who entered it.
    authority and what belongs to it: of established versions alone.
    """

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices)
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    authority = models.CharField(max_length=12, choices=Authority.choices, blank=True)
    decided_on = models.DateField(null=True, blank=True)  # by the committee
    paragraph = models.CharField(max_length=40, blank=True)
    registry_number = models.CharField(max_length=60, blank=True)
    delegation = models.ForeignKey(DelegationRule, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("document", "number")
        constraints = [
            models.UniqueConstraint(fields=("document", "number"), name="document_version_number_once"),
            models.CheckConstraint(condition=~Q(content_hash=""), name="document_version_has_hash"),
            models.CheckConstraint(
                condition=Q(state__in=[State.SUBMITTED, State.ESTABLISHED]), name="document_version_is_no_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=State.SUBMITTED, authority="")
                | Q(state=State.ESTABLISHED, authority__in=Authority.values),
                name="document_version_established_on_authority",
            ),
            models.CheckConstraint(
                condition=Q(authority=Authority.COMMITTEE, decided_on__isnull=False)
                & ~Q(paragraph="")
                & ~Q(registry_number="")
                | ~Q(authority=Authority.COMMITTEE) & Q(decided_on=None, paragraph="", registry_number=""),
                name="document_version_decision_can_be_found",
            ),
            models.CheckConstraint(
                condition=Q(authority=Authority.DELEGATION, delegation__isnull=False)
                | ~Q(authority=Authority.DELEGATION) & Q(delegation=None),
                name="document_version_delegated_by_a_rule",
            ),
        ]

    @property
    def is_established(self) -> bool:
        """It was established, whatever came after."""
        return self.state == State.ESTABLISHED

    @property
    def established_line(self) -> str:
        """Who made it valid, when and on what authority, in words; "" for what is not established."""
        from .wording import established_line

        return established_line(self)

    @property
    def standing(self) -> DocumentState:
        """Where it stands now: its own state, or the last thing that happened to it (`events`)."""
        last = max(self.events.all(), key=lambda event: event.at, default=None)
        return State(last.state if last else self.state)


class VersionEvent(Identified, AppendOnly):
    """What happened to a version after it was written: returned, published, superseded, archived, disposed of."""

    version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="events")
    state = models.CharField(max_length=12, choices=State.choices)
    reason = models.TextField(blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("at",)
        constraints = [
            models.UniqueConstraint(fields=("version", "state"), name="version_event_once"),
            models.CheckConstraint(
                condition=Q(
                    state__in=[State.RETURNED, State.PUBLISHED, State.SUPERSEDED, State.ARCHIVED, State.DISPOSED]
                ),
                name="version_event_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.RETURNED) | ~Q(reason=""), name="version_returned_with_a_reason"
            ),
        ]


class RetentionRule(Identified, Kept, Versioned):
    """How long a kind of document is kept at a node and below it, by whose decision (invariant 23).

    What is public is kept unless the committee decides otherwise: a rule is its decision, with date, paragraph and
    registry number, entered by a registrar. Nothing but its end is ever changed.
    """

    class What(models.TextChoices):
        DRAFTS = "drafts", _("Drafts that were never established")
        ARCHIVED = "archived", _("Archived documents, with every version")

    kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    what = models.CharField(max_length=10, choices=What.choices)
    years = models.PositiveSmallIntegerField()  # whole ones, after the last day of the document's period
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)  # last day; None: until it is ended
    decided_on = models.DateField()
    paragraph = models.CharField(max_length=40)
    registry_number = models.CharField(max_length=60)
    entered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-valid_from", "kind")
        constraints = [
            models.CheckConstraint(condition=~Q(paragraph="") & ~Q(registry_number=""), name="retention_can_be_found"),
            models.CheckConstraint(condition=Q(years__gte=1), name="retention_is_a_year_at_least"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="retention_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__lte=F("valid_from")), name="retention_decided_before_it_starts"
            ),
        ]

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class DisposalProposal(Identified):
    """Somebody proposes that a document that is due goes; somebody else confirms it, or it is declined."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="proposal")
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("at",)


class Tombstone(Identified, AppendOnly):
    """What is left of a document that was disposed of: never a word of it (invariant 23).

    To write it is to dispose of the document: the database looks whether the rule is due, fills in what the document
    was, and empties it, in the same statement (`migrations/0005_retention`). There is no other way.
    versions: [{"number", "state", "hash", "made_at"}].
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="tombstone")
    rule = models.ForeignKey(RetentionRule, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30, choices=DocumentKind.choices)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    period = models.CharField(max_length=7)
    versions = models.JSONField()
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at",)
        constraints = [
            models.CheckConstraint(condition=~Q(by=F("proposed_by")), name="tombstone_by_two"),
        ]
