"""What stands in a person's calendar, as of what they may see today. As many queries whatever the number of events.

What is cancelled stands there as cancelled for `CANCELLED_KEPT`, so that every calendar that fetches hears of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import NamedTuple
from uuid import UUID, uuid5

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues import owing
from styrkedja.dialogues.meetings.gate import still_there
from styrkedja.dialogues.models import AgreedPoint, Meeting, MeetingPerson, MeetingState
from styrkedja.organisation.models import Node
from styrkedja.wheel.models import Activity, DoneCheck, Task
from styrkedja.wheel.tasks.duties import TaskRow, all_of
from styrkedja.wheel.tasks.reading import activity_page

BACK = dt.timedelta(days=366)  # what ended longer ago is not in the feed any more
CANCELLED_KEPT = dt.timedelta(days=90)
NEAR = dt.timedelta(days=45)  # between an activity and the meeting it is about
COUNTED_FROM = dt.date(2020, 1, 1)
NO_ID = str(UUID(int=0))
PLACES = 5  # named in an event; more are counted


class Event(NamedTuple):
    """One event. ends: the last day, included, of what lasts whole days; None for a time without an end.

    starts and ends are days, or times in Europe/Stockholm without a zone of their own. url: a path in the product.
    """

    id: UUID
    title: str
    starts: dt.date | dt.datetime
    ends: dt.date | dt.datetime | None
    url: str
    about: str
    sequence: int
    changed: dt.datetime
    cancelled: bool = False
    place: str = ""


def events_of(access: Access) -> list[Event]:
    """Everything of the person's from a year back on, in the order of time."""
    if not access.assignments:
        return []
    meetings = _meetings(access)
    live = [one for one in meetings if one.state != MeetingState.CANCELLED]
    found = [*_of_the_wheel(access, live), *map(of_meeting, meetings), *_agreed(access), *_owed(access)]
    return sorted(found, key=lambda e: (_day(e.starts), e.title, str(e.id)))


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _since(access: Access) -> dt.date:
    return access.today - BACK


def _long_gone(cancelled_at: dt.datetime | None) -> bool:
    return cancelled_at is not None and cancelled_at < timezone.now() - CANCELLED_KEPT


# The wheel


def _of_the_wheel(access: Access, meetings: Sequence[Meeting]) -> Iterator[Event]:
    """One event for each activity, however many places the person has it at; none where they are called to its meeting,
    which stands there itself.
    """
    theirs, labels = all_of(access, _since(access)), Labels.now()
    called = covered(theirs.tasks, meetings)
    own = access.assignments[0].node
    for activity, tasks in theirs.tasks:
        if activity.pk not in called and not _long_gone(activity.cancelled_at):
            tasks.sort(key=lambda task: (task.place, str(task.pk)))
            yield of_activity(activity, tasks, labels, answers=activity.pk in theirs.answers)
    for activity in theirs.below:
        if not _long_gone(activity.cancelled_at):
            yield of_activity(activity, [], labels, answers=False, page=activity_page(own, activity))


def covered(tasks: Iterable[tuple[Activity, list[TaskRow]]], meetings: Sequence[Meeting]) -> set[UUID]:
    """Activities of one place whose meeting one is called to: each meeting is that of the nearest of its kind."""
    wanted = [
        (activity, held[0].node_id)
        for activity, held in tasks
        if activity.done_check == DoneCheck.MEETING and len(held) == 1 and activity.cancelled_at is None
    ]
    pairs = sorted(
        (meeting.node_id != node, days, str(activity.pk), str(meeting.pk), activity.pk)
        for activity, node in wanted
        for meeting in meetings
        if meeting.kind in kinds_of(activity) and (days := _apart(activity, meeting.day)) <= NEAR.days
    )
    taken: set[str] = set()
    found: set[UUID] = set()
    for _elsewhere, _days, _key, meeting_id, activity_id in pairs:
        if meeting_id not in taken and activity_id not in found:
            taken.add(meeting_id)
            found.add(activity_id)
    return found


def kinds_of(activity: Activity) -> list[str]:
    """The kinds of meetings that an activity asks for."""
    asked = (activity.done_with or {}).get("kind", [])
    return [asked] if isinstance(asked, str) else list(asked)


def _apart(activity: Activity, day: dt.date) -> int:
    return max((activity.starts - day).days, (day - activity.ends).days, 0)


class Labels(NamedTuple):
    """The words of every activity, translated once."""

    mine: str
    part: str
    before: str
    leaves: str
    note: str
    cancelled: str
    english: bool

    @classmethod
    def now(cls) -> Labels:
        """In the language that is active."""
        return cls(
            _("You answer for this."),
            _("You take part in this."),
            _("Needs before"),
            _("Leaves behind"),
            pgettext("what a place adds", "Note"),
            _("Cancelled"),
            not (get_language() or "sv").startswith("sv"),
        )


def of_activity(
    activity: Activity, tasks: Sequence[TaskRow], labels: Labels, *, answers: bool, page: str = ""
) -> Event:
    """An activity as somebody has it: their tasks of it, which they answer for or take part in."""
    english = labels.english
    return Event(
        id=activity.pk,
        title=activity.said("title", english=english),
        starts=activity.starts,
        ends=activity.ends,
        url=page or (_page("wheel:task", tasks[0].pk) if tasks else ""),
        about=_paragraphs(
            labels.mine if answers else labels.part,
            activity.said("about", english=english),
            _labelled(labels.before, activity.said("before", english=english)),
            _labelled(labels.leaves, activity.said("leaves", english=english)),
            *dict.fromkeys(_labelled(labels.note, task.note) for task in tasks),
            _labelled(labels.cancelled, activity.cancelled_reason),
        ),
        sequence=activity.sequence,
        changed=max([activity.changed_at, *(task.changed_at for task in tasks)]),
        cancelled=activity.cancelled_at is not None,
        place=_named(sorted({task.place for task in tasks})),
    )


def _page(name: str, id: UUID) -> str:
    """The address of a page, found once: looking one up for each of hundreds takes longer than all the rest."""
    return _pattern(name).replace(NO_ID, str(id))


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[NO_ID])


def _named(places: list[str]) -> str:
    more = len(places) - PLACES
    if more <= 0:
        return ", ".join(places)
    return _("%(names)s and %(count)s more") % {"names": ", ".join(places[:PLACES]), "count": more}


def _labelled(label: str, text: str) -> str:
    return f"{label}: {text}" if text else ""


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text.strip() for text in texts if text.strip())


# Meetings, and what was agreed


def _meetings(access: Access) -> list[Meeting]:
    """Those the person is called to. What is only planned is nobody's but the callers' (`dialogues.meetings.gate`)."""
    rows = MeetingPerson.objects.filter(
        ~Q(meeting__called_at=None) & ~Q(meeting__state=MeetingState.PLANNED),
        person=access.person,
        meeting__day__gte=_since(access),
    )
    return [
        row.meeting
        for row in rows.select_related("meeting__node")
        if still_there(access, row) and not _long_gone(row.meeting.cancelled_at)
    ]


def of_meeting(meeting: Meeting) -> Event:
    """A meeting without times lasts the day."""
    starts: dt.date = meeting.day
    ends: dt.date | None = meeting.day
    if meeting.starts is not None:
        starts = dt.datetime.combine(meeting.day, meeting.starts)
        ends = dt.datetime.combine(meeting.day, meeting.ends) if meeting.ends else None
    cancelled = meeting.state == MeetingState.CANCELLED
    return Event(
        id=meeting.pk,
        title=meeting.title,
        starts=starts,
        ends=ends,
        url=_page("dialogues:meeting", meeting.pk),
        about=_paragraphs(
            _labelled(_("Called by"), meeting.node.name),
            meeting.purpose,
            _labelled(_("Cancelled"), meeting.cancelled_reason if cancelled else ""),
        ),
        sequence=meeting.sequence,
        changed=meeting.changed_at,
        cancelled=cancelled,
        place=meeting.place,
    )


def _agreed(access: Access) -> Iterator[Event]:
    """What is left to do of it: the person's own, and that of whoever answers for a node of theirs."""
    nodes = access.nodes_for(P.REQUEST_ANSWER)
    gone = Q(holder=None) | Q(holder__is_active=False)
    rows = AgreedPoint.objects.filter(
        Q(holder=access.person) | gone & Q(node__any_of=nodes), done_at=None, due__gte=_since(access)
    )
    for row in rows.exclude(meeting__state=MeetingState.CANCELLED).values_list(*Agreed._fields):
        point = Agreed._make(row)
        if not _long_gone(point.dropped_at):
            yield _of_agreed(point)


class Agreed(NamedTuple):
    """What of an agreed point is in a calendar."""

    pk: UUID
    what: str
    due: dt.date
    sequence: int
    changed_at: dt.datetime
    dropped_at: dt.datetime | None
    dropped_reason: str
    meeting__title: str
    node__name: str


def _of_agreed(point: Agreed) -> Event:
    return Event(
        id=point.pk,
        title=_("Agreed: %(what)s") % {"what": point.what},
        starts=point.due,
        ends=point.due,
        url=_page("dialogues:agreed", point.pk),
        about=_paragraphs(
            point.what,
            _labelled(_("From the meeting"), point.meeting__title),
            _labelled(_("For"), point.node__name),
            _labelled(_("Dropped"), point.dropped_reason),
        ),
        sequence=point.sequence + (point.dropped_at is not None),
        changed=point.changed_at,
        cancelled=point.dropped_at is not None,
    )


# What is owed


def _owed(access: Access) -> Iterator[Event]:
    """One event for each request and kind: the latest of what the person is to answer, and who waits for it."""
    answers, asks = access.nodes_for(P.REQUEST_ANSWER), access.nodes_for(P.REQUEST_MAKE)
    by_me, _to_me, _to_accept = owing.of_person(answers=answers, asks=asks, waits=(), person=access.person)
    for one in by_me:
        yield _of_owed(one.latest)


def _of_owed(owed: owing.Owed) -> Event:
    """A last day is only ever put off, so its number of days grows with each time it is: that is its sequence."""
    return Event(
        id=uuid5(owed.request_id, owed.kind),
        title=f"{owed.kind_word}: {owed.title}",
        starts=owed.due,
        ends=owed.due,
        url=reverse(owed.url_name, args=owed.url_args),
        about=_("Last day. %(whom)s is waiting for it.") % {"whom": owed.to.name},
        sequence=max((owed.due - COUNTED_FROM).days, 0),
        changed=dt.datetime.combine(owed.opened_on, dt.time(), dt.UTC),
    )


def event_of_task(task: Task, *, answers: bool) -> Event:
    row = TaskRow(
        task.pk, task.activity_id, task.node_id, task.holder_id, task.note, task.changed_at, task.node.name
    )  # fmt: skip
    return of_activity(task.activity, [row], Labels.now(), answers=answers)


def event_of_activity(node: Node, activity: Activity) -> Event:
    return of_activity(activity, [], Labels.now(), answers=False, page=activity_page(node, activity))


def upcoming(events: Iterable[Event], today: dt.date) -> list[Event]:
    """Those that are not over, as a page shows them."""
    return [one for one in events if not one.cancelled and _day(one.ends or one.starts) >= today]
