"""Keeps background work going, and what only helps for a while from growing for ever.

A job whose worker was killed is begun again by another (trust.md §7): without this it stays "doing" for ever. So every
task of ours may be run twice.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from .models import FormKey

HEARTBEAT_MISSING = 30.0  # seconds without a sign of life from a worker, which gives one every ten
WEEDED = 5_000  # rows at a time: the table is never held for long, and an hour's forms are fewer
MOST_ATTEMPTS = 5  # a job that takes five workers down with it is not tried again


@app.periodic(cron="* * * * *")
@app.task(name="core.retry_stalled", queue="tending", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    await retry_stalled_jobs(context.app.job_manager, HEARTBEAT_MISSING)


async def retry_stalled_jobs(jobs: JobManager, seconds: float) -> None:
    """Hand on the jobs of workers that have been silent for so many seconds."""
    for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=seconds):
        if job.attempts < MOST_ATTEMPTS:
            await jobs.retry_job(job)
        else:
            await jobs.finish_job(job, status=Status.FAILED, delete_job=False)


@app.periodic(cron="23 * * * *")  # type: ignore[arg-type]
@app.task(name="core.weed", queue="tending", queueing_lock="core.weed")
def weed(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    weed_form_keys()
    weed_sessions()


def weed_form_keys() -> None:
    """Forget forms nobody can send again. Keys are numbered as they come, so the first are the oldest."""
    oldest = FormKey.objects.order_by("pk")[:WEEDED]
    FormKey.objects.filter(pk__in=oldest.values("pk"), created_at__lt=timezone.now() - settings.FORM_KEYS_KEPT).delete()


def weed_sessions() -> None:
    """Logins that have ended by themselves; who logs out takes their own along."""
    expired = Session.objects.filter(expire_date__lt=timezone.now()).order_by("expire_date")[:WEEDED]
    Session.objects.filter(pk__in=expired.values("pk")).delete()
