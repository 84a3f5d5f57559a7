"""A worker killed while it publishes leaves a draft, and the next one publishes it, once."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.core.audit import CHAIN_LOCK
from styrkedja.wheel.models import Publishing, Task
from styrkedja.wheel.years import publishing_actions
from tests.intake.test_kill_worker import environment, retry_now, wait_until  # noqa: F401 - a fixture

from .yearing import draft, fresh

pytestmark = pytest.mark.django_db(transaction=True)


def worker(environment):  # noqa: F811
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "-q", "wheel"]
    env = {**environment, "DJANGO_SETTINGS_MODULE": "styrkedja.config.settings"}
    return subprocess.Popen(command, env=env, start_new_session=True)


def waits_for_the_lock():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND NOT granted", [CHAIN_LOCK]
        )
        return cursor.fetchone()[0] > 0


def test_killed_with_every_task_written_it_has_published_nothing(world, environment):  # noqa: F811
    """The worker is held where it writes its audit row, the last thing it does, and killed there."""
    cycle = draft(world)
    publishing_actions.ask_to_publish(cycle=cycle, expected=1, by=world.person("quality"))
    with psycopg.connect(environment["DATABASE_URL"]) as holding:
        holding.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        first = worker(environment)
        try:
            wait_until(waits_for_the_lock, "the worker to come to its audit row")
            assert Publishing.objects.get().told_at > Publishing.objects.get().asked_at  # seen while it goes on
            os.kill(first.pid, signal.SIGKILL)
        finally:
            first.kill()
            first.wait()
        holding.rollback()
    wait_until(lambda: not waits_for_the_lock(), "the database to notice")
    assert fresh(cycle).state == "draft" and not Task.objects.exists()
    time.sleep(0.6)
    retry_now()
    second = worker(environment)
    try:
        wait_until(lambda: fresh(cycle).state == "published", "the second worker to publish")
    finally:
        second.kill()
        second.wait()
    assert Task.objects.count() == 11
    assert Publishing.objects.get().progress == 100
    assert ProcrastinateJob.objects.filter(task_name=publishing_actions.PUBLISH).count() == 1
