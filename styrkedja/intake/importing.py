"""The long work of an import: read a file, and store what was read. Done by the worker, and by the command line.

Everything may be done again from the start: reading writes nothing but the upload's own row, storing is one transaction
that knows the file and the confirmation it was made for.
"""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from django.db import DataError, IntegrityError
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.observations import loading
from styrkedja.observations.actions import Committed, IncomingBatch, commit_batch
from styrkedja.observations.models import Batch
from styrkedja.observations.queries import standing_batch
from styrkedja.organisation.models import Person

from . import actions, files, preview
from .context import for_the_whole_chain, own_nodes, parse_context
from .formats import local
from .messages import UnusableFile
from .models import Upload
from .parsing import ParseResult, parse_file

log = logging.getLogger(__name__)
READING_TAKES = 85  # of 100; the rest is comparing
Step = Upload.Step


def read_upload(upload_id: UUID) -> None:
    """Parse an upload and offer it for review, or refuse it. Does nothing for one that no longer waits."""
    upload = Upload.objects.select_related("uploaded_by").get(pk=upload_id)
    if not actions.begin_reading(upload):
        return
    with files.work_folder(str(upload.pk)) as folder:
        try:
            _offer(upload, _parsed(upload, folder, upload.uploaded_by))
        except UnusableFile as reason:
            _refuse(upload, reason)


def store_upload(upload_id: UUID) -> None:
    """Read a confirmed upload again and store it. What no longer is what was confirmed is offered once more."""
    upload = Upload.objects.select_related("uploaded_by", "confirmed_by").get(pk=upload_id)
    if upload.state != Upload.State.COMMITTING:
        return
    with files.work_folder(str(upload.pk)) as folder:
        try:
            result = _parsed(upload, folder, upload.confirmed_by)
            if not _as_confirmed(upload, result):
                _offer(upload, result)
                return
            actions.note_progress(upload, Step.STORING, 95)
            incoming = incoming_batch(
                result, uid=upload.pk, file_name=upload.file_name, stored_as=upload.stored_as, at=upload.received_at
            )
            actions.store_upload(upload=upload, incoming=incoming, by=upload.confirmed_by)
        except UnusableFile as reason:
            _refuse(upload, reason)
        except (DataError, IntegrityError, ValueError) as error:
            _refuse(upload, UnusableFile("crashed", detail=str(error)))
    loading.refresh_statistics()


@dataclass(frozen=True)
class Imported:
    """What `import_file` did. batch: None after a dry run of a file not imported before, and where no row is valid."""

    result: ParseResult
    batch: Batch | None
    unchanged: bool


def import_file(
    path: Path, *, by: Person | None, format_id: str | None = None, dry_run: bool = False, file_name: str = ""
) -> Imported:
    """From a file on this machine to a committed batch. Raises UnusableFile; then nothing has changed.

    After the last of one or many files the caller lets the database count again (`loading.refresh_statistics`).
    """
    with files.work_folder(uuid4().hex) as folder:
        result = parse_file(path, work_dir=folder, context=parse_context(by), format_id=format_id)
        same = standing_batch(sha256=result.sha256, format=result.format, observations=result.observations)
        if dry_run or same or not result.observations:
            return Imported(result, same, unchanged=same is not None)
        done = _store_file(path, result, file_name or path.name, by)
    return Imported(result, done.batch, done.unchanged)


def _store_file(path: Path, result: ParseResult, file_name: str, by: Person | None) -> Committed:
    stored = files.store(files.blocks_of(path))
    with ExitStack() as undo:
        undo.callback(files.remove, stored.stored_as)
        if stored.sha256 != result.sha256:
            raise UnusableFile("changed_meanwhile")
        incoming = incoming_batch(
            result, uid=uuid4(), file_name=file_name, stored_as=stored.stored_as, at=timezone.now()
        )
        try:
            done = commit_batch(incoming=incoming, by=by)
        except (DataError, IntegrityError, ValueError) as error:
            raise UnusableFile("crashed", detail=str(error)) from error
        if not done.unchanged:
            undo.pop_all()  # the batch points at the file
    return done


def incoming_batch(result: ParseResult, *, uid: UUID, file_name: str, stored_as: str, at: dt.datetime) -> IncomingBatch:
    """A parse result as `observations` takes it. `at`: when we got the file, where it does not say its own time."""
    return IncomingBatch(
        uid=uid,
        format=result.format,
        source=result.source,
        file_name=file_name,
        sha256=result.sha256,
        stored_as=stored_as,
        retrieved_at=result.retrieved_at or at,
        rows=result.rows,
        observations=result.observations,
        states=result.states,
        periods=result.periods,
        folder=result.work_dir,
    )


def _parsed(upload: Upload, folder: Path, by: Person | None) -> ParseResult:
    """What is in the file that `by` may import. Raises UnusableFile."""

    def tell(stage: str, done: float) -> None:
        actions.note_progress(upload, stage, int(done * READING_TAKES))

    if not upload.stored_as or not (path := files.path_of(upload.stored_as)).exists():
        raise UnusableFile("gave_up")
    result = parse_file(path, work_dir=folder, context=parse_context(by), on_progress=tell)
    if result.format != local.ID and by is not None and not for_the_whole_chain(Access(by)):
        raise UnusableFile("beyond_reach")
    return result


def _offer(upload: Upload, result: ParseResult) -> None:
    actions.note_progress(upload, Step.COMPARING, READING_TAKES)
    actions.offer_upload(upload=upload, preview=preview.build(result, own_nodes(upload.uploaded_by)), by=None)


def _as_confirmed(upload: Upload, result: ParseResult) -> bool:
    """Units or indicators may have been added since the person looked: then there is something new to look at."""
    seen = upload.preview or {}
    return (seen.get("observations"), seen.get("states")) == (result.observations, dict(result.states))


def _refuse(upload: Upload, reason: UnusableFile) -> None:
    log.info("upload %s refused: %s %s", upload.pk, reason.code, reason.detail)
    actions.refuse_upload(upload=upload, reason=reason, by=None)
