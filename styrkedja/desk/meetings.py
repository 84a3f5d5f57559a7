"""Meetings on the start page: those I am called to, the minutes that wait for me, and what meetings gave me to do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format, time_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.meetings import queries
from styrkedja.dialogues.meetings.gate import still_there
from styrkedja.dialogues.models import Meeting, MeetingState

from .duties import Duty

STILL_NEWS = dt.timedelta(days=60)  # after its day, a meeting one was called to
LABEL = 120  # characters of what was agreed
OVER = (MeetingState.CALLED, MeetingState.HELD)  # and its day is past: somebody has minutes to write


@dataclass(frozen=True)
class Meetings:
    """called: those that are to come, as lines; to_minute: those I keep whose day is past and that have no minutes;
    news: ids of all of them, and of those that have lately been.
    """

    called: list[Duty]
    to_minute: list[Duty]
    news: list[UUID]


def meetings(access: Access) -> Meetings:
    """One query."""
    rows = [r for r in queries.called_to(access.person, access.today - STILL_NEWS) if still_there(access, r)]
    coming = [r.meeting for r in rows if r.meeting.state == MeetingState.CALLED and r.meeting.day >= access.today]
    past = [r.meeting for r in rows if r.meeting.state in OVER and r.meeting not in coming]
    return Meetings(
        called=[_line(one, access) for one in coming],
        to_minute=[_line(one, access) for one in past if _keeps(access, one)],
        news=[r.meeting_id for r in rows],
    )


def _keeps(access: Access, meeting: Meeting) -> bool:
    """Whether the minutes are this person's to see to: the secretary's, or else of those who call there."""
    if meeting.secretary_id:
        return meeting.secretary_id == access.person.pk
    return access.can(P.MEETING_CALL, meeting.node)


def _line(meeting: Meeting, access: Access) -> Duty:
    """Without a number of days late: a meeting is not late, only its minutes are, and nobody has set them a day."""
    day = date_format(meeting.day, "j F")
    if meeting.starts:
        day = _("%(day)s at %(time)s") % {"day": day, "time": time_format(meeting.starts, "H:i")}
    said = [day, meeting.place, meeting.node.name]
    return Duty(
        label=meeting.title,
        url=reverse("dialogues:meeting", args=[meeting.pk]),
        due=meeting.day if meeting.day >= access.today else None,
        note=", ".join(filter(None, said)),
        overdue_days=min(0, (access.today - meeting.day).days),
    )


def agreed(access: Access) -> list[Duty]:
    """What meetings have given me to do, by date. One query."""
    points = queries.still_to_do(access.person, access.nodes_for(P.REQUEST_ANSWER))
    return [
        Duty(
            label=Truncator(what).chars(LABEL),
            url=reverse("dialogues:agreed", args=[pk]),
            due=due,
            note=_("agreed at %(meeting)s") % {"meeting": meeting},
            overdue_days=(access.today - due).days,
        )
        for pk, what, due, meeting in points.values_list("pk", "what", "due", "meeting__title")
    ]
