"""A pytest plugin, loaded before Django: starts the test server and points the settings at it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import psycopg

from styrkedja.config import translations
from styrkedja.config.home import start_database

HOME = Path(os.environ.get("STYRKEDJA_TEST_HOME") or Path(tempfile.gettempdir()) / f"styrkedja-test-{os.getuid()}")
HOME.mkdir(parents=True, exist_ok=True)
os.environ["STYRKEDJA_HOME"] = str(HOME)
os.environ["STYRKEDJA_DB_OWNER"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the synchronous ORM


def _begin_afresh() -> None:
    """The embedded server's data is thrown away: waiting for the disk at each commit proves nothing here.

    What an earlier run left is dropped with whatever the server still tends in it. Tests that kill processes start
    servers of their own, with everything on; a developer's own server is left alone.
    """
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("DROP DATABASE IF EXISTS test_styrkedja WITH (FORCE)")


own_server = bool(os.environ.get("DATABASE_URL"))
start_database()
if not own_server:
    _begin_afresh()
translations.compile_if_stale()
