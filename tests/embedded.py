"""A pytest plugin, loaded before Django: starts the test server and points the settings at it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from styrkedja.config import translations
from styrkedja.config.home import start_database

HOME = Path(os.environ.get("STYRKEDJA_TEST_HOME") or Path(tempfile.gettempdir()) / f"styrkedja-test-{os.getuid()}")
HOME.mkdir(parents=True, exist_ok=True)
os.environ["STYRKEDJA_HOME"] = str(HOME)
os.environ["STYRKEDJA_DB_OWNER"] = "1"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs beside the synchronous ORM
start_database()
translations.compile_if_stale()
