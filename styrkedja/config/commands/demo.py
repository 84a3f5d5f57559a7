"""`styrkedja demo`: the fictional municipality, with real published figures under invented names."""

from __future__ import annotations

import argparse

HELP = "läs in demokommunen i en tom databas"


def configure(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(options: argparse.Namespace) -> int:
    load_once()
    print_logins()
    return 0


def load_once() -> None:
    """Load what is not there yet. Raises Unusable where another organiser lives."""
    from demo.load import load
    from styrkedja.config.cli import Unusable
    from styrkedja.core.errors import Refused

    try:
        load()
    except Refused as error:
        raise Unusable(str(error)) from error


def print_logins() -> None:
    from django.utils import translation

    from demo.load import logins

    with translation.override("sv"):
        print("\n".join(logins()), flush=True)
