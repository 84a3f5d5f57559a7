"""Work in the background: no file outlives a report that was disposed of."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .files import remove_disposed


@app.periodic(cron="*/5 * * * *")  # type: ignore[arg-type]
@app.task(name="reports.remove_disposed", queue="tending", queueing_lock="reports.remove_disposed")
def remove(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    remove_disposed()
