"""The words of requests, of what is said about them, and of meetings, for searching."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from styrkedja.core.models import AppendOnly
from styrkedja.core.searching import CONFIG

from .meetings import Meeting
from .requests import Request, RequestReceiver


class DialogueWords(AppendOnly):
    """One thing said, by its own id. No figure that was handed in is among the words.

    The database writes it with what it is about (`migrations/0004_search`). Who may read it follows from its request
    and receiver, which move when places merge. receiver: None for a request's own words.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", _("Request")
        SUBMISSION = "submission", _("Answer to a request")
        FEEDBACK = "feedback", _("Feedback")
        QUESTION = "question", _("Question back")
        REPLY = "reply", _("Reply to a question")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    request = models.ForeignKey(Request, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(RequestReceiver, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("text", config=CONFIG), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        indexes = [
            GinIndex(fields=("words",), name="dialogue_words"),
            models.Index(fields=("-at",), name="dialogue_words_latest"),
        ]


class MeetingWords(models.Model):
    """What a meeting is called and what came of it, by the id of the row that says so; changed with it.

    The database writes it (`migrations/0011_meeting_words`). Who may read it follows from the
    meeting (`meetings.gate`); what the minutes say takes the place of the conclusions once they are established.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CONCLUSION = "conclusion", _("Conclusion of a meeting")
        AGREED = "agreed", _("Agreed at a meeting")
        MINUTES = "minutes", pgettext_lazy("meeting", "Minutes")
        NOTE = "note", _("Note of a seminar")

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("text", config=CONFIG), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        indexes = [
            GinIndex(fields=("words",), name="meeting_words"),
            models.Index(fields=("-at",), name="meeting_words_latest"),
        ]
