"""What the start page remembers of a person: how far they have read, and what they have been reminded of."""

from __future__ import annotations

from django.db import models

from styrkedja.core.models import AppendOnly
from styrkedja.organisation.models import Person


class Visit(models.Model):
    """How far down the trail a person has been told. No act of theirs: a page they looked at, like a login.

    `before` and `seen` are numbers of the trail: what came between them is new on this visit, until the next begins.
    """

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    before = models.BigIntegerField()
    seen = models.BigIntegerField()
    at = models.DateTimeField()


class Told(AppendOnly):
    """A reminder or summary that has been put in the mail: each once, however often the job runs."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=120)  # "dialogues.obligation:<id>", or "" of a summary
    occasion = models.CharField(max_length=20)  # "14", "3", "0": days before; "2026-W47"
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("person", "about", "occasion"), name="told_once")]
