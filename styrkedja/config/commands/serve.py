"""`styrkedja serve`: the web server and the background worker, started and stopped together."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from types import FrameType

HELP = "serve the program"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--demo-if-empty", action="store_true", help="load the demo organiser into an empty database")


def run(options: argparse.Namespace) -> int:
    from django.core.management import call_command

    from styrkedja.organisation.models import Organiser

    call_command("collectstatic", verbosity=0, interactive=False)
    if options.demo_if_empty and not Organiser.objects.exists():
        from . import demo

        print("Laddar demokommunen första gången; det tar en stund ...", flush=True)
        demo.run(argparse.Namespace())
    _greet(options)
    return _supervise(
        [
            [
                sys.executable, "-m", "granian", "--interface", "wsgi", "--host", options.host,
                "--port", str(options.port), "--workers", str(options.workers), "--blocking-threads", "4",
                "--log-level", "warning", "styrkedja.config.wsgi:application",
            ],
            [sys.executable, "-m", "django", "procrastinate", "worker", "--delete-jobs", "successful"],
        ]
    )  # fmt: skip


def _greet(options: argparse.Namespace) -> None:
    from styrkedja.organisation.models import Organiser, Person

    print(f"Styrkedja: http://{options.host}:{options.port}/", flush=True)
    organiser = Organiser.objects.first()
    if organiser and organiser.fictional:
        from . import demo

        demo.print_logins()
    elif not Person.objects.exists():
        print("Databasen är tom: `styrkedja demo` laddar en demokommun.")


def _supervise(commands: list[list[str]]) -> int:
    """Run the processes until one ends or we are told to stop; then end the others. Exit code of the first to end."""
    processes = [subprocess.Popen(command, env=os.environ) for command in commands]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        for process in processes:
            process.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    ended, _status = os.wait()
    stop(signal.SIGTERM, None)
    codes = {p.pid: p.wait() for p in processes}
    return 0 if codes.get(ended) in (0, -signal.SIGTERM, -signal.SIGINT, None) else 1
