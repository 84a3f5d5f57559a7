"""Work in the background: years are published, tasks follow places that merge, and new teams get theirs."""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from . import joining_actions, publishing_actions, succession_actions

DATABASE_AWAY = RetryStrategy(max_attempts=5, exponential_wait=3, retry_exceptions={OperationalError, InterfaceError})


@app.task(name=publishing_actions.PUBLISH, queue="wheel", retry=DATABASE_AWAY)
def publish(*, cycle_id: str, expected: int) -> None:
    publishing_actions.work(UUID(cycle_id), expected)


@app.periodic(cron="*/5 * * * *")  # type: ignore[arg-type]
@app.task(name="wheel.follow_successions", queue="tending", queueing_lock="wheel.follow_successions")
def follow(*, timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are given it
    succession_actions.follow_successions(by=None)  # first: who carries on after another is not new
    joining_actions.take_in_new_places(by=None)
