"""Keeps background work going: a job whose worker was killed is begun again by another (trust.md §7).

Without this it stays "doing" for ever. So every task of ours may be run twice.
"""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

HEARTBEAT_MISSING = 30.0  # seconds without a sign of life from a worker, which gives one every ten
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
