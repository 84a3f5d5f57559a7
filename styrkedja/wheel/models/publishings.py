"""A year being published: long work of the worker, which others see while it goes on."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from styrkedja.core.models import Identified
from styrkedja.organisation.models import Person

from .cycles import AnnualCycle


class Publishing(Identified):
    """The last attempt to publish a year. progress: 0-100; told_at: the worker's last sign of life.

    expected: the version of the draft that was looked at. refused: why it came to nothing, for the person who asked.
    """

    cycle = models.OneToOneField(AnnualCycle, on_delete=models.PROTECT, related_name="publishing")
    expected = models.PositiveIntegerField()
    progress = models.PositiveSmallIntegerField(default=0)
    refused = models.TextField(blank=True)
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(progress__lte=100), name="publishing_progress_of_a_hundred"),
            models.CheckConstraint(
                condition=Q(refused="") | Q(ended_at__isnull=False), name="publishing_refused_ended"
            ),
        ]
