"""`styrkedja demo`: the fictional municipality, with real published figures under invented names."""

from __future__ import annotations

import argparse

HELP = "load the demo organiser into an empty database"


def configure(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(options: argparse.Namespace) -> int:
    from demo.load import load

    load()
    return 0


def print_logins() -> None:
    from demo.load import LOGINS

    for line in LOGINS:
        print(line)
