"""A person's calendar address: made, and revoked for good."""

from __future__ import annotations

import secrets

from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.organisation.models import Person
from styrkedja.wheel.models import Feed

from .queries import digest

OCTETS = 32  # 256 bits: not to be guessed, so looking up its digest is all the guard it needs


@action
def make_feed(*, person: Person, by: Person | None) -> str:
    """A new address' token, which is kept nowhere; the one before ends. Only the person makes their own."""
    Person.objects.select_for_update().get(pk=person.pk)
    _end(person)
    token = secrets.token_urlsafe(OCTETS)
    feed = Feed.objects.create(person=person, token_hash=digest(token))
    audit.record(Event.FEED_MADE, by=by, about=feed)
    return token


@action
def revoke_feed(*, person: Person, by: Person | None) -> bool:
    """The address stops answering. False where there is none."""
    Person.objects.select_for_update().get(pk=person.pk)
    ended = _end(person)
    for feed in ended:
        audit.record(Event.FEED_REVOKED, by=by, about=feed)
    return bool(ended)


def _end(person: Person) -> list[Feed]:
    held = list(Feed.objects.filter(person=person, revoked_at=None))
    Feed.objects.filter(pk__in=[feed.pk for feed in held]).update(revoked_at=timezone.now())
    return held


@action
def note_read(*, feed: Feed, by: Person | None) -> None:  # noqa: ARG001 - a program has fetched it, nobody
    """When the calendar was last fetched, to the day. Not in the trail: nothing of anybody's has changed."""
    today = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    Feed.objects.filter(pk=feed.pk).exclude(read_at__gte=today).update(read_at=today)
