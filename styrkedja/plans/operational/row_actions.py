"""What happens to one row of a plan: written, saved as one types, added, removed, put back.

Every change holds the document's lock, so a save that comes after the plan was handed in is refused, not lost among
frozen words.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.analyses.models import EarlierText
from styrkedja.analyses.row_actions import MUCH, SPELL
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.documents.actions import lock_draft, mark_changed
from styrkedja.documents.models import Document
from styrkedja.organisation.models import Person
from styrkedja.plans.models import OperationalPlan, PlanRow
from styrkedja.plans.models.operational import PLAN_ROWS

from . import plan_types


def written(row: PlanRow) -> dict[str, Any]:
    """What a person has written in the row, by field."""
    return {name: getattr(row, name) for name in row.written}


@action
def add_row(*, plan: OperationalPlan, slug: str, by: Person | None) -> PlanRow:
    """A new, empty measure or consultation."""
    document = lock_draft(plan.document_id)
    if slug not in plan_types.addable(document.kind):
        raise Refused(_("Such a row cannot be added."))
    row = PLAN_ROWS[slug](plan=plan, created_by=by, changed_by=by)
    row.save(force_insert=True)
    _changed(document, row, by)
    return row


@action
def save_row(*, row: PlanRow, expected: int, fields: dict[str, Any], by: Person | None) -> PlanRow:
    """Write what a person has written, if the row still stands at version `expected`.

    The same words again are no change, whatever the version: a save repeated because its answer was lost is answered
    as it was. A removed row somebody writes in is put back. Raises Conflict with the row as it stands now when somebody
    else was first, Refused when the plan is no draft.
    """
    document = lock_draft(row.plan_id)
    stored: PlanRow = type(row)._default_manager.select_related("changed_by", "plan").get(pk=row.pk)
    standing = written(stored)
    if all(standing[name] == value for name, value in fields.items()) and stored.deleted_at is None:
        return stored
    if stored.version != expected:
        raise Conflict(stored)
    _keep_earlier(stored, standing, fields, by)
    now = timezone.now()
    save_version(stored, expected=expected, fields={**fields, "changed_by": by, "changed_at": now, "deleted_at": None})
    _changed(document, stored, by)
    return stored


def _keep_earlier(stored: PlanRow, standing: dict[str, Any], wanted: dict[str, Any], by: Person | None) -> None:
    """Keep what is written over: another's words, the end of an earlier spell, and long texts cut short."""
    if not any(standing.values()):
        return
    other = stored.changed_by_id != getattr(by, "pk", None)
    paused = timezone.now() - stored.changed_at > SPELL
    cut = any(
        isinstance(text, str) and len(text) > MUCH and len(str(wanted.get(name, text))) * 2 < len(text)
        for name, text in standing.items()
    )
    if other or paused or cut:
        keep_text(stored, standing)


def keep_text(stored: PlanRow, standing: dict[str, Any]) -> None:
    """Keep a row's words as they stand before they are written over; `standing` as `written` gives them."""
    plain = {n: v.isoformat() if isinstance(v, dt.date) else v for n, v in standing.items()}
    by_whom = {"by": stored.changed_by, "at": stored.changed_at}
    EarlierText.objects.create(row_id=stored.pk, version=stored.version, fields=plain, **by_whom)


@action
def remove_row(*, row: PlanRow, removed: bool, by: Person | None) -> None:
    """Take a measure or consultation away, or put it back as it was."""
    document = lock_draft(row.plan_id)
    if row.slug not in plan_types.addable(document.kind):
        raise Refused(_("This row cannot be removed."))
    if (row.deleted_at is not None) == removed:
        return
    # The version stays: a colleague who is writing in the row brings it back by saving, and loses nothing.
    moment: dt.datetime | None = timezone.now() if removed else None
    type(row)._default_manager.filter(pk=row.pk).update(deleted_at=moment)
    row.deleted_at = moment
    _changed(document, row, by, deleted=removed)


def _changed(document: Document, row: PlanRow, by: Person | None, **details: Any) -> None:
    mark_changed(document, by=by)
    told = {"row": f"{row.slug}:{row.pk}", "version": row.version, **details}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=told)
