"""During the meeting: notes by many at once, conclusions, who came, what is agreed, questions back to a unit.

Each writes a note of their own, so nobody writes over anybody; the meeting is held with a shared lock meanwhile, so
that no word comes in behind its minutes. Conclusions are one text: whoever is second reads both.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.analyses.models import EarlierText
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.dialogues.models import (
    AgendaPoint,
    AgreedPoint,
    Meeting,
    MeetingPerson,
    MeetingQuestion,
    MeetingState,
    PointNote,
    Request,
    What,
)
from styrkedja.dialogues.requests import asking_actions
from styrkedja.organisation.models import Node, Person

from . import queries
from .planning_actions import Called, locked, moved
from .transitions import WRITTEN_IN, Move


def shared(meeting_id: UUID) -> None:
    """Hold the meeting as it is until the transaction ends, together with everybody else who writes in it.

    Raises Refused where nothing can be written any more, or not yet.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM dialogues_meeting WHERE id = %s FOR SHARE", [meeting_id])
        found = cursor.fetchone()
    _check(found[0] if found else "")


def _check(state: str) -> None:
    if state == MeetingState.PLANNED:
        raise Refused(_("The meeting is not called yet. Notes are written from the call on."))
    if state not in WRITTEN_IN:
        raise Refused(_("The meeting has ended, and its words stay as they are. Your text has not been saved."))


def writing(meeting: Meeting) -> Meeting:
    row = locked(meeting)
    _check(row.state)
    return row


@action
def save_note(*, point: AgendaPoint, text: str, expected: int, by: Person) -> PointNote:
    """One's own note on a point; expected 0: there is none yet. The same words again are no change.

    Raises Conflict with the note as it stands when it was written in another window, Refused after the minutes and
    while a seminar's steps are not all shown.
    """
    shared(point.meeting_id)
    if queries.alone_first(queries.meeting(point.meeting_id)):
        raise Refused(_("Each thinks alone first: write in the seminar. Your text has not been saved."))
    stored = PointNote.objects.select_related("changed_by").filter(point=point, person=by).first()
    if stored is None:
        stored = _first_note(point, text, by)
    elif stored.text == text:
        return stored
    elif stored.version != expected:
        raise Conflict(stored)
    else:
        save_version(stored, expected=expected, fields={"text": text, "changed_by": by, "changed_at": timezone.now()})
    details = {"point": point.pk, "note": stored.version}
    audit.record(Event.MEETING_CHANGED, by=by, node=point.meeting.node, about=point.meeting, details=details)
    return stored


def _first_note(point: AgendaPoint, text: str, by: Person) -> PointNote:
    try:
        with unless_taken("", "point_note_once"):
            return PointNote.objects.create(point=point, person=by, text=text, changed_by=by)
    except Refused:
        stands = PointNote.objects.select_related("changed_by").get(point=point, person=by)
        if stands.text == text:
            return stands
        raise Conflict(stands) from None


@dataclass
class Concluded:
    """What was concluded on a point, as it stands: its words, version and writer, which are not the point's own."""

    text: str
    version: int
    changed_at: dt.datetime
    changed_by: Person | None


def concluded(point_id: UUID) -> Concluded:
    row = AgendaPoint.objects.select_related("concluded_by").get(pk=point_id)
    at = row.concluded_at or row.changed_at
    return Concluded(row.conclusion, row.conclusion_version, at, row.concluded_by)


@action
def save_conclusion(*, point: AgendaPoint, text: str, expected: int, by: Person | None) -> Concluded:
    """What was concluded on a point, if it still stands at version `expected`; another's words are kept.

    Raises Conflict with the conclusion as it stands, Refused after the minutes.
    """
    shared(point.meeting_id)
    before = concluded(point.pk)
    if before.text == text:
        return before
    if before.version != expected:
        raise Conflict(before)
    now = Concluded(text, expected + 1, timezone.now(), by)
    said = {"conclusion": text, "concluded_by": by, "concluded_at": now.changed_at}
    rows = AgendaPoint.objects.filter(pk=point.pk, conclusion_version=expected)
    if not rows.update(**said, conclusion_version=now.version):
        raise Conflict(concluded(point.pk))
    if before.text and before.changed_by != by:  # whoever is second at the same moment has not come here
        EarlierText.objects.create(
            row_id=point.pk,
            version=before.version,
            fields={"text": before.text},
            by=before.changed_by,
            at=before.changed_at,
        )
    details = {"point": point.pk, "conclusion": now.version}
    audit.record(Event.MEETING_CHANGED, by=by, node=point.meeting.node, about=point.meeting, details=details)
    return now


@action
def set_attendance(*, meeting: Meeting, attended: Mapping[UUID, bool | None], by: Person | None) -> None:
    """Who came, by id of the person; those not named stay as they are. Raises Refused after the minutes."""
    row = writing(meeting)
    changed = 0
    for one in MeetingPerson.objects.filter(meeting=row, person__in=list(attended)):
        if one.attended != attended[one.person_id]:
            MeetingPerson.objects.filter(pk=one.pk).update(attended=attended[one.person_id])
            changed += 1
    if changed:
        audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details={"attendance": changed})


@action
def agree(
    *,
    meeting: Meeting,
    what: str,
    node: Node,
    due: dt.date,
    by: Person | None,
    holder: Person | None = None,
    point: AgendaPoint | None = None,
) -> AgreedPoint:
    """Agree what, who (a person called, or whoever answers for `node`) and by when. It stands on their list.

    Raises Refused without words, for a day gone by, or somebody who is not called.
    """
    row = writing(meeting)
    if not what.strip():
        raise Refused(_("Write what was agreed."))
    if due < timezone.localdate():
        raise Refused(_("Choose a day that has not passed."))
    if holder and not MeetingPerson.objects.filter(meeting=row, person=holder).exists():
        raise Refused(
            _("%(name)s is not called to the meeting. Choose somebody who is, or a place.") % {"name": holder}
        )
    said = {"what": what, "holder": holder, "node": node, "due": due, "created_by": by, "changed_by": by}
    made = AgreedPoint.objects.create(meeting=row, point=point, **said)
    audit.record(Event.POINT_AGREED, by=by, node=node, about=made, details={"meeting": row.pk, "due": due})
    return made


@action
def ask(
    *, meeting: Meeting, node: Node, text: str, due: dt.date, by: Person | None, point: AgendaPoint | None = None
) -> Request:
    """A question back to a unit, as an ordinary request of the meeting's node: it is on the unit's list, and owes it
    feedback. Raises Refused as `asking_actions.send_request`."""
    row = writing(meeting)
    if not text.strip():
        raise Refused(_("Write the question."))
    purpose = _("Asked at %(meeting)s, %(day)s.") % {"meeting": row.title, "day": row.day.isoformat()}
    request = asking_actions.send_request(
        node=row.node, receivers=[node], what=What.QUESTION, text=text, purpose=purpose, due=due, by=by
    )
    MeetingQuestion.objects.create(meeting=row, point=point, request=request)
    return request


@action
def add_who_came(*, meeting: Meeting, people: Called, by: Person | None) -> None:
    """Somebody came who was not called, a substitute: they are noted as present and may write until the minutes are
    established. Raises Refused before the meeting is held and after its minutes."""
    row = writing(meeting)
    if row.state != MeetingState.HELD:
        raise Refused(_("Whoever came without being called is added once the meeting is held."))
    called = set(MeetingPerson.objects.filter(meeting=row).values_list("person", flat=True))
    new = [pk for pk in people if pk not in called]
    MeetingPerson.objects.bulk_create(
        MeetingPerson(meeting=row, person_id=pk, node_id=people[pk], attended=True) for pk in new
    )
    if new:
        audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details={"came": len(new)})


@action
def reopen(*, meeting: Meeting, expected: int, by: Person | None) -> Meeting:
    """It was not held after all: back to called, until there are minutes. Raises Refused and Conflict."""
    row = locked(meeting)
    moved(row, Move.REOPEN, expected, by=by, held_at=None)
    audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details={"reopened": True})
    return row


@action
def hold(*, meeting: Meeting, expected: int, by: Person | None) -> Meeting:
    """Mark the meeting as held. Raises Refused before its day, and Conflict."""
    row = locked(meeting)
    if row.day > timezone.localdate():
        raise Refused(_("The meeting's day has not come yet. Move it if it was held earlier."))
    moved(row, Move.HOLD, expected, by=by, held_at=timezone.now())
    audit.record(Event.MEETING_HELD, by=by, node=row.node, about=row)
    return row
