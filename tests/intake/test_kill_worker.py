"""A worker killed in the middle of reading or storing a file: the next one does the work, once."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.core.tasks import MOST_ATTEMPTS, retry_stalled_jobs
from styrkedja.intake import actions, files, tasks
from styrkedja.intake.models import Upload
from styrkedja.observations.models import Batch, Observation

from .test_kill_import import SCHOOLS, write

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment(settings, tmp_path):
    """Of a worker on the test database, with the same home."""
    settings.STORAGES["default"]["OPTIONS"]["location"] = tmp_path / "files"
    of = connection.settings_dict
    address = f"postgresql://{of['USER']}@/{of['NAME']}?host={of['HOST']}"
    kept = {k: v for k, v in os.environ.items() if k != "STYRKEDJA_DB_OWNER"}
    return {**kept, "DATABASE_URL": address, "STYRKEDJA_HOME": str(tmp_path), "PYTHONPATH": os.getcwd()}


@contextlib.contextmanager
def worker(environment, *more):
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "-q", "intake", *more]
    process = subprocess.Popen(
        command, env={**environment, "DJANGO_SETTINGS_MODULE": "styrkedja.config.settings"}, start_new_session=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until(condition, what):
    for _ in range(2400):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited two minutes for {what}")


def received(world, tmp_path):
    path = tmp_path / "slutbetyg.csv"
    write(path, 7)
    return actions.receive_upload(blocks=files.blocks_of(path), file_name="slutbetyg.csv", by=world.person("quality"))


def retry_now():
    """What `core.tasks` does every minute, for workers silent for half a second."""

    async def go():
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            async with working.open_async():
                await retry_stalled_jobs(working.job_manager, 0.5)

    asyncio.run(go())


def nothing_under_way():
    return not ProcrastinateJob.objects.filter(queue_name="intake", status="doing").exists()


def kill_when(environment, upload, reached):
    with worker(environment) as process:
        wait_until(lambda: reached(Upload.objects.get(pk=upload.pk)), "the worker to begin")
        os.kill(process.pid, signal.SIGKILL)
    time.sleep(0.6)


def test_killed_while_reading_and_while_storing(world, tmp_path, environment):
    upload = received(world, tmp_path)
    kill_when(environment, upload, lambda u: u.state == "parsing")
    assert Upload.objects.get().state == "parsing"
    assert ProcrastinateJob.objects.get(queue_name="intake").status == "doing"  # for ever, if nothing were done
    retry_now()
    with worker(environment):
        wait_until(lambda: Upload.objects.get().state == "ready", "the second worker to read the file")
        wait_until(nothing_under_way, "the job to be marked as done: the next of this upload waits for it")
    assert Upload.objects.get().preview["observations"] == SCHOOLS * 4

    upload.refresh_from_db()
    actions.confirm_upload(upload=upload, by=world.person("quality"))
    kill_when(environment, upload, lambda u: u.progress > 0)
    assert Batch.objects.count() in (0, 1)
    retry_now()
    with worker(environment):
        wait_until(lambda: Upload.objects.get().state == "committed", "the second worker to store the file")
    assert Batch.objects.get() == Upload.objects.get().batch
    assert Observation.objects.count() == SCHOOLS * 4
    assert Batch.objects.get().committed_by == world.person("quality")


def test_a_job_that_kills_every_worker_is_given_up_and_says_so(world, tmp_path, environment):
    upload = received(world, tmp_path)
    kill_when(environment, upload, lambda u: u.state == "parsing")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET attempts = %s", [MOST_ATTEMPTS])
    retry_now()
    assert ProcrastinateJob.objects.get(queue_name="intake").status == "failed"
    tasks.give_up_lost_uploads()
    upload.refresh_from_db()
    assert (upload.state, upload.refusal["code"], upload.stored_as) == ("failed", "gave_up", "")


def test_an_upload_with_its_job_waiting_is_left_alone(world, tmp_path, environment):
    upload = received(world, tmp_path)
    tasks.give_up_lost_uploads()
    upload.refresh_from_db()
    assert upload.state == "received"


def test_files_nothing_points_at_are_swept_after_a_while(world, tmp_path, environment):
    upload = received(world, tmp_path)
    orphan = files.path_of(f"{files.FOLDER}/orphan")
    orphan.write_bytes(b"x")
    with files.work_folder("left") as folder:
        (folder / "observations.csv").write_text("x")
        tasks.sweep_files(older_than=3600)
        assert orphan.exists()
        assert folder.exists()
        for path in (orphan, folder, files.path_of(upload.stored_as)):
            os.utime(path, (time.time() - 7200,) * 2)
        tasks.sweep_files(older_than=3600)
        assert not orphan.exists()
        assert not folder.exists()
    assert files.path_of(upload.stored_as).exists()
