"""Errors a person can do something about. Views turn them into pages; the command line into one line."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule of the domain says no. `str(error)` is a sentence for the person, already translated."""


class Conflict(Exception):
    """Somebody else saved first. `current` is the row as it stands now; nothing was written."""

    def __init__(self, current: Any) -> None:
        super().__init__("changed by somebody else")
        self.current = current
