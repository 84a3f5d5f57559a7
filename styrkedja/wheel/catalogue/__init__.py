"""The wheels to begin from, as data: a file is a wheel, and a `[[process]]` in it an activity of the year.

Serves the whole cycle: what happens when, who answers for it, and what shows that it is done. The words are our own;
what they say comes from the wheel's `source`. A file in this folder *is* the registration. The id of a process,
"<wheel>/<number>", stands in the database and is never used again for something else.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ._reading import default_of, read
from ._shapes import Faulty, Process, Wheel, When, WhoAt

__all__ = ["Faulty", "Process", "Wheel", "When", "WhoAt", "default_wheel", "process", "wheels"]

FOLDER = Path(__file__).parent


@cache
def wheels() -> dict[str, Wheel]:
    """Every wheel by id, the one that is proposed first, then by file name. Raises Faulty."""
    paths = sorted(FOLDER.glob("*.toml"))
    found = {path.stem: read(path) for path in paths}
    proposed = default_of(paths, found)
    return {proposed.id: proposed, **found}


def default_wheel() -> Wheel:
    """The one that is proposed when nobody has chosen."""
    return next(iter(wheels().values()))


@cache
def _processes() -> dict[str, Process]:
    return {one.id: one for wheel in wheels().values() for one in wheel.processes}


def process(id: str) -> Process | None:
    """A process by "<wheel>/<number>"; None for one that has left the catalogue."""
    return _processes().get(id)
