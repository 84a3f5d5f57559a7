"""Whose calendar an address is."""

from __future__ import annotations

import hashlib

from django.utils import timezone

from styrkedja.organisation.models import Person
from styrkedja.wheel.models import Feed


def digest(token: str) -> str:
    """What is kept of a token. Looked up as it is: how long that takes says nothing of the token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def feed_of(person: Person) -> Feed | None:
    """The address the person has, if they have one."""
    return Feed.objects.filter(person=person, revoked_at=None).first()


def read_today(feed: Feed) -> bool:
    """Calendars fetch many times a day, and only the day is kept."""
    return feed.read_at is not None and feed.read_at.date() == timezone.now().date()


def feed_by(token: str) -> Feed | None:
    """None for an unknown one, a revoked one, and one of somebody whose account is closed."""
    found = Feed.objects.filter(token_hash=digest(token), revoked_at=None, person__is_active=True)
    return found.select_related("person").first()
