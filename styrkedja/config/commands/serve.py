"""`styrkedja serve`: the web server and the background worker, started and stopped together."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import signal
import socket
import subprocess
import sys
from types import FrameType

from styrkedja.config.cli import Unusable

HELP = "starta programmet"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="annars 8000")
    parser.add_argument("--host", default="127.0.0.1", metavar="ADRESS", help="annars 127.0.0.1: bara den här datorn")
    parser.add_argument("--workers", type=int, default=2, metavar="ANTAL", help="webbserverns processer; annars 2")
    parser.add_argument("--demo-if-empty", action="store_true", help="läs in demokommunen i en tom databas")


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    from styrkedja.organisation.models import Organiser

    _require_free(options.host, options.port)
    call_command("collectstatic", verbosity=0, interactive=False)
    if options.demo_if_empty and not Organiser.objects.exists():
        from . import demo

        print("Laddar demokommunen första gången; det tar en stund ...", flush=True)
        demo.load_once()
    _greet(options)
    return _supervise(
        [
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host,
                "--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "4",
                "--log-level", "warning", "styrkedja.config.wsgi:application",
            ],
            [sys.executable, "-m", "django", "procrastinate", "worker", "--delete-jobs", "successful"],
        ],
        _environment(options.port),
    )  # fmt: skip


def _require_free(host: str, port: int) -> None:
    """Raises Unusable where the web server could not be alone on the port.

    It lets its processes share one port, and would share it with another installation's just as readily: requests
    would go to either database. A socket that shares with nobody finds out.
    """
    choose = "Välj en annan: PORT=8001 make run, eller styrkedja serve --port 8001."
    if not 0 < port < 65536:
        raise Unusable(f"{port} är ingen port (1-65535). {choose}")
    try:
        family, _type, _protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        socket.create_server(address, family=family).close()
    except socket.gaierror as error:
        raise Unusable(f"--host {host} är ingen adress på den här datorn, till exempel 127.0.0.1.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unusable(f"Port {port} används redan av ett annat program. {choose}") from error
        if error.errno == errno.EACCES:
            raise Unusable(f"Port {port} får bara systemet använda. {choose}") from error
        raise Unusable(f"--host {host} är ingen adress på den här datorn, till exempel 127.0.0.1.") from error


def _greet(options: argparse.Namespace) -> None:
    from django.conf import settings

    from styrkedja.organisation.models import Organiser, Person

    print(f"Styrkedja: http://{options.host}:{options.port}/", flush=True)
    if folder := getattr(settings, "EMAIL_FILE_PATH", None):
        print(f"Mejl skickas inte (STYRKEDJA_MAIL_SERVER är inte satt); de läggs i {folder}", flush=True)
    organiser = Organiser.objects.first()
    if organiser and organiser.fictional:
        from . import demo

        demo.print_logins()
    elif not Person.objects.exists():
        print("Databasen är tom: `styrkedja demo` laddar en demokommun.")


def _supervise(commands: list[list[str]], environment: dict[str, str]) -> int:
    """Run the processes until one ends or we are told to stop; then end the others. 0 only when we were told to."""
    processes = [subprocess.Popen(command, env=environment, start_new_session=True) for command in commands]
    told = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal told
        told = True
        for process in processes:
            process.terminate()

    for asked in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(asked) != signal.SIG_IGN:  # `nohup` lets us go on without a terminal
            signal.signal(asked, stop)
    while all(process.returncode is None for process in processes):
        _wait_for_one(processes)
    for process in processes:
        process.terminate()
    codes = [process.wait() for process in processes]
    for process in processes:  # the web server's own processes outlive it when it is killed, and would hold the port
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    if told:
        return 0 if set(codes) <= {0, -signal.SIGTERM, -signal.SIGINT} else 1
    print("styrkedja: en av programmets processer slutade av sig själv; allt har stängts av.", file=sys.stderr)
    return 1


def _environment(port: int) -> dict[str, str]:
    """Links in mail lead to our port, unless a proxy or an address of its own (STYRKEDJA_ADDRESS) stands before it."""
    from django.conf import settings

    address = settings.PUBLIC_ADDRESS if settings.HTTPS else f"{settings.PUBLIC_ADDRESS}:{port}"
    return {"STYRKEDJA_ADDRESS": address, **os.environ}


def _wait_for_one(processes: list[subprocess.Popen[bytes]]) -> None:
    """Until any child ends; in a container others than ours may be given to us. Its status goes to its process."""
    with contextlib.suppress(ChildProcessError):  # `stop` saw the last of them end
        pid, status = os.wait()
        for process in processes:
            if process.pid == pid:
                process.returncode = os.waitstatus_to_exitcode(status)
