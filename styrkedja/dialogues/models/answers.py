"""What comes back down: the obligations that stand between two nodes, the feedback, and what is asked back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from styrkedja.core.models import AppendOnly, Identified, Kept
from styrkedja.organisation.models import Node, Person

from .requests import RequestReceiver


class Feedback(Identified, AppendOnly):
    """What one receiver is told. section: "" of the whole, or a part of its document (`sections`).

    A text given to many is one row for each, so that each can be added to. number: from 1 within the receiver.
    """

    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="feedback")
    number = models.PositiveIntegerField()
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")  # who gave it
    section = models.CharField(max_length=80, blank=True)
    section_words = models.TextField(blank=True)  # what the section was called on that day
    saw = models.TextField(blank=True)  # what we saw
    use = models.TextField(blank=True)  # how it will be used
    action = models.TextField(blank=True)  # what we will do
    question = models.TextField(blank=True)
    shared_with = models.PositiveIntegerField(default=1)  # how many got the same text
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("receiver", "number")
        constraints = [
            models.UniqueConstraint(fields=("receiver", "number"), name="feedback_number_once"),
            models.CheckConstraint(condition=~Q(saw="") | ~Q(use="") | ~Q(action=""), name="feedback_says_something"),
        ]


class Acknowledgement(Identified, AppendOnly):
    """A receiver has read its feedback up to number `up_to`; `question`: what it asks back, if anything."""

    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="acknowledgements")
    up_to = models.PositiveIntegerField()
    question = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at",)
        constraints = [models.CheckConstraint(condition=Q(up_to__gte=1), name="acknowledgement_of_something")]


class ObligationKind(models.TextChoices):
    SUBMISSION = "submission", _("Answer to a request")
    FEEDBACK = "feedback", _("Feedback")
    REPLY = "reply", _("Reply to a question")


class Obligation(Identified, Kept):
    """Who owes whom what, by when. Opened, met and lifted by actions alone.

    A reply answers the question of a feedback or an acknowledgement. lifted_at: no answer is waited for any more, as
    the receiver has been released. reminded_at: when last a reminder was sent.
    """

    kind = models.CharField(max_length=10, choices=ObligationKind.choices)
    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="obligations")
    feedback = models.OneToOneField(Feedback, null=True, on_delete=models.PROTECT, related_name="reply_owed")
    acknowledgement = models.OneToOneField(
        Acknowledgement, null=True, on_delete=models.PROTECT, related_name="reply_owed"
    )
    owes = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="obligations")
    to = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="owed")
    due = models.DateField()
    opened_at = models.DateTimeField()
    met_at = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("due", "opened_at")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["submission", "feedback"], feedback=None, acknowledgement=None)
                | Q(kind="reply", feedback__isnull=False, acknowledgement=None)
                | Q(kind="reply", feedback=None, acknowledgement__isnull=False),
                name="obligation_has_a_cause",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None) | Q(kind="submission", met_at=None), name="obligation_lifted_of_an_answer"
            ),
            models.CheckConstraint(
                condition=Q(met_at=None) | Q(met_at__gte=F("opened_at")), name="obligation_met_after_it_opened"
            ),
            models.UniqueConstraint(
                fields=("receiver",),
                condition=Q(kind="submission", met_at=None, lifted_at=None),
                name="obligation_one_answer_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("receiver",), condition=Q(kind="feedback"), name="obligation_one_feedback_a_receiver"
            ),
        ]
        indexes = [
            models.Index(fields=("owes",), condition=Q(met_at=None, lifted_at=None), name="obligation_owed_by"),
            models.Index(fields=("to",), condition=Q(met_at=None, lifted_at=None), name="obligation_owed_to"),
        ]


class Reply(Identified, AppendOnly):
    """The answer to a question that was asked back."""

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT, related_name="reply")
    text = models.TextField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reply_has_words")]
