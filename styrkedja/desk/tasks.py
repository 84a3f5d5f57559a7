"""The worker's mornings: reminders every day, the summary on Mondays. Hours are the server's (UTC)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from . import reminder_actions as reminding


@app.periodic(cron="20 4 * * *")  # type: ignore[arg-type]
@app.task(name="desk.remind", queue="tending", queueing_lock="desk.remind")
def remind(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    reminding.remind_of_dates(day=timezone.localdate(), since=_last_reminded(), by=None)


def _last_reminded() -> dt.date | None:
    """The day of the last run that came to its end: a worker may have been down for some."""
    ended = ProcrastinateJob.objects.filter(task_name="desk.remind", status="succeeded").order_by("-id")
    said = ended.values_list("args__timestamp", flat=True).first()
    return timezone.localdate(dt.datetime.fromtimestamp(said, dt.UTC)) if isinstance(said, int) else None


@app.periodic(cron="40 4 * * 1")  # type: ignore[arg-type]
@app.task(name="desk.digest", queue="tending", queueing_lock="desk.digest")
def digest(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    reminding.send_digests(day=timezone.localdate(), by=None)
