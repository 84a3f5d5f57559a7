"""Where figures come from, as pages and reports name it. Data: `sources.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language, ngettext

CALCULATED = "calc"


@dataclass(frozen=True)
class SourceName:
    """publisher: sources with the same one are the same statistics, whose years may stand in one line."""

    id: str
    publisher: str
    sv: str
    en: str

    def __str__(self) -> str:
        return self.sv if _swedish() else self.en


@cache
def sources() -> dict[str, SourceName]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {id: SourceName(id=id, **fields) for id, fields in data.items()}


def source_name(id: str) -> SourceName:
    """A source by id; one the catalogue does not know is named by its id."""
    return sources().get(id) or SourceName(id, id, id, id)


def source_line(ids: Iterable[str], also: str = "") -> str:
    """The line under figures: "Källa: Kolada, skolor som kommunen driver" (`also`). What is reckoned has no source."""
    names = list(dict.fromkeys(", ".join(filter(None, [str(source_name(id)), also])) for id in ids if id != CALCULATED))
    if not names:
        return str(source_name(CALCULATED))
    text = ngettext("Source: %(sources)s", "Sources: %(sources)s", len(names))
    return text % {"sources": "; ".join(names)}


def _swedish() -> bool:
    return (get_language() or "sv").startswith("sv")
