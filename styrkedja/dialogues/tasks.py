"""Work in the background: what is owed follows places that merge."""

from __future__ import annotations

from procrastinate.contrib.django import app

from .apps import FOLLOW
from .succession_actions import follow_successions


@app.periodic(cron="7 * * * *")  # type: ignore[arg-type]
@app.task(name=FOLLOW, queue="tending")
def follow(*, timestamp: int = 0) -> None:  # noqa: ARG001 - periodic tasks are given it
    follow_successions(by=None)
