"""Minutes: put together, previewed and established with number and hash; a correction is a new number with a reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action
from styrkedja.dialogues.models import Meeting, MeetingState, Minutes
from styrkedja.documents.hashing import content_hash
from styrkedja.organisation.models import Person

from . import telling
from .minutes import put_together
from .planning_actions import locked, moved
from .transitions import Move


@action
def establish(
    *, meeting: Meeting, notes: Collection[UUID], previewed: str, expected: int, by: Person | None
) -> Minutes:
    """Establish the minutes as they were previewed (`previewed`: the hash of what was shown), and tell of them.

    Raises Refused when it is not held, or when something has been written since; Conflict.
    """
    row = locked(meeting)
    moved(row, Move.MINUTE, expected, by=by)
    row.refresh_from_db()
    body = put_together(row, notes)
    hashed = content_hash(body)
    if hashed != previewed:
        raise Refused(_("Something has been written since you looked at the minutes. Read them once more."))
    made = Minutes.objects.create(meeting=row, number=1, body=body, content_hash=hashed, established_by=by)
    return _told(row, made, by)


@action
def correct(
    *,
    meeting: Meeting,
    conclusions: Mapping[str, str],
    attended: Mapping[str, bool | None],
    reason: str,
    expected: int,
    by: Person | None,
) -> Minutes:
    """New minutes where conclusions (by id of the point) and who came (by id of the person) are put right.

    The earlier ones stay. Raises Refused without a reason or a change, Conflict when number `expected` is not the last.
    """
    if not reason.strip():
        raise Refused(_("Write why the minutes are corrected. The reason stands in them."))
    row = locked(meeting)
    if row.state != MeetingState.MINUTED:
        raise Refused(_("There are no minutes to correct yet."))
    last = Minutes.objects.filter(meeting=row).order_by("-number")[0]
    if last.number != expected:
        raise Conflict(row)
    points = [{**p, "conclusion": conclusions.get(p["id"], p["conclusion"])} for p in last.body["points"]]
    people = [{**p, "attended": attended.get(p["id"], p["attended"])} for p in last.body["people"]]
    body = {**last.body, "points": points, "people": people}
    if body == last.body:
        raise Refused(_("Nothing has been changed, so there is nothing to correct."))
    said = {"number": last.number + 1, "reason": reason, "established_by": by}
    made = Minutes.objects.create(meeting=row, body=body, content_hash=content_hash(body), **said)
    return _told(row, made, by)


def _told(row: Meeting, made: Minutes, by: Person | None) -> Minutes:
    telling.minuted(row, made.number)
    details = {"number": made.number, "hash": made.content_hash}
    audit.record(Event.MINUTES_ESTABLISHED, by=by, node=row.node, about=row, details=details)
    return made


def last_number(meeting: Meeting) -> int:
    found: int | None = Minutes.objects.filter(meeting=meeting).aggregate(last=Max("number"))["last"]
    return found or 0
