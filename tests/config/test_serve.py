"""`styrkedja serve`: alone on its port or not at all, one table of logins, and an exit code that tells how it ended."""

import argparse
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import psutil
import pytest

from styrkedja.config.cli import Unusable
from styrkedja.config.commands import demo, serve
from styrkedja.organisation.models import Organiser

ENDS, WRONG, WAITS = "pass", "raise SystemExit(3)", "import time; time.sleep(60)"


@pytest.fixture
def handlers():
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    yield
    for one, handler in before.items():
        signal.signal(one, handler)


def supervise(*programs):
    return serve._supervise([[sys.executable, "-c", program] for program in programs], dict(os.environ))


@pytest.mark.parametrize("sharing", [False, True])
@pytest.mark.parametrize(
    ("held", "wanted"), [("127.0.0.1", "127.0.0.1"), ("0.0.0.0", "127.0.0.1"), ("127.0.0.1", "0.0.0.0")]
)
def test_a_port_that_is_taken_is_refused_also_by_one_who_shares(held, wanted, sharing):
    with socket.socket() as other:
        if sharing:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind((held, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unusable, match=rf"Port {port} används redan.*PORT=8001 make run.*--port 8001"):
            serve._require_free(wanted, port)
    serve._require_free(wanted, port)


@pytest.mark.parametrize("port", [0, -1, 70000])
def test_what_is_no_port(port):
    with pytest.raises(Unusable, match=str(port)):
        serve._require_free("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "ingen.invalid"])
def test_what_is_no_address_of_ours(host):
    with pytest.raises(Unusable, match=host):
        serve._require_free(host, 8000)


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("first", [ENDS, WRONG])
def test_a_process_that_ends_of_itself_is_an_error_and_ends_the_others(first, capsys):
    started = time.monotonic()
    assert supervise(first, WAITS) == 1
    assert time.monotonic() - started < 30
    assert "slutade av sig själv" in capsys.readouterr().err


@pytest.mark.usefixtures("handlers")
def test_what_a_killed_process_leaves_behind_is_ended(tmp_path):
    left = tmp_path / "pid"
    program = (
        "import os, signal, subprocess, sys; from pathlib import Path\n"
        f"child = subprocess.Popen([sys.executable, '-c', {WAITS!r}])\n"
        f"Path({str(left)!r}).write_text(str(child.pid)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert supervise(program, WAITS) == 1
    for _ in range(100):
        if not _runs(int(left.read_text())):
            return
        time.sleep(0.05)
    raise AssertionError("the process that was left behind still runs")


def _runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.usefixtures("handlers")
def test_told_to_stop_is_no_error():
    threading.Timer(0.5, os.kill, [os.getpid(), signal.SIGTERM]).start()
    assert supervise(WAITS, WAITS) == 0


def test_the_logins_are_printed_once(monkeypatch, capsys, db):
    from demo import load
    from styrkedja.organisation import actions

    found = {"name": "Ek", "organisation_number": "2129999999", "municipality_code": "9999", "sector": "public"}
    when = {"root_name": "Ek", "valid_from": dt.date(2020, 1, 1), "fictional": True, "by": None}
    monkeypatch.setattr(load, "load", lambda: Organiser.objects.exists() or actions.found_organiser(**found, **when))

    monkeypatch.setattr(load, "logins", lambda: ["rektor@demo.example"])
    monkeypatch.setattr(serve, "_require_free", lambda host, port: None)
    monkeypatch.setattr(serve, "_supervise", lambda *_: 0)
    monkeypatch.setattr("django.core.management.call_command", lambda *_, **__: None)

    options = argparse.Namespace(port=8000, host="127.0.0.1", workers=1, demo_if_empty=True)
    assert serve.run(options) == 0
    assert capsys.readouterr().out.count("rektor@demo.example") == 1
    assert demo.run(argparse.Namespace()) == 0
    assert capsys.readouterr().out.count("rektor@demo.example") == 1


def test_links_in_mail_lead_to_the_port_unless_they_lead_elsewhere(monkeypatch, settings):
    settings.PUBLIC_ADDRESS, settings.HTTPS = "http://skola", False
    monkeypatch.delenv("STYRKEDJA_ADDRESS", raising=False)
    assert serve._environment(8123)["STYRKEDJA_ADDRESS"] == "http://skola:8123"
    settings.HTTPS = True  # a proxy stands before it, on the port of its own
    assert serve._environment(8123)["STYRKEDJA_ADDRESS"] == "http://skola"
    monkeypatch.setenv("STYRKEDJA_ADDRESS", "https://kvalitet.example")
    assert serve._environment(8123)["STYRKEDJA_ADDRESS"] == "https://kvalitet.example"


def test_the_command_itself_on_a_port_that_is_taken(tmp_path):
    """The real command, as a person gives it; refused before anything is loaded."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "styrkedja.config.cli", "serve", "--demo-if-empty", "--port", str(port)],
            env={**os.environ, "STYRKEDJA_HOME": str(tmp_path)}, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1 and f"Port {port}" in done.stderr
