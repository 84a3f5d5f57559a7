"""The meetings where the chain meets: who is called, the agenda, what is gathered, said and agreed, and the minutes.

One model for all kinds; the kinds are data (`dialogues/meetings/catalogue`). Material is frozen when the call goes out,
minutes when they are established.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from styrkedja.core.models import AppendOnly, Identified, Kept, Versioned
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.models import Decision, DecisionKind

from .requests import Request


class MeetingState(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("meeting", "Planned")
    CALLED = "called", pgettext_lazy("meeting", "Called")
    HELD = "held", pgettext_lazy("meeting", "Held")
    MINUTED = "minuted", pgettext_lazy("meeting", "Minutes established")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class SeminarStep(models.TextChoices):
    """What participants of a seminar write, each alone, before it is shown to all."""

    SEE = "see", pgettext_lazy("seminar", "What do we see?")
    CAUSES = "causes", pgettext_lazy("seminar", "Why may it be so?")
    PRIORITIES = "priorities", pgettext_lazy("seminar", "What comes first?")


class Meeting(Identified, Versioned, Kept):
    """One meeting of a kind, called by a node. follows: the meeting before it, whose agreed points open this one.

    period: the year its material is about. revealed: how many steps of a seminar have been shown to all (0-3).
    sequence: how often it has been moved or cancelled since the call (RFC 5545); its uid is its id.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="meetings")
    original = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)  # an id of dialogues/meetings/catalogue
    title = models.CharField(max_length=200)
    period = models.CharField(max_length=7)
    subject = models.CharField(max_length=20, blank=True)  # of a subject group: a part of `subject_points`
    day = models.DateField()
    starts = models.TimeField(null=True, blank=True)  # None: the whole day
    ends = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    purpose = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED)
    follows = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="followed_by")
    secretary = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revealed = models.PositiveSmallIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)
    called_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    called_at = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-day", "starts", "title")
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MeetingState.values), name="meeting_state_known"),
            models.CheckConstraint(condition=~Q(title=""), name="meeting_has_a_title"),
            models.CheckConstraint(
                condition=Q(ends=None) | Q(starts__isnull=False, ends__gt=F("starts")),
                name="meeting_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | Q(called_at__isnull=False), name="meeting_was_called"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["held", "minuted"]) | Q(held_at__isnull=False), name="meeting_was_held"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_at__isnull=False) & ~Q(cancelled_reason=""),
                name="meeting_cancelled_why",
            ),
            models.CheckConstraint(condition=Q(revealed__lte=3), name="meeting_steps_known"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="meeting_not_itself"),
        ]
        indexes = [models.Index(fields=("node", "day"), name="meeting_of_node")]

    def __str__(self) -> str:
        return self.title


class MeetingNode(Identified):
    """A node the meeting concerns: its material is gathered, and the minutes are shown there."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="concerns")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="concerned_by")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("meeting", "node"), name="meeting_node_once")]


class MeetingPerson(Identified):
    """Who is called, for which node. attended: None until somebody has said."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="meetings")
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    attended = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("meeting", "person"), name="meeting_person_once")]


class AgendaPoint(Identified, Versioned):
    """A point of the agenda and what was concluded on it. minutes: how long it may take; None: open.

    opening: it goes through what the last meeting agreed. What was concluded has a version and a writer of its own:
    whoever renames the point has not written it.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="agenda")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    opening = models.BooleanField(default=False)
    conclusion = models.TextField(blank=True)
    conclusion_version = models.PositiveIntegerField(default=1)
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(
                fields=("meeting", "number"), name="agenda_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=~Q(title=""), name="agenda_point_has_a_title"),
        ]


class PointNote(Identified, Versioned):
    """What one person notes on a point: each has a note of their own, so nobody writes over anybody."""

    point = models.ForeignKey(AgendaPoint, on_delete=models.CASCADE, related_name="notes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("point", "changed_at")
        constraints = [models.UniqueConstraint(fields=("point", "person"), name="point_note_once")]


class Material(Identified, AppendOnly):
    """What was gathered for a meeting, frozen. edition: 1 with the call; gathered again, one more, and a reason.

    body: what the gatherer of that id wrote (`dialogues/meetings/material`), figures as `analyses.quoted` keeps them.
    about: ids of the nodes the meeting concerned then.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="material")
    edition = models.PositiveSmallIntegerField(default=1)
    number = models.PositiveSmallIntegerField()
    gatherer = models.CharField(max_length=40)
    body = models.JSONField()
    about = models.JSONField(default=list)
    reason = models.TextField(blank=True)
    gathered_at = models.DateTimeField(auto_now_add=True)
    gathered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("meeting", "edition", "number")
        constraints = [
            models.UniqueConstraint(fields=("meeting", "edition", "number"), name="material_once"),
            models.CheckConstraint(condition=Q(edition=1) | ~Q(reason=""), name="material_gathered_again_why"),
        ]


class AgreedPoint(Identified, Versioned, Kept):
    """What was agreed: what, who (a person, or whoever answers for a node), and by when."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="agreed")
    point = models.ForeignKey(AgendaPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="agreed")
    what = models.TextField()
    holder = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="agreed_points")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="agreed_points")
    due = models.DateField()
    sequence = models.PositiveIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_words = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("due", "created_at")
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="agreed_point_has_words"),
            models.CheckConstraint(condition=Q(dropped_at=None) | ~Q(dropped_reason=""), name="agreed_dropped_why"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(dropped_at=None), name="agreed_done_or_dropped"),
        ]


class Minutes(Identified, AppendOnly):
    """The minutes as established, with their hash. A correction is a new number with a reason (invariant 1)."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="minutes")
    number = models.PositiveSmallIntegerField()
    body = models.JSONField()
    content_hash = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    established_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    established_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("meeting", "number")
        constraints = [
            models.UniqueConstraint(fields=("meeting", "number"), name="minutes_number_once"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="minutes_corrected_why"),
        ]


class MeetingQuestion(Identified, AppendOnly):
    """A question that was sent from a meeting to a unit, as a request."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="questions")
    point = models.ForeignKey(AgendaPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="questions")
    request = models.OneToOneField(Request, on_delete=models.PROTECT, related_name="from_meeting")


class Proposal(Identified, Versioned, Kept):
    """What a meeting proposes to be decided; a priority is one of kind development area, with its ground.

    ground: why, in words. grounds: what it rests on, frozen: [{"kind": "need" | "figure" | "effect", ...}].
    decision: what was decided, once the registrar has entered it with date, paragraph and registry number.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="proposals")
    point = models.ForeignKey(AgendaPoint, null=True, blank=True, on_delete=models.PROTECT, related_name="proposals")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")  # who is to decide
    kind = models.CharField(max_length=20, choices=DecisionKind.choices)
    period = models.CharField(max_length=7)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    ground = models.TextField(blank=True)
    grounds = models.JSONField(default=list, blank=True)
    decision = models.OneToOneField(
        Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="proposed_as"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("meeting", "position")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="proposal_has_a_title"),
            models.CheckConstraint(
                condition=~Q(kind="development_area") | ~Q(ground=""), name="proposal_of_a_priority_has_a_ground"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason="") & Q(decision=None),
                name="proposal_withdrawn_why",
            ),
        ]


class SeminarNote(Identified, Versioned):
    """What one participant writes in a step, alone until the step is revealed. node: the unit it is about; None: all.

    may_use: the author lets it flow into the unit's analysis. late: its words were written or changed after the step
    was shown; the database says so (`migrations/0009_thinking_alone`).
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="seminar_notes")
    node = models.ForeignKey(Node, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=SeminarStep.choices)
    text = models.TextField(blank=True)
    may_use = models.BooleanField(default=False)
    late = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("step", "changed_at")
        constraints = [
            models.CheckConstraint(condition=Q(step__in=SeminarStep.values), name="seminar_step_known"),
            models.UniqueConstraint(
                fields=("meeting", "person", "node", "step"), nulls_distinct=False, name="seminar_note_once"
            ),
        ]


class SeminarUse(Identified, AppendOnly):
    """A note that was taken into an analysis: into which of its rows, by whom."""

    note = models.ForeignKey(SeminarNote, on_delete=models.PROTECT, related_name="uses")
    analysis = models.UUIDField()
    row = models.UUIDField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("note", "analysis"), name="seminar_note_used_once")]
