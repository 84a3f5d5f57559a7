import os
import signal
import subprocess
import sys
import time

import pytest

from styrkedja.config import home

START = [sys.executable, "-c", "from styrkedja.config.home import start_database; print(start_database())"]


def _environment(folder):
    kept = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "STYRKEDJA_DB_OWNER")}
    return {**kept, "STYRKEDJA_HOME": str(folder)}


def test_a_first_start_that_was_killed_begins_again(tmp_path):
    first = subprocess.Popen(START, env=_environment(tmp_path), start_new_session=True, stdout=subprocess.DEVNULL)
    for _ in range(500):
        if (tmp_path / "postgres").exists():
            break
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGKILL)
    first.wait()
    assert (tmp_path / "postgres.unfinished").exists()
    again = subprocess.run(START, env=_environment(tmp_path), capture_output=True, text=True, timeout=60, check=True)
    assert "styrkedja" in again.stdout
    assert not (tmp_path / "postgres.unfinished").exists()


def test_a_folder_without_the_mark_is_never_thrown_away(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18")
    home._server(lambda path: path, folder)
    assert (folder / "PG_VERSION").exists()


@pytest.mark.parametrize("address", ["mysql://a/b", "sqlite:///x"])
def test_there_is_one_dialect(address):
    with pytest.raises(ValueError, match="PostgreSQL"):
        home.database_settings(address, role="")


def test_an_address_becomes_settings_and_the_role_an_option():
    made = home.database_settings("postgresql://u:p%40@db.example:6432/name?sslmode=require", role="styrkedja_app")
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("name", "u", "p@")
    assert (made["HOST"], made["PORT"]) == ("db.example", "6432")
    assert made["OPTIONS"] == {"sslmode": "require", "options": "-c role=styrkedja_app"}
