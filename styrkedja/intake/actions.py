"""The life of an upload: received, offered for review or refused, confirmed, stored - or discarded.

Each is one transaction with its audit row. The long work between them is `intake.importing`, done by the worker.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import ExitStack
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.observations.actions import IncomingBatch, commit_batch
from styrkedja.organisation.models import Person
from styrkedja.organisation.queries import node_by_code

from . import files
from .messages import UnusableFile
from .models import Upload

READ, STORE = "intake.read_upload", "intake.store_upload"  # names of the tasks in `intake.tasks`
State, Step = Upload.State, Upload.Step


def receive_upload(*, blocks: Iterable[bytes], file_name: str, by: Person) -> Upload:
    """Keep the file and hand it to the worker. The file is on the disk before anything points at it."""
    stored = files.store(blocks)
    with ExitStack() as undo:
        undo.callback(files.remove, stored.stored_as)
        upload = _add_upload(stored=stored, file_name=file_name, by=by)
        undo.pop_all()
    return upload


@action
def _add_upload(*, stored: files.StoredFile, file_name: str, by: Person) -> Upload:
    upload = Upload.objects.create(
        file_name=file_name,
        size=stored.size,
        sha256=stored.sha256,
        stored_as=stored.stored_as,
        uploaded_by=by,
    )
    _record(Event.FILE_RECEIVED, upload, by, sha256=stored.sha256, size=stored.size)
    _hand_to_worker(READ, upload)
    return upload


@action
def offer_upload(*, upload: Upload, preview: dict[str, Any], by: Person | None) -> None:  # noqa: ARG001
    """The file is read: a person may now look at it. Only notes what was found, so it leaves no audit row."""
    if _locked(upload, State.RECEIVED, State.PARSING, State.COMMITTING):
        _set(upload, state=State.READY, progress=100, preview=preview)


@action
def refuse_upload(*, upload: Upload, reason: UnusableFile, by: Person | None) -> None:
    """The file cannot be used: it is taken off the disk, and the reason is kept."""
    if _locked(upload, State.RECEIVED, State.PARSING, State.COMMITTING):
        params = {key: str(value).replace("\0", "") for key, value in reason.params.items()}
        refusal = {"code": reason.code, "params": params}
        _set(upload, state=State.FAILED, refusal=refusal, preview=None, stored_as="")
        _record(Event.UPLOAD_DISCARDED, upload, by, refused=reason.code)
        _remove_file(upload.stored_as)


@action
def confirm_upload(*, upload: Upload, by: Person) -> None:
    """Store what was looked at. Raises Refused where there is nothing to confirm (any more)."""
    if not _locked(upload, State.READY):
        raise Refused(_("This file is not waiting to be confirmed."))
    if not (upload.preview or {}).get("observations"):
        raise Refused(_("There is nothing in this file to import."))
    _set(upload, state=State.COMMITTING, step=Step.WAITING, progress=0, confirmed_by=by)
    _hand_to_worker(STORE, upload)


@action
def store_upload(*, upload: Upload, incoming: IncomingBatch, by: Person | None) -> None:
    """The confirmed file becomes a batch, in the same transaction as the upload says so."""
    if _locked(upload, State.COMMITTING):
        done = commit_batch(incoming=incoming, by=by)
        kept = "" if done.unchanged and done.batch.stored_as != upload.stored_as else upload.stored_as
        _set(upload, state=State.COMMITTED, progress=100, batch=done.batch, stored_as=kept)
        if not kept:
            _remove_file(upload.stored_as)


@action
def discard_upload(*, upload: Upload, by: Person) -> None:
    """Throw the file away unread or unconfirmed. Raises Refused once it is being stored."""
    if not _locked(upload, State.RECEIVED, State.PARSING, State.READY, State.FAILED):
        raise Refused(_("This file can no longer be discarded."))
    _set(upload, state=State.DISCARDED, preview=None, stored_as="")
    _record(Event.UPLOAD_DISCARDED, upload, by, sha256=upload.sha256)
    _remove_file(upload.stored_as)


def note_progress(upload: Upload, step: str, progress: int) -> None:
    """What the worker does right now; not part of any transaction, so that others see it."""
    Upload.objects.filter(pk=upload.pk, state__in=Upload.RUNNING).update(step=step, progress=progress)


def begin_reading(upload: Upload) -> bool:
    """True where the upload still waits to be read (also when a killed worker had begun)."""
    waiting = Upload.objects.filter(pk=upload.pk, state__in=(State.RECEIVED, State.PARSING))
    return bool(waiting.update(state=State.PARSING, step=Step.CHECKING, progress=0))


def _locked(upload: Upload, *states: str) -> bool:
    """Lock the row; True where it is in one of the states. `upload` is made to agree with it."""
    held = Upload.objects.select_for_update(no_key=True).get(pk=upload.pk)
    upload.state, upload.stored_as = held.state, held.stored_as
    return held.state in states


def _set(upload: Upload, **fields: Any) -> None:
    Upload.objects.filter(pk=upload.pk).update(**fields, changed_at=timezone.now())


def _hand_to_worker(task: str, upload: Upload) -> None:
    """In this transaction: the job is there if the change is. One job at a time works with an upload."""
    app.configure_task(task, lock=f"upload-{upload.pk}", queue="intake").defer(upload_id=str(upload.pk))


def _remove_file(stored_as: str) -> None:
    transaction.on_commit(lambda: files.remove(stored_as))


def _record(event: Event, upload: Upload, by: Person | None, **details: Any) -> None:
    audit.record(event, by=by, node=node_by_code("huvudman"), about=upload, details=details)
