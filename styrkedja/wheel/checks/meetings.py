"""A meeting is held and its minutes are established: the place's own, or one that concerns it."""

from __future__ import annotations

import datetime as dt
from functools import partial
from uuid import UUID

from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.dialogues.models import Meeting, MeetingState

from .showing import Asked, Evidence, Found, Shown, Window, by_day, text


def shown(asked: Asked) -> Shown:
    """Dated by the day it was held. What it was about is not told: its page says that to those who may read it."""
    held = Meeting.objects.filter(state=MeetingState.MINUTED, day__range=asked.days).order_by()
    if not asked.open_to_all("kind"):
        held = held.filter(kind__in=asked.each("kind"))
    rows = {
        *held.filter(node__any_of=asked.nodes).values_list(text("node"), *COLUMNS),
        *held.filter(concerns__node__any_of=asked.nodes).values_list(text("concerns__node"), *COLUMNS),
    }
    found = (Found(node, kind, _evidence(pk, day, by or "")) for node, pk, kind, day, by in rows)
    return by_day(asked, found, _fits)


COLUMNS = ("pk", "kind", "day", "secretary__name")


def _evidence(pk: UUID, day: dt.date, by: str) -> Evidence:
    return Evidence(day, by, partial(_words, day), partial(_page, pk))


def _words(day: dt.date) -> str:
    return _("The minutes of the meeting of %(day)s are established") % {"day": date_format(day, "j F Y")}


def _page(pk: UUID) -> str:
    try:
        return reverse("dialogues:meeting", args=[pk])
    except NoReverseMatch:
        return ""


def _fits(one: Window, of: str) -> bool:
    return one.has("kind", of)
