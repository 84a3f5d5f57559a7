"""Work in the background: what is owed follows places that merge, within minutes of the day it happens."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .requests.succession_actions import follow_successions


@app.periodic(cron="*/5 * * * *")  # type: ignore[arg-type]
@app.task(name="dialogues.follow_successions", queue="tending", queueing_lock="dialogues.follow_successions")
def follow(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    follow_successions(by=None)
