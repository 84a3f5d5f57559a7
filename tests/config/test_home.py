import os
import signal
import subprocess
import sys
import threading
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


def test_a_server_on_its_way_down_is_waited_for(tmp_path):
    """Whoever stopped it was killed meanwhile: the next command finds it neither running nor gone."""
    folder, started = tmp_path / "postgres", []
    folder.mkdir()
    note = folder / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{folder}\n1\n5432\n{folder}\n\n1 2\nstopping\n")
    threading.Timer(0.4, note.unlink).start()
    home._server(lambda _path: started.append(note.exists()), folder)
    assert started == [False]


def test_a_folder_without_the_mark_is_never_thrown_away(tmp_path):
    folder = tmp_path / "postgres"
    folder.mkdir()
    (folder / "PG_VERSION").write_text("18")
    home._server(lambda path: path, folder)
    assert (folder / "PG_VERSION").exists()


def _server_answers(folder):
    return (folder / "postgres" / "postmaster.pid").exists()


def _user(folder):
    """A process that uses the database until it is told to end, or killed."""
    code = "from styrkedja.config.home import start_database; start_database(); print('ready', flush=True); input()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=_environment(folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    return process


def _kill(process):
    """As `kill -9`; dead, though its parent has not asked for it yet."""
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.parametrize("killed_first", [True, False])
def test_the_server_stops_with_the_last_living_user_whoever_was_killed(tmp_path, killed_first):
    tmp_path.chmod(0o755)  # the embedded server gives up being root and must reach its folder
    killed = _user(tmp_path)
    if killed_first:
        _kill(killed)
    last = _user(tmp_path)
    if not killed_first:
        _kill(killed)
    assert _server_answers(tmp_path)
    last.communicate("\n", timeout=60)
    assert not _server_answers(tmp_path)
    killed.communicate()


def test_a_living_user_keeps_the_server(tmp_path):
    tmp_path.chmod(0o755)
    one, other = _user(tmp_path), _user(tmp_path)
    one.communicate("\n", timeout=60)
    assert _server_answers(tmp_path)
    other.communicate("\n", timeout=60)
    assert not _server_answers(tmp_path)


@pytest.mark.parametrize("address", ["mysql://a/b", "sqlite:///x"])
def test_there_is_one_dialect(address):
    with pytest.raises(ValueError, match="PostgreSQL"):
        home.database_settings(address, role="")


def test_an_address_becomes_settings_and_the_role_an_option():
    made = home.database_settings("postgresql://u:p%40@db.example:6432/name?sslmode=require", role="styrkedja_app")
    assert (made["NAME"], made["USER"], made["PASSWORD"]) == ("name", "u", "p@")
    assert (made["HOST"], made["PORT"]) == ("db.example", "6432")
    assert made["OPTIONS"] == {"sslmode": "require", "options": "-c role=styrkedja_app"}
