"""A reflection: a few questions a place answers together, talked over among colleagues before it is handed in.

*Hur gör vi? Hur blev det?* in a team. What is being written is the place's own until it is handed in; the database
refuses a change of an answer after that (`migrations/0005_reflections`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from styrkedja.core.models import AppendOnly, Identified, Versioned
from styrkedja.organisation.models import Person

from .requests import RequestReceiver

MOST_QUESTIONS = 3  # what a team can think through at one meeting


class ReflectionAnswer(Identified, Versioned):
    """What a receiver writes on one question of a reflection. number: which question, from 1."""

    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("receiver", "number")
        constraints = [
            models.UniqueConstraint(fields=("receiver", "number"), name="reflection_answer_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_QUESTIONS), name="reflection_answer_of_a_question"
            ),
        ]


class ReflectionComment(Identified, AppendOnly):
    """What a colleague says about a question of a reflection, before it is handed in."""

    receiver = models.ForeignKey(RequestReceiver, on_delete=models.PROTECT, related_name="comments")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("made_at", "id")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="reflection_comment_has_words"),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=MOST_QUESTIONS), name="reflection_comment_of_a_question"
            ),
        ]
