"""An earlier version's text becomes the draft again. Nothing is lost: what stands in the draft is kept, row by row.

Needs, goals and initiatives are no words of the plan: the draft gathers them as they stand now.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict
from styrkedja.core.writing import action
from styrkedja.documents import actions as documents
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Person
from styrkedja.plans.models import Consultation, MeasureOutcome, OperationalPlan, PlanMeasure, PlanRow, PlanSection
from styrkedja.plans.models.operational import PLAN_ROWS

from .row_actions import keep_text, written

REMOVABLE = (PlanMeasure, Consultation)  # the others are emptied, never taken away


@action
def restore(*, plan: OperationalPlan, version: DocumentVersion, expected: int, reason: str, by: Person | None) -> None:
    """Write the version's text into the draft; where the plan holds, by opening a correction with `reason`.

    Words that stand in the draft are kept as earlier texts of their rows, and rows the version does not have can be put
    back for 30 days. Raises Refused when it is handed in, Conflict if it was changed after version `expected`.
    """
    if not plan.document.is_open:
        documents.open_correction(document=plan.document, expected=expected, reason=reason, by=by)
        expected = plan.document.version
    document = documents.lock_draft(plan.pk)
    if document.version != expected:
        raise Conflict(document)
    wanted = _wanted(version.body)
    for model in PLAN_ROWS.values():
        for row in model._default_manager.filter(plan=plan).select_related("changed_by"):
            _write(row, wanted.get(_key(row)), by)
    documents.mark_changed(document, by=by)
    details = {"number": version.number, "hash": version.content_hash}
    audit.record(Event.DOCUMENT_RESTORED, by=by, node=document.node, about=document, details=details)


def _key(row: PlanRow) -> tuple[str, str]:
    """What tells a row in a body: its section, last year's measure it is about, or its id."""
    if isinstance(row, PlanSection):
        return row.slug, row.key
    return row.slug, str(row.measure if isinstance(row, MeasureOutcome) else row.pk)


def _wanted(body: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    """What every row of a body says, by `_key`. A row once made stays in the database, so all of them are there."""
    found = {(PlanSection.slug, s["key"]): {"text": s["text"]} for s in body["sections"]}
    for measure in body["measures"]:
        said = {"what": measure["what"], "who": measure["who"], "due": _day(measure["due"])}
        found[PlanMeasure.slug, measure["id"]] = said
    for measure in body["last_year"]["measures"] if body["last_year"] else []:
        told = {name: measure[name] or "" for name in MeasureOutcome.written}
        found[MeasureOutcome.slug, measure["id"]] = told
    for held in body["consultations"]:
        said = {"forum": held["forum"], "held_on": _day(held["held_on"]), "views": held["views"]}
        found[Consultation.slug, held["id"]] = said
    return found


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _write(row: PlanRow, wanted: dict[str, Any] | None, by: Person | None) -> None:
    """Make the row what the version has, or empty it; its present words are kept."""
    standing = written(row)
    fields: dict[str, Any] = {}
    if wanted is not None:
        fields = {name: value for name, value in wanted.items() if standing[name] != value}
        if row.deleted_at is not None:
            fields["deleted_at"] = None
    elif isinstance(row, REMOVABLE):
        fields = {"deleted_at": timezone.now()} if row.deleted_at is None and any(standing.values()) else {}
    else:
        fields = {name: "" for name, value in standing.items() if value}
    if not fields:
        return
    if any(name in standing for name in fields) and any(standing.values()):
        keep_text(row, standing)
    changed = {**fields, "version": row.version + 1, "changed_by": by, "changed_at": timezone.now()}
    type(row)._default_manager.filter(pk=row.pk).update(**changed)
