"""A catalogue with a file that cannot be used stops the start, in one line, instead of a page some time later."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core import checks


def read_at_start(named: str, load: Callable[[], object]) -> None:
    """Try `load` when the program starts (`config.cli`) and in Django's own check.

    It raises ValueError, with the file and the reason, for one that cannot be used. named: the catalogue, in Swedish.
    """

    def found(**_asked: Any) -> list[checks.CheckMessage]:
        try:
            load()
        except ValueError as error:
            return [checks.Error(f"{named}: {error}", id="catalogue.E001")]
        return []

    checks.register(found, "catalogue")
