"""The call: the material is gathered and frozen, and those called are told. Gathered again, it is a new edition."""

from __future__ import annotations

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action
from styrkedja.dialogues.models import AgendaPoint, Material, Meeting, MeetingPerson
from styrkedja.organisation.models import Person

from . import telling
from .catalogue import kinds
from .material import build
from .material.scope import scope_of
from .planning_actions import follow, locked, moved
from .transitions import WRITTEN_IN, Move


@action
def call(*, meeting: Meeting, access: Access, expected: int, by: Person | None) -> Meeting:
    """Freeze the material as it stands today, tell those called. `access`: the caller's, which finds the figures.

    Raises Refused when nobody is called or the agenda is empty, Conflict if it was changed since.
    """
    row = locked(meeting)
    if not MeetingPerson.objects.filter(meeting=row).exists():
        raise Refused(_("Nobody is called yet. Choose who is to come first."))
    if not AgendaPoint.objects.filter(meeting=row).exists():
        raise Refused(_("The agenda is empty. Add a point first."))
    moved(row, Move.CALL, expected, by=by, called_by=by, called_at=timezone.now())
    follow(row, by)
    count = _gather(row, access, 1, "", by)
    telling.called(row)
    audit.record(Event.MEETING_CALLED, by=by, node=row.node, about=row, details={"material": count})
    return row


@action
def gather_again(*, meeting: Meeting, access: Access, reason: str, expected: int, by: Person | None) -> int:
    """A new edition of the material; the earlier ones stay. Returns its number. Raises Refused and Conflict."""
    if not reason.strip():
        raise Refused(_("Write why the material is gathered again. Those called read it."))
    row = locked(meeting)
    if row.state not in WRITTEN_IN:
        raise Refused(_("Material is gathered with the call, and again until the minutes are established."))
    edition = Material.objects.filter(meeting=row).aggregate(last=Max("edition"))["last"] or 0
    if edition != expected:
        raise Conflict(row)
    follow(row, by)
    count = _gather(row, access, edition + 1, reason, by)
    telling.gathered_again(row)
    details = {"material": count, "edition": edition + 1}
    audit.record(Event.MEETING_CHANGED, by=by, node=row.node, about=row, details=details)
    return edition + 1


def _gather(row: Meeting, access: Access, edition: int, reason: str, by: Person | None) -> int:
    kind = kinds().get(row.kind)
    gatherers = kind.material if kind else ()
    scope = scope_of(row, access)
    about = sorted(str(node.pk) for node in scope.nodes)
    said = {"meeting": row, "edition": edition, "reason": reason, "gathered_by": by, "about": about}
    made = [
        Material(number=number, gatherer=gatherer, body=build(gatherer, scope), **said)
        for number, gatherer in enumerate(gatherers, start=1)
    ]
    Material.objects.bulk_create(made)
    return len(made)
