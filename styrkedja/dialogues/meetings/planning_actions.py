"""Preparing a meeting: planning it, who comes and what it concerns, the agenda, and moving or cancelling it.

The meeting's row is locked first, so that nothing is changed behind a call or minutes; the trail is written last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.dialogues.models import AgendaPoint, Meeting, MeetingNode, MeetingPerson, MeetingState
from styrkedja.organisation.models import Node, Person

from . import proposing, queries, telling
from .catalogue import Kind, kinds
from .transitions import PREPARING, TRANSITIONS, Move

Called = Mapping[UUID, UUID | None]  # person -> the node they are called for
WHEN = ("day", "starts", "ends", "place")  # what a calendar holds; a change after the call is a new sequence
ABOUT = ("period", "subject")  # what the material is about, which the call freezes
LAST_POINT = 200


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it stands, locked until the transaction ends."""
    rows = Meeting.objects.select_for_update(no_key=True, of=("self",)).select_related("node", "follows")
    return rows.get(pk=meeting.pk)


def moved(row: Meeting, move: Move, expected: int, *, by: Person | None, **fields: Any) -> Meeting:
    """Make a move of the table with a locked row. Raises Refused where it cannot be made, Conflict."""
    transition = TRANSITIONS[move]
    if row.state not in transition.sources:
        raise Refused(str(transition.refusal))
    if row.version != expected:
        raise Conflict(row)
    changes = {"state": transition.target, "changed_by": by, "changed_at": timezone.now(), **fields}
    return save_version(row, expected=expected, fields=changes)


def preparing(meeting: Meeting) -> Meeting:
    row = locked(meeting)
    if row.state not in PREPARING:
        raise Refused(_("The meeting has been held or cancelled. The agenda and who is called stay as they are."))
    return row


@action
def plan(
    *,
    node: Node,
    kind: Kind,
    title: str,
    period: str,
    day: dt.date,
    concerns: Sequence[Node],
    called: Called,
    by: Person | None,
    starts: dt.time | None = None,
    ends: dt.time | None = None,
    place: str = "",
    purpose: str = "",
    subject: str = "",
    secretary: Person | None = None,
) -> Meeting:
    """Plan a meeting with the agenda of its kind; nobody is told before the call. It follows the last of its kind."""
    _check_times(starts, ends)
    if not concerns:
        raise Refused(_("Choose what the meeting concerns."))
    places = {n.pk: n for n in concerns}
    follows = queries.last_before(queries.line(node.pk, kind.id, subject, list(places)), day)
    meeting = Meeting.objects.create(
        node=node,
        original=node,
        kind=kind.id,
        title=title.strip() or proposing.title(kind, concerns),
        period=period,
        subject=subject,
        day=day,
        starts=starts,
        ends=ends,
        place=place,
        purpose=purpose,
        follows=follows,
        secretary=secretary,
        created_by=by,
        changed_by=by,
    )
    MeetingNode.objects.bulk_create(MeetingNode(meeting=meeting, node=n) for n in places.values())
    MeetingPerson.objects.bulk_create(
        MeetingPerson(meeting=meeting, person_id=person, node_id=at) for person, at in called.items()
    )
    points = proposing.agenda(kind, follows=follows is not None)
    AgendaPoint.objects.bulk_create(
        AgendaPoint(meeting=meeting, number=n, changed_by=by, **asdict(p)) for n, p in enumerate(points, start=1)
    )
    details = {"kind": kind.id, "day": day, "called": len(called)}
    audit.record(Event.MEETING_PLANNED, by=by, node=node, about=meeting, details=details)
    return meeting


def _check_times(starts: dt.time | None, ends: dt.time | None) -> None:
    if ends is not None and (starts is None or ends <= starts):
        raise Refused(_("The meeting ends before it begins. Check the times."))


@action
def change(*, meeting: Meeting, fields: Mapping[str, Any], expected: int, by: Person | None) -> Meeting:
    """Change title, day, times, place, purpose, secretary, and before the call what the material is about.

    After the call another day, time or place is told by mail. Raises Refused when it has been held, or for
    what the call has frozen; Conflict with the meeting as it stands if it was changed since.
    """
    row = preparing(meeting)
    if row.version != expected:
        raise Conflict(row)
    _check_times(fields.get("starts", row.starts), fields.get("ends", row.ends))
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if not changed:
        return row
    called = row.state == MeetingState.CALLED
    if called and any(name in changed for name in ABOUT):
        raise Refused(_("The material is gathered for that year and subject. Cancel the meeting and plan a new one."))
    elsewhen = called and any(name in changed for name in WHEN)
    if elsewhen:
        changed["sequence"] = row.sequence + 1
    save_version(row, expected=expected, fields={**changed, "changed_by": by, "changed_at": timezone.now()})
    follow(row, by)
    if elsewhen:
        telling.moved(row)
    details = {"fields": sorted(changed), "sequence": row.sequence}
    audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details=details)
    return row


@action
def set_called(*, meeting: Meeting, concerns: Sequence[Node], called: Called, expected: int, by: Person | None) -> None:
    """What the meeting concerns and who is called. Whoever is added after the call is told, as is whoever is not to
    come any more. Raises Refused and Conflict."""
    row = preparing(meeting)
    if row.version != expected:
        raise Conflict(row)
    if not concerns:
        raise Refused(_("Choose what the meeting concerns."))
    if row.state == MeetingState.CALLED and not called:
        raise Refused(_("Somebody has to be called. Cancel the meeting if nobody is to come."))
    wanted = {n.pk for n in concerns}
    title = _title_of(row, concerns)
    MeetingNode.objects.filter(meeting=row).exclude(node__in=wanted).delete()
    there = set(queries.concerned_ids(row))
    MeetingNode.objects.bulk_create(MeetingNode(meeting=row, node_id=pk) for pk in wanted - there)
    people = {p.person_id: p for p in MeetingPerson.objects.filter(meeting=row).select_related("person")}
    gone = [p for pk, p in people.items() if pk not in called]
    MeetingPerson.objects.filter(pk__in=[p.pk for p in gone]).delete()
    new = [MeetingPerson(meeting=row, person_id=p, node_id=at) for p, at in called.items() if p not in people]
    MeetingPerson.objects.bulk_create(new)
    save_version(row, expected=expected, fields={"title": title, "changed_by": by, "changed_at": timezone.now()})
    follow(row, by)
    if row.state == MeetingState.CALLED:
        telling.called(row, only=[p.person_id for p in new])
        telling.not_called_any_more(row, [p.person for p in gone])
    details = {"added": len(new), "removed": len(gone), "concerns": len(wanted)}
    audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details=details)


def _title_of(row: Meeting, concerns: Sequence[Node]) -> str:
    """A meeting that is called what nobody has named it is called by its new place."""
    kind = kinds().get(row.kind)
    unnamed = kind is not None and row.title == proposing.title(kind, queries.concerned(row))
    return proposing.title(kind, concerns) if kind is not None and unnamed else row.title


@action
def cancel(*, meeting: Meeting, reason: str, expected: int, by: Person | None) -> Meeting:
    """Call it off and say why; those called are told. Raises Refused and Conflict."""
    if not reason.strip():
        raise Refused(_("Write why the meeting is cancelled. Those called read it."))
    row = locked(meeting)
    if row.state in PREPARING and queries.left_something(row):
        raise Refused(_("Something is noted or agreed. Mark the meeting as held instead, so that it is not lost."))
    was_called = row.state == MeetingState.CALLED
    said = {"cancelled_at": timezone.now(), "cancelled_reason": reason, "sequence": row.sequence + was_called}
    moved(row, Move.CANCEL, expected, by=by, **said)
    if was_called:
        telling.cancelled(row)
    audit.record(Event.MEETING_CANCELLED, by=by, node=row.node, about=row, details={"sequence": row.sequence})
    return row


def follow(row: Meeting, by: Person | None) -> None:
    """Let a locked meeting follow the last of its kind that has been held by now; what was agreed then opens it.

    An opening point that was there and has been taken out does not come back.
    """
    last, before = queries.last_of(row), row.follows_id
    if before == (last.pk if last else None):
        return
    Meeting.objects.filter(pk=row.pk).update(follows=last)
    row.follows = last
    if last is None or before is not None or AgendaPoint.objects.filter(meeting=row, opening=True).exists():
        return
    for point in AgendaPoint.objects.filter(meeting=row).order_by("-number"):
        AgendaPoint.objects.filter(pk=point.pk).update(number=point.number + 1)
    AgendaPoint.objects.create(meeting=row, number=1, changed_by=by, **asdict(proposing.opening()))


# The agenda.


@action
def add_point(*, meeting: Meeting, title: str, text: str, minutes: int | None, by: Person | None) -> AgendaPoint:
    """Last of the agenda. Raises Refused when the meeting has been held, or without a title."""
    row = preparing(meeting)
    if not title.strip():
        raise Refused(_("Give the point a title."))
    last = AgendaPoint.objects.filter(meeting=row).order_by("-number").values_list("number", flat=True).first() or 0
    if last >= LAST_POINT:
        raise Refused(_("An agenda has at most %(count)s points.") % {"count": LAST_POINT})
    said = {"title": title.strip(), "text": text, "minutes": minutes, "changed_by": by}
    made = AgendaPoint.objects.create(meeting=row, number=last + 1, **said)
    _record_agenda(row, by, made, "added")
    return made


@action
def change_point(
    *, point: AgendaPoint, title: str, text: str, minutes: int | None, expected: int, by: Person | None
) -> AgendaPoint:
    """Raises Refused when the meeting has been held, Conflict with the point as it stands."""
    row = preparing(point.meeting)
    if not title.strip():
        raise Refused(_("Give the point a title."))
    said = {"title": title.strip(), "text": text, "minutes": minutes}
    save_version(point, expected=expected, fields={**said, "changed_by": by, "changed_at": timezone.now()})
    _record_agenda(row, by, point, "changed")
    return point


@action
def move_point(*, point: AgendaPoint, up: bool, by: Person | None) -> None:
    """Change places with the point above or below; the first goes no higher, the last no lower."""
    row = preparing(point.meeting)
    points = list(AgendaPoint.objects.filter(meeting=row).order_by("number"))
    at = next((i for i, p in enumerate(points) if p.pk == point.pk), None)
    to = None if at is None else at + (-1 if up else 1)
    if at is None or to is None or not 0 <= to < len(points):
        return
    one, other = points[at], points[to]
    AgendaPoint.objects.filter(pk=one.pk).update(number=other.number)
    AgendaPoint.objects.filter(pk=other.pk).update(number=one.number)
    _record_agenda(row, by, point, "moved")


@action
def remove_point(*, point: AgendaPoint, by: Person | None) -> None:
    """Take a point out of the agenda. Raises Refused where something has been written or agreed on it."""
    row = preparing(point.meeting)
    stored = AgendaPoint.objects.select_for_update(no_key=True).filter(pk=point.pk).first()
    if stored is None:
        return
    written = stored.conclusion.strip() or stored.notes.exclude(text="").exists()
    if written or stored.agreed.exists() or stored.questions.exists() or stored.proposals.exists():
        raise Refused(_("Something has been written or agreed on this point, so it stays on the agenda."))
    stored.delete()
    rest: Iterable[AgendaPoint] = AgendaPoint.objects.filter(meeting=row, number__gt=stored.number).order_by("number")
    for after in list(rest):
        AgendaPoint.objects.filter(pk=after.pk).update(number=after.number - 1)
    _record_agenda(row, by, point, "removed")


def _record_agenda(row: Meeting, by: Person | None, point: AgendaPoint, what: str) -> None:
    details = {"point": point.pk, "agenda": what}
    audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details=details)
