"""What every test stands on: a real database, worked in as the role the program has, and the world."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation

from styrkedja.core.database import APP_ROLE

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The owner migrates; the tests then hold no more rights than the program."""
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"]["options"] = f"-c role={APP_ROLE}"
    yield
    with django_db_blocker.unblock():
        connection.close()
        connection.settings_dict["OPTIONS"].pop("options")


def as_owner(*statements: str) -> None:
    """Run SQL as someone with the keys to the database: lifts the walls' triggers too."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("SET session_replication_role = replica")
        try:
            for statement in statements:
                cursor.execute(statement)
        finally:
            cursor.execute("RESET session_replication_role")
            cursor.execute(f"SET ROLE {APP_ROLE}")


def _empty_every_table(_case: TransactionTestCase) -> None:
    """Django's own flush may not touch the append-only tables, and would rebuild the walls without the right to."""
    kept = {"django_migrations", "django_content_type", "auth_permission"}
    names = [name for name in connection.introspection.table_names() if name not in kept]
    as_owner("TRUNCATE " + ", ".join(f'"{name}"' for name in names) + " RESTART IDENTITY CASCADE")


TransactionTestCase._fixture_teardown = _empty_every_table  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """A page asked for in English leaves its language behind in the thread: each test begins in Swedish."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any, tmp_path: Path) -> None:
    settings.STORAGES = {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def shared() -> Path:
    """The folder of reference material beside the project; tests that read it are skipped where it is not."""
    if not SHARED.is_dir():
        pytest.skip("the reference material (../shared) is not on this machine")
    return SHARED


@pytest.fixture
def world(db: None) -> Any:
    """One municipality, one cast, built through actions (tests/world.py); put up again for every test."""
    from tests.standing import put_up

    return put_up()
