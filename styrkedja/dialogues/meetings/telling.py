"""Mail about a meeting: what has happened, where and when, and a link. Never what somebody wrote (trust.md §4)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format

from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import Meeting
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person

from . import queries
from .catalogue import minutes_for_all


def called(meeting: Meeting, *, only: Collection[UUID] | None = None) -> None:
    """Those called; `only`: these of them."""
    people = _people(meeting)
    _send(meeting, "called", (p for p in people if only is None or p.pk in only))


def moved(meeting: Meeting) -> None:
    _send(meeting, "moved", _people(meeting))


def gathered_again(meeting: Meeting) -> None:
    _send(meeting, "gathered", _people(meeting), reverse("dialogues:meeting_material", args=[meeting.pk]))


def cancelled(meeting: Meeting) -> None:
    _send(meeting, "cancelled", _people(meeting))


def not_called_any_more(meeting: Meeting, people: Iterable[Person]) -> None:
    _send(meeting, "not_called", people, reverse("desk:start"))


def minuted(meeting: Meeting, number: int) -> None:
    """Those called, those who answer for its node and, unless its kind is for the called alone, for those concerned."""
    concerned = queries.concerned_ids(meeting) if minutes_for_all(meeting.kind) else []
    led = leaders_of([meeting.node_id, *concerned])
    people = {p.pk: p for p in [*_people(meeting), *(p for of_node in led.values() for p in of_node)]}
    _send(meeting, "minuted", people.values(), reverse("dialogues:minutes", args=[meeting.pk, number]))


def _people(meeting: Meeting) -> list[Person]:
    return list(Person.objects.filter(meetings__meeting=meeting, is_active=True).order_by("name", "pk"))


def _send(meeting: Meeting, template: str, people: Iterable[Person], path: str = "") -> None:
    words = {"node": meeting.node.name, "day": date_format(meeting.day, "Y-m-d")}
    for person in people:
        mailing.send(
            to=person,
            kind=Mail.NEWS,
            template=f"dialogues/meetings/email/{template}",
            words=words,
            path=path or reverse("dialogues:meeting", args=[meeting.pk]),
        )
