"""Writing facts: a confirmed file becomes a batch, whole or not at all; a batch may be undone.

A batch holds every observation of its file, also those that repeat what already stood: what a batch
says then never depends on another one, and undoing any of them leaves an honest answer (invariant 17).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.organisation.models import Person
from styrkedja.organisation.queries import node_by_code

from . import loading
from .models import Batch
from .queries import standing_batch

IMPORT_LOCK = 7_203_115  # imports are confirmed one at a time: batch ids then say who covers whom


@dataclass(frozen=True)
class IncomingBatch:
    """A parsed file, ready to be stored: what it is, and the work files that hold its rows.

    The shapes of the files are those of `intake.parsing`: observations.csv without a header, units.csv,
    measures.csv and facets.csv with one. stored_as: the raw file, relative to the home's files/.
    """

    uid: UUID
    format: str
    source: str
    file_name: str
    sha256: str
    stored_as: str
    retrieved_at: dt.datetime
    rows: int
    observations: int
    states: Mapping[str, int]
    periods: Sequence[str]
    folder: Path


@dataclass(frozen=True)
class Committed:
    """unchanged: the same file already stood, as `batch`, and nothing was written."""

    batch: Batch
    unchanged: bool


@action
def commit_batch(*, incoming: IncomingBatch, by: Person | None) -> Committed:
    """Store a parsed file as a batch. Doing it again, with the same uid or the same file, changes nothing.

    Killed at any moment it leaves all of the batch or nothing. Raises DataError for work files that break their
    shape (ValueError where their number of lines does).
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    if (same := _already_there(incoming)) is not None:
        return Committed(same, unchanged=True)
    batch = _add_batch(incoming, by)
    stored = loading.store(incoming.folder, source=incoming.source, batch_id=batch.pk)
    if stored != incoming.observations:
        raise ValueError(f"{stored} observations stored, {incoming.observations} expected")
    details = {"sha256": batch.sha256, "format": batch.format, "rows": batch.rows, "observations": stored}
    audit.record(Event.BATCH_COMMITTED, by=by, node=node_by_code("huvudman"), about=batch, details=details)
    return Committed(batch, unchanged=False)


def _already_there(incoming: IncomingBatch) -> Batch | None:
    """This very confirmation, repeated; or a standing batch of the same file and as many observations.

    The number matters: a local file read again after its unknown units were added holds more than it did.
    """
    repeated = Batch.objects.filter(uid=incoming.uid).first()
    return repeated or standing_batch(
        sha256=incoming.sha256, format=incoming.format, observations=incoming.observations
    )


def _add_batch(incoming: IncomingBatch, by: Person | None) -> Batch:
    return Batch.objects.create(
        uid=incoming.uid,
        format=incoming.format,
        source=incoming.source,
        file_name=incoming.file_name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:500],
        sha256=incoming.sha256,
        stored_as=incoming.stored_as,
        retrieved_at=incoming.retrieved_at,
        committed_at=timezone.now(),
        committed_by=by,
        rows=incoming.rows,
        observations=incoming.observations,
        states=dict(incoming.states),
        periods=list(incoming.periods),
    )


@action
def undo_batch(*, batch: Batch, by: Person | None) -> Batch:
    """Take a batch out of use: what it covered is current again. Its rows stay. Raises Refused the second time."""
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if locked.status == Batch.Status.UNDONE:
        raise Refused(_("This import has already been undone."))
    locked.status = Batch.Status.UNDONE
    locked.undone_at = timezone.now()
    locked.undone_by = by
    locked.save(update_fields=["status", "undone_at", "undone_by"])
    audit.record(
        Event.BATCH_UNDONE, by=by, node=node_by_code("huvudman"), about=locked, details={"sha256": locked.sha256}
    )
    return locked
