"""A person's calendar address: secret, and revoked for good when they wish."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from styrkedja.core.models import Identified, Kept
from styrkedja.organisation.models import Person


class Feed(Identified, Kept):
    """Whoever knows the address reads the calendar, so only a digest of it is kept: it is shown once, when made."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True)  # SHA-256, hexadecimal
    made_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)  # when a calendar last fetched it, to the day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("person",), condition=Q(revoked_at=None), name="feed_one_at_a_time")
        ]
