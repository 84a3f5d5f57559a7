"""Jobs of the background worker: read an upload, store a confirmed one, and clear up after what went wrong.

A worker may be killed at any moment; `core.tasks` then lets another begin the job again, which is why everything in
`importing` may be done twice.
"""

from __future__ import annotations

import shutil
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from styrkedja.observations.models import Batch

from . import actions, files, importing
from .messages import UnusableFile
from .models import Upload

DATABASE_AWAY = RetryStrategy(max_attempts=5, exponential_wait=3, retry_exceptions={OperationalError, InterfaceError})
LEFT_BEHIND = 60 * 60.0  # seconds after which a file nothing points at is taken away
UNDER_WAY = (
    "SELECT args->>'upload_id' FROM procrastinate_jobs WHERE queue_name = 'intake' AND status IN ('todo', 'doing')"
)


@app.task(name=actions.READ, queue="intake", retry=DATABASE_AWAY)
def read_upload(*, upload_id: str) -> None:
    importing.read_upload(UUID(upload_id))


@app.task(name=actions.STORE, queue="intake", retry=DATABASE_AWAY)
def store_upload(*, upload_id: str) -> None:
    importing.store_upload(UUID(upload_id))


@app.periodic(cron="*/5 * * * *")  # type: ignore[arg-type]
@app.task(name="intake.tidy", queue="tending", queueing_lock="intake.tidy")
def tidy(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    give_up_lost_uploads()
    sweep_files(older_than=LEFT_BEHIND)


def give_up_lost_uploads() -> None:
    """An upload no job works with any more (every attempt failed) says so, instead of waiting for ever."""
    running = list(Upload.objects.filter(state__in=Upload.RUNNING))  # before the jobs: a new upload has its job
    with connection.cursor() as cursor:
        cursor.execute(UNDER_WAY)
        under_way = {row[0] for row in cursor.fetchall()}
    for upload in running:
        if str(upload.pk) not in under_way:
            actions.refuse_upload(upload=upload, reason=UnusableFile("gave_up"), by=None)


def sweep_files(*, older_than: float) -> None:
    """Take away files and work folders a killed process left."""
    known = {*Upload.objects.values_list("stored_as", flat=True), *Batch.objects.values_list("stored_as", flat=True)}
    for path in files.left_behind(known, older_than=older_than):
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
