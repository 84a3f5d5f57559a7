"""What happens to one row of an analysis: written, saved as one types, quoted, moved, deleted, put back.

Every change holds the document's lock, so rows, their versions and the document's count follow one another,
and a save that comes after the analysis was handed in is refused, not lost among frozen words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.documents.actions import lock_draft, mark_changed
from styrkedja.documents.hashing import content_hash
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.models import Node, Person

from .models import (
    ROWS,
    Analysis,
    Assessment,
    Cause,
    Citation,
    EarlierText,
    Evidence,
    Finding,
    Ground,
    Need,
    Quote,
    Row,
    UnitInclusion,
)

ADDABLE = (Finding.slug, Evidence.slug, Cause.slug, Need.slug)
LINKS = "links"  # a row's links among its fields: ids as texts, sorted
SPELL = dt.timedelta(minutes=10)  # a pause this long ends a spell of writing, whose last words are kept
MUCH = 200  # characters: losing half of a text this long is kept too, whoever did it


@action
def add_row(*, analysis: Analysis, slug: str, area: str = "", by: Person | None) -> Row:
    """A new, empty row of one of the kinds people add, under a goal area where the kind has one."""
    document = lock_draft(analysis.document_id)
    if slug not in ADDABLE:
        raise Refused(_("Such a row cannot be added."))
    fields: dict[str, Any] = {"area": area} if slug in (Finding.slug, Evidence.slug) else {}
    if slug == Need.slug:
        last = Need.objects.filter(analysis=analysis, deleted_at=None).aggregate(last=Max("priority"))["last"]
        fields = {"priority": (last or 0) + 1}
    return _create(document, ROWS[slug](analysis=analysis, **fields), by)


@action
def save_row(
    *, row: Row, expected: int, fields: dict[str, Any], by: Person | None, links: Sequence[str] | None = None
) -> Row:
    """Write what a person has written, if the row still stands at version `expected`; `links` replaces its links.

    The same words again are no change, whatever the version: a save repeated because its answer was lost is
    answered as it was. A deleted row somebody writes in is put back. Raises Conflict with the row as it stands now
    when somebody else was first, Refused when the analysis is no draft.
    """
    document = lock_draft(row.analysis.document_id)
    stored: Row = type(row)._default_manager.select_related("changed_by", "analysis").get(pk=row.pk)
    live = targets(stored)
    standing, wanted = all_of(stored, live), {**fields}
    if links is not None:
        wanted[LINKS] = sorted({UUID(link) for link in links} & live.keys())
    if all(standing[name] == value for name, value in wanted.items()) and stored.deleted_at is None:
        return stored
    if stored.version != expected:
        raise Conflict(stored)
    if isinstance(stored, UnitInclusion):
        _refuse_wrong_version(stored, fields)
    _keep_earlier(stored, standing, wanted, by)
    now = timezone.now()
    save_version(stored, expected=expected, fields={**fields, "changed_by": by, "changed_at": now, "deleted_at": None})
    if links is not None:
        _link(stored, wanted[LINKS], live)
    _changed(document, stored, by)
    return stored


def written(row: Row) -> dict[str, Any]:
    """What a person has written in the row, by field."""
    return {name: getattr(row, name) for name in row.written}


def all_of(row: Row, live: dict[UUID, str]) -> dict[str, Any]:
    """What a person has written in the row, and the live rows it is linked to (`targets`)."""
    return {**written(row), LINKS: sorted(_linked(row) & live.keys())}


def _linked(row: Row) -> set[UUID]:
    """What a cause rests on, or the causes a need answers; deleted ones too, for they may come back."""
    if isinstance(row, Cause):
        return {ground.target_id for ground in row.grounds.all()}
    if isinstance(row, Need):
        return set(row.causes.values_list("pk", flat=True))
    return set()


def targets(row: Row) -> dict[UUID, str]:
    """Ids of the live rows of the analysis a row may be linked to, and which kind of ground each would be."""
    kinds: dict[str, type[Row]] = {}
    if isinstance(row, Cause):
        kinds = {"finding": Finding, "quote": Quote, "evidence": Evidence, "citation": Citation}
    elif isinstance(row, Need):
        kinds = {"cause": Cause}
    return {
        pk: name
        for name, model in kinds.items()
        for pk in model._default_manager.filter(analysis_id=row.analysis_id, deleted_at=None).values_list(
            "pk", flat=True
        )
    }


def _link(row: Row, links: Sequence[UUID], live: dict[UUID, str]) -> None:
    """Replace the links to live rows; those to deleted ones wait for them to come back."""
    held = _linked(row)
    gone, new = held & live.keys() - set(links), set(links) - held
    if isinstance(row, Need):
        row.causes.remove(*Cause.objects.filter(pk__in=gone))
        row.causes.add(*Cause.objects.filter(pk__in=new))
    elif isinstance(row, Cause):
        Ground.objects.filter(pk__in=[g.pk for g in row.grounds.all() if g.target_id in gone]).delete()
        Ground.objects.bulk_create(Ground(cause=row, **{f"{live[target]}_id": target}) for target in new)


def _refuse_wrong_version(row: UnitInclusion, fields: dict[str, Any]) -> None:
    """Only an established analysis of the unit itself, of the same school year, can be taken in."""
    chosen = fields["included_id"]
    own = DocumentVersion.objects.filter(
        pk=chosen,
        document__node=row.unit_id,
        document__period=row.analysis.period,
        document__kind=DocumentKind.ANALYSIS,
        state=DocumentState.ESTABLISHED,
    )
    if chosen and not own.exists():
        raise Refused(_("Only an established analysis of the unit itself can be taken in."))


def _keep_earlier(stored: Row, standing: dict[str, Any], wanted: dict[str, Any], by: Person | None) -> None:
    """Keep what is written over: another's words, the end of an earlier spell, and long texts cut short."""
    if not any(standing[name] for name in stored.written):
        return
    other = stored.changed_by_id != getattr(by, "pk", None)
    paused = timezone.now() - stored.changed_at > SPELL
    cut = any(
        isinstance(text := standing[name], str)
        and len(text) > MUCH
        and len(str(wanted.get(name, text))) * 2 < len(text)
        for name in stored.written
    )
    if other or paused or cut:
        keep_text(stored, standing)


def keep_text(stored: Row, standing: dict[str, Any]) -> None:
    """Keep a row's words as they stand before they are written over; `standing` as `all_of` gives them."""
    EarlierText.objects.create(
        row_id=stored.pk,
        version=stored.version,
        fields={name: _plain(value) for name, value in standing.items()},
        by=stored.changed_by,
        at=stored.changed_at,
    )


def _plain(value: Any) -> Any:
    """A written value as JSON keeps it."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else str(value) if isinstance(value, UUID) else value


@action
def quote_figure(*, analysis: Analysis, area: str, node: Node, figure: dict[str, Any], by: Person | None) -> Quote:
    """Keep a figure as it stands, under a goal area. The same figure again gives the quote there is."""
    document = lock_draft(analysis.document_id)
    fingerprint = content_hash(figure)
    quoted = Quote.objects.filter(analysis=analysis, fingerprint=fingerprint).first()
    if quoted is None:
        new = Quote(analysis=analysis, area=area, node=node, figure=figure, fingerprint=fingerprint)
        _create(document, new, by)
        return new
    if quoted.deleted_at is not None:
        _set_deleted(document, quoted, None, by)
    return quoted


@action
def cite(
    *, analysis: Analysis, source: DocumentVersion, part: str, passage: str, area: str, by: Person | None
) -> Citation:
    """Quote a passage of another analysis's established version. The same passage again gives the quote there is."""
    document = lock_draft(analysis.document_id)
    if not source.is_established or source.document_id == analysis.document_id:
        raise Refused(_("Only another analysis that is established can be quoted."))
    cited = Citation.objects.filter(analysis=analysis, source=source, part=part).first()
    if cited is None:
        new = Citation(analysis=analysis, source=source, part=part, passage=passage, area=area)
        _create(document, new, by)
        return new
    if cited.deleted_at is not None:
        _set_deleted(document, cited, None, by)
    return cited


@action
def move_need(*, need: Need, up: bool, by: Person | None) -> None:
    """Change places with the need before (or after) in priority; at the end of the list nothing happens."""
    document = lock_draft(need.analysis.document_id)
    ordered = list(Need.objects.filter(analysis_id=need.analysis_id, deleted_at=None))
    place = next((i for i, n in enumerate(ordered) if n.pk == need.pk), None)
    if place is None:
        return
    other = place - 1 if up else place + 1
    if 0 <= other < len(ordered):
        ordered[place], ordered[other] = ordered[other], ordered[place]
        for priority, moved in enumerate(ordered, start=1):
            Need.objects.filter(pk=moved.pk).update(priority=priority)
        _changed(document, need, by)


@action
def delete_row(*, row: Row, by: Person | None) -> None:
    """Take a row away; it can be put back for 30 days. Rows that are always there stay."""
    document = lock_draft(row.analysis.document_id)
    if row.slug not in (*ADDABLE, Quote.slug, Citation.slug):
        raise Refused(_("This row cannot be removed."))
    if row.deleted_at is None:
        _set_deleted(document, row, timezone.now(), by)


@action
def restore_row(*, row: Row, by: Person | None) -> None:
    """Put a deleted row back as it was, links and all."""
    document = lock_draft(row.analysis.document_id)
    if row.deleted_at is not None:
        _set_deleted(document, row, None, by)


def _set_deleted(document: Document, row: Row, moment: dt.datetime | None, by: Person | None) -> None:
    # The version stays: a colleague who is writing in the row brings it back by saving, and loses nothing.
    type(row)._default_manager.filter(pk=row.pk).update(deleted_at=moment)
    row.deleted_at = moment
    _changed(document, row, by, deleted=moment is not None)


def _create(document: Document, row: Row, by: Person | None) -> Row:
    row.created_by = row.changed_by = by
    row.save(force_insert=True)
    area = getattr(row, "area", "")
    if area:
        # Where something is written, how far one has come can be weighed.
        who = {"created_by": by, "changed_by": by}
        Assessment.objects.get_or_create(analysis_id=row.analysis_id, area=area, defaults=who)
    _changed(document, row, by)
    return row


def _changed(document: Document, row: Row, by: Person | None, **details: Any) -> None:
    mark_changed(document, by=by)
    told = {"row": f"{row.slug}:{row.pk}", "version": row.version, **details}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=told)
