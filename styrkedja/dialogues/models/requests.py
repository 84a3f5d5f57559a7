"""What is asked of nodes below, for which purpose, and what each has handed in.

Places may be merged: `node` is who has it today, `original` who it was asked by or of; the trail tells of the moves.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from styrkedja.core.models import AppendOnly, Identified, Kept, Versioned
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Node, Person


class What(models.TextChoices):
    """What is asked for."""

    DOCUMENT = "document", gettext_lazy("A document")
    FIGURES = "figures", gettext_lazy("Figures")
    QUESTION = "question", gettext_lazy("An answer in words")
    REFLECTION = "reflection", gettext_lazy("A reflection, written together")


class Request(Identified, Versioned, Kept):
    """One request of a node to nodes below.

    what: a document (`kind` and `period`), figures (`indicators` of `period`), a question (`text`) or a reflection on
    one to three `questions`.
    purpose: what the answers will be used for, told to those asked. answer_within: days from an answer is accepted
    until its feedback is due.
    """

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="requests_made")
    original = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    what = models.CharField(max_length=10, choices=What.choices)
    kind = models.CharField(max_length=30, blank=True)  # a `documents.models.DocumentKind`
    period = models.CharField(max_length=7, blank=True)
    indicators = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    title = models.CharField(
        max_length=200, blank=True
    )  # what a question is called in lists; the others name themselves
    text = models.TextField(blank=True)
    questions = ArrayField(models.TextField(), default=list, blank=True)
    purpose = models.TextField()
    due = models.DateField()
    answer_within = models.PositiveSmallIntegerField(default=21)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-asked_at",)
        constraints = [
            models.CheckConstraint(condition=~Q(purpose=""), name="request_says_what_for"),
            models.CheckConstraint(
                condition=Q(what="document") & ~Q(kind="") & ~Q(period="")
                | Q(what="figures") & ~Q(period="") & Q(indicators__len__gt=0)
                | Q(what="question") & ~Q(text="") & ~Q(title="")
                | Q(what="reflection") & ~Q(title="") & Q(questions__len__gte=1, questions__len__lte=3),
                name="request_says_what",
            ),
            models.CheckConstraint(
                condition=Q(what="reflection") | Q(questions__len=0), name="request_questions_of_a_reflection"
            ),
            models.CheckConstraint(condition=Q(answer_within__gte=1, answer_within__lte=365), name="request_answers"),
        ]

    def __str__(self) -> str:
        """What it is called in lists, in the reader's language where it can be said in ours."""
        if self.what == What.DOCUMENT:
            return f"{dict(DocumentKind.choices).get(self.kind, self.kind)} {self.period}"
        if self.what == What.FIGURES:
            return _("Figures %(period)s") % {"period": self.period}
        if self.what == What.REFLECTION:
            return _("Reflection: %(question)s") % {"question": self.title}
        return self.title

    @property
    def figures_asked(self) -> list[str]:
        """The names of the indicators asked for; of one that has left the catalogue, its id."""
        known = catalogue()
        return [str(known[id].label()) if id in known else id for id in self.indicators]

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class ReceiverState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("request", "Waiting for an answer")
    SUBMITTED = "submitted", pgettext_lazy("request", "Handed in")
    RETURNED = "returned", pgettext_lazy("request", "Returned")
    ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
    RELEASED = "released", pgettext_lazy("request", "Released")


class RequestReceiver(Identified, Versioned, Kept):
    """One node that is asked, and how far it has come. reason: why it was returned or released."""

    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="receivers")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="requests_received")
    original = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ReceiverState.choices, default=ReceiverState.WAITING)
    reason = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("request", "original"), name="receiver_once_a_request"),
            models.CheckConstraint(condition=Q(state__in=ReceiverState.values), name="receiver_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "released"]) | ~Q(reason=""), name="receiver_told_why"
            ),
        ]


class Submission(Identified, AppendOnly):
    """What a receiver handed in: a document version that exists, figures as they stood, or words.

    figures: [as `analyses.quoted` keeps one]; no import changes them. text: the answer, or a word along with the rest.
    """

    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()  # from 1; a returned answer is followed by a new one
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")  # who it was on that day
    document = models.ForeignKey(DocumentVersion, null=True, on_delete=models.PROTECT, related_name="submissions")
    figures = models.JSONField(null=True, blank=True)
    text = models.TextField(blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("receiver", "number")
        constraints = [
            models.UniqueConstraint(fields=("receiver", "number"), name="submission_number_once"),
            models.CheckConstraint(
                condition=Q(document__isnull=False, figures__isnull=True)
                | Q(document=None, figures__isnull=False)
                | Q(document=None, figures__isnull=True) & ~Q(text=""),
                name="submission_is_something",
            ),
        ]
