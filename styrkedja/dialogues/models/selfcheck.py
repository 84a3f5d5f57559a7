"""The chain examines itself (S1.12): success factors as statements, answered at each level and read side by side."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from styrkedja.core.models import Identified, Kept, Versioned
from styrkedja.organisation.models import Node, Person


class SelfCheck(Identified, Versioned, Kept):
    """One round at a node and everything below it. form: an id of dialogues/selfcheck/catalogue."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="self_checks")
    form = models.CharField(max_length=40)
    period = models.CharField(max_length=7)
    due = models.DateField()
    opened_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-opened_at",)
        constraints = [
            models.UniqueConstraint(
                fields=("node", "form", "period"), condition=Q(closed_at=None), name="self_check_one_open"
            )
        ]


class SelfCheckSheet(Identified, Versioned, Kept):
    """One node's answers in a round. handed_in_at: from then on they are read by all; taken back until it is closed."""

    check_round = models.ForeignKey(SelfCheck, on_delete=models.PROTECT, related_name="sheets")
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    handed_in_at = models.DateTimeField(null=True, blank=True)
    handed_in_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("check_round", "node"), name="self_check_sheet_once")]


class SelfCheckAnswer(Identified, Versioned):
    """How well a statement holds at a node, 1 (not at all) to 4 (wholly), and what shows it. None: cannot say."""

    sheet = models.ForeignKey(SelfCheckSheet, on_delete=models.CASCADE, related_name="answers")
    statement = models.CharField(max_length=60)
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    shows = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("sheet", "statement"), name="self_check_answer_once"),
            models.CheckConstraint(
                condition=Q(level=None) | Q(level__gte=1, level__lte=4), name="self_check_level_known"
            ),
        ]
