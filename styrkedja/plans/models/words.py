"""The words people wrote in decisions, goals, initiatives and plans, for searching."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models

from styrkedja.core.searching import CONFIG
from styrkedja.organisation.models import Node


class PlanWords(models.Model):
    """One thing to be found, by its own id: a decision, a goal, an initiative with all that is said of how it went, or
    a version of a plan. No figure is among the words.

    The database writes it with what it is about (`migrations/0006_search`), and it goes when that is deleted. state
    says who may read it: "proposed", "submitted", "established" or, of initiatives, "judged"; at: when it got there, of
    an initiative that is judged when last. title: of a plan "".
    """

    class Kind(models.TextChoices):
        DECISION = "decision"
        GOAL = "goal"
        INITIATIVE = "initiative"
        PLAN = "plan"

    id = models.UUIDField(primary_key=True, editable=False)
    kind = models.CharField(max_length=10)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.CharField(max_length=7)
    state = models.CharField(max_length=12)
    at = models.DateTimeField()
    title = models.TextField()
    text = models.TextField()
    words = models.GeneratedField(
        expression=SearchVector("title", config=CONFIG, weight="A") + SearchVector("text", config=CONFIG, weight="D"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        indexes = [
            GinIndex(fields=("words",), name="plan_words"),
            models.Index(fields=("-at",), name="plan_words_latest"),
        ]
