"""The worker's mornings: reminders every day, the summary on Mondays. Hours are the server's (UTC)."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from . import reminder_actions as reminding


@app.periodic(cron="20 4 * * *")  # type: ignore[arg-type]
@app.task(name="desk.remind", queue="tending", queueing_lock="desk.remind")
def remind(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    reminding.remind_of_dates(day=timezone.localdate(), by=None)


@app.periodic(cron="40 4 * * 1")  # type: ignore[arg-type]
@app.task(name="desk.digest", queue="tending", queueing_lock="desk.digest")
def digest(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    reminding.send_digests(day=timezone.localdate(), by=None)
