"""An earlier version's text becomes the draft again. Nothing is lost: what stands in the draft is kept, row by row."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict
from styrkedja.core.writing import action
from styrkedja.documents import actions as documents
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Person

from . import actions
from .models import (
    ROWS,
    Analysis,
    Assessment,
    Cause,
    Citation,
    Evidence,
    Finding,
    Ground,
    Need,
    Participation,
    Quote,
    Row,
    UnitInclusion,
)
from .row_actions import all_of, keep_text, targets

ALWAYS_THERE = (Assessment, Participation, UnitInclusion)  # emptied, never taken away


@dataclass
class Wanted:
    """A row as the version has it."""

    fields: dict[str, Any] = field(default_factory=dict)
    links: tuple[UUID, ...] | None = None


@action
def restore(*, analysis: Analysis, version: DocumentVersion, expected: int, reason: str, by: Person | None) -> None:
    """Write the version's text into the draft; where the analysis holds, by opening a correction with `reason`.

    Words that stand in the draft are kept as earlier texts of their rows, and rows the version does not have can be put
    back for 30 days. Raises Refused when it is handed in, Conflict if it was changed after version `expected`.
    """
    if not analysis.document.is_open:
        actions.open_correction(analysis=analysis, expected=expected, reason=reason, by=by)
        expected = analysis.document.version
    document = documents.lock_draft(analysis.document_id)
    if document.version != expected:
        raise Conflict(document)
    wanted = _wanted(version.body)
    for model in ROWS.values():
        for row in model._default_manager.filter(analysis=analysis).select_related("changed_by", "analysis"):
            _write(row, wanted.get(_key(row)), by)
    _link(analysis, wanted)
    Analysis.objects.filter(pk=analysis.pk).update(done_steps=[])
    documents.mark_changed(document, by=by)
    details = {"number": version.number, "hash": version.content_hash}
    audit.record(Event.DOCUMENT_RESTORED, by=by, node=document.node, about=document, details=details)


def _key(row: Row) -> tuple[str, str]:
    """What tells a row in a body: its id; the area, the group or the unit of those there is one of each."""
    if isinstance(row, Assessment):
        return row.slug, row.area
    if isinstance(row, Participation):
        return row.slug, row.group
    return row.slug, str(row.unit_id if isinstance(row, UnitInclusion) else row.pk)


def _wanted(body: dict[str, Any]) -> dict[tuple[str, str], Wanted]:
    """Every row of a body, by `_key`. A row once made is never taken out of the database, so all of them are there."""
    found: dict[tuple[str, str], Wanted] = {}
    for area in body["areas"]:
        found |= {(Quote.slug, q["id"]): Wanted() for q in area["figures"]}
        found |= {(Citation.slug, c["id"]): Wanted() for c in area["citations"]}
        found |= {(Finding.slug, f["id"]): Wanted({"text": f["text"]}) for f in area["findings"]}
        found |= {(Evidence.slug, e["id"]): Wanted(_evidence(e)) for e in area["evidence"]}
        if said := area["assessment"]:
            found[Assessment.slug, area["key"]] = Wanted({name: said[name] for name in Assessment.written})
    for cause in body["causes"]:
        found[Cause.slug, cause["id"]] = Wanted({n: cause[n] for n in Cause.written}, _ids(cause["grounds"]))
    for need in body["needs"]:
        fields = {"text": need["text"], "priority": need["priority"]}
        found[Need.slug, need["id"]] = Wanted(fields, _ids(need["causes"]))
    for row in body["participation"]:
        found[Participation.slug, row["group"]] = Wanted({name: row[name] for name in Participation.written})
    for unit in body["units"]:
        included = UUID(unit["version"]["id"]) if unit["version"] else None
        found[UnitInclusion.slug, unit["node"]] = Wanted({"included_id": included, "reason": unit["reason"]})
    return found


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    date = dt.date.fromisoformat(row["date"]) if row["date"] else None
    return {"text": row["text"], "author": row["author"], "kind": row["kind"], "date": date}


def _ids(texts: list[str]) -> tuple[UUID, ...]:
    return tuple(UUID(text) for text in texts)


def _write(row: Row, wanted: Wanted | None, by: Person | None) -> None:
    """Make the row what the version has, or take it away; its present words are kept."""
    if wanted is None:
        fields = _emptied(row)
    else:
        fields = {name: value for name, value in wanted.fields.items() if getattr(row, name) != value}
        if row.deleted_at is not None:
            fields["deleted_at"] = None
    if not fields:
        return
    standing = all_of(row, targets(row))
    if any(name in row.written for name in fields) and any(standing[name] for name in row.written):
        keep_text(row, standing)
    changed = {**fields, "version": row.version + 1, "changed_by": by, "changed_at": timezone.now()}
    type(row)._default_manager.filter(pk=row.pk).update(**changed)


def _emptied(row: Row) -> dict[str, Any]:
    """What to change in a row the version does not have: nothing, if it says nothing or is a unit of today."""
    if isinstance(row, UnitInclusion) or row.deleted_at is not None:
        return {}
    if isinstance(row, ALWAYS_THERE):
        return {name: type(value)() for name in row.written if (value := getattr(row, name))}
    says = any(getattr(row, name) for name in row.written if name not in ("kind", "date"))
    return {"deleted_at": timezone.now()} if says or isinstance(row, Quote | Citation) else {}


def _link(analysis: Analysis, wanted: dict[tuple[str, str], Wanted]) -> None:
    """What causes rest on and needs answer, as the version has it; links of other rows stay as they are."""
    for cause in Cause.objects.filter(analysis=analysis, deleted_at=None):
        held = wanted.get(_key(cause))
        if held and held.links is not None:
            kinds = targets(cause)
            Ground.objects.filter(cause=cause).delete()
            Ground.objects.bulk_create(Ground(cause=cause, **{f"{kinds[target]}_id": target}) for target in held.links)
    for need in Need.objects.filter(analysis=analysis, deleted_at=None):
        held = wanted.get(_key(need))
        if held and held.links is not None:
            need.causes.set(Cause.objects.filter(pk__in=held.links))
