"""What was agreed: done or dropped with words, moved to another day, or handed to somebody else. *Hur blev det?*"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.dialogues.models import AgreedPoint
from styrkedja.organisation.models import Person


def _open(point: AgreedPoint, expected: int) -> AgreedPoint:
    rows = AgreedPoint.objects.select_for_update(no_key=True, of=("self",)).select_related("node")
    row = rows.get(pk=point.pk)
    if row.done_at or row.dropped_at:
        raise Refused(_("It has been marked as done or dropped already. Nothing was changed."))
    if row.version != expected:
        raise Conflict(row)
    return row


@action
def done(*, point: AgreedPoint, words: str, expected: int, by: Person | None) -> AgreedPoint:
    """It is done, and what came of it. Raises Refused without words or when it has ended, Conflict."""
    if not words.strip():
        raise Refused(_("Write what was done, or what came of it. The next meeting begins with it."))
    row = _open(point, expected)
    now = timezone.now()
    said = {"done_at": now, "done_by": by, "done_words": words, "changed_by": by, "changed_at": now}
    save_version(row, expected=expected, fields=said)
    audit.record(Event.AGREED_POINT_ENDED, by=by, node=row.node, about=row, details={"done": True})
    return row


@action
def drop(*, point: AgreedPoint, reason: str, expected: int, by: Person | None) -> AgreedPoint:
    """It will not be done, and why. Raises Refused and Conflict."""
    if not reason.strip():
        raise Refused(_("Write why it is dropped. The next meeting begins with it."))
    row = _open(point, expected)
    now = timezone.now()
    said = {"dropped_at": now, "dropped_reason": reason, "changed_by": by, "changed_at": now}
    save_version(row, expected=expected, fields=said)
    audit.record(Event.AGREED_POINT_ENDED, by=by, node=row.node, about=row, details={"done": False})
    return row


@action
def hand_on(
    *, point: AgreedPoint, due: dt.date, holder: Person | None, expected: int, by: Person | None
) -> AgreedPoint:
    """Another day, or somebody else who holds it (None: whoever answers for its node); the minutes stay as they are.

    Raises Refused for a day gone by or when it has ended, Conflict.
    """
    row = _open(point, expected)
    if due < timezone.localdate() and due != row.due:
        raise Refused(_("Choose a day that has not passed."))
    details = {"due": due, "before": row.due, "holder": getattr(holder, "pk", None)}
    said = {"due": due, "holder": holder, "sequence": row.sequence + 1}
    save_version(row, expected=expected, fields={**said, "changed_by": by, "changed_at": timezone.now()})
    audit.record(Event.POINT_AGREED, by=by, node=row.node, about=row, details=details)
    return row
