"""The activities of an initiative: what, who, by when; and that they are done.

While it is a proposal they are written freely; after the decision a change asks for a reason, a mark does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Person
from styrkedja.plans.models import Activity, Initiative, InitiativeState

from .actions import keep_reason, lock, lock_running
from .transitions import RUNNING

FIELDS = ("what", "who", "person", "due")


@action
def add(
    *, initiative: Initiative, by: Person | None, fields: Mapping[str, Any] | None = None, reason: str = ""
) -> Activity:
    """A new activity; of a proposal an empty one, to be written in."""
    stored = _lock(initiative, reason)
    wanted = {name: value for name, value in (fields or {}).items() if name in FIELDS}
    if stored.state != InitiativeState.PROPOSED:
        _refuse_half(wanted)
    made = Activity.objects.create(initiative=stored, **wanted)
    _told(stored, made, {"activity": [None, made.what]}, reason, by)
    return made


@action
def change(
    *, activity: Activity, expected: int, fields: Mapping[str, Any], by: Person | None, reason: str = ""
) -> Activity:
    """Write an activity, if it stands at version `expected`. The same words again are no change."""
    initiative = _lock(activity.initiative, reason)
    stored = Activity.objects.select_related("person", "initiative").get(pk=activity.pk)
    changed = {n: v for n, v in fields.items() if n in FIELDS and getattr(stored, n) != v}
    if not changed and stored.deleted_at is None:
        return stored
    if stored.version != expected:
        raise Conflict(stored)
    if initiative.state != InitiativeState.PROPOSED:
        _refuse_half({name: getattr(stored, name) for name in FIELDS} | changed)
    before = stored.what
    save_version(stored, expected=expected, fields={**changed, "deleted_at": None})
    _told(initiative, stored, {"activity": [before, stored.what]}, reason, by)
    return stored


@action
def remove(*, activity: Activity, by: Person | None, reason: str = "") -> None:
    """Take an activity away. The last one of what is decided stays. Saying it twice changes nothing."""
    initiative = _lock(activity.initiative, reason)
    live = Activity.objects.filter(initiative=initiative, deleted_at=None)
    stored = live.filter(pk=activity.pk).first()
    if stored is None:
        return
    if initiative.state != InitiativeState.PROPOSED and live.count() == 1:
        raise Refused(_("An initiative has at least one activity. Write another one first."))
    save_version(stored, expected=stored.version, fields={"deleted_at": timezone.now()})
    _told(initiative, stored, {"activity": [stored.what, None]}, reason, by)


@action
def restore(*, activity: Activity, by: Person | None) -> None:
    """Put an activity of a proposal back."""
    initiative = lock(activity.initiative_id)
    if initiative.state != InitiativeState.PROPOSED:
        raise Refused(_("It has been decided and can no longer be rewritten. Your text has not been saved."))
    stored = Activity.objects.get(pk=activity.pk)
    if stored.deleted_at is not None:
        save_version(stored, expected=stored.version, fields={"deleted_at": None})
        _told(initiative, stored, {}, "", by)


@action
def mark(*, activity: Activity, done: bool, by: Person | None) -> None:
    """Mark an activity as done, or take the mark away. Saying it twice changes nothing."""
    initiative = lock(activity.initiative_id)
    if initiative.state not in RUNNING:
        raise Refused(_("Activities are marked while the initiative is decided or ongoing."))
    stored = Activity.objects.filter(pk=activity.pk, deleted_at=None).first()
    if stored is None:
        raise Refused(_("The activity has been removed. Nothing was changed."))
    if (stored.done_at is not None) == done:
        return
    fields = {"done_at": timezone.now() if done else None, "done_by": by if done else None}
    save_version(stored, expected=stored.version, fields=fields)
    details = {"activity": stored.pk, "done": done}
    audit.record(Event.INITIATIVE_CHANGED, by=by, node=initiative.node, about=initiative, details=details)


def _lock(initiative: Initiative, reason: str) -> Initiative:
    stored = lock(initiative.pk)
    return (
        stored
        if stored.state == InitiativeState.PROPOSED and not stored.deleted_at
        else lock_running(stored.pk, reason)
    )


def _refuse_half(fields: Mapping[str, Any]) -> None:
    """After the decision an activity has always what, who and when."""
    if not (fields.get("what") or "").strip():
        raise Refused(_("Write what is to be done."))
    if not (fields.get("who") or "").strip() and fields.get("person") is None:
        raise Refused(_("Write who does it."))
    if fields.get("due") is None:
        raise Refused(_("Write by when it is to be done."))


def _told(initiative: Initiative, activity: Activity, changed: dict[str, Any], reason: str, by: Person | None) -> None:
    if initiative.state != InitiativeState.PROPOSED:
        keep_reason(initiative, changed, reason, by)
        return
    details = {"activity": activity.pk}
    audit.record(Event.INITIATIVE_CHANGED, by=by, node=initiative.node, about=initiative, details=details)
