"""Where figures come from, as pages and reports name it. Data: `sources.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language


@dataclass(frozen=True)
class SourceName:
    """publisher: sources with the same one are the same statistics, whose years may stand in one line."""

    id: str
    publisher: str
    sv: str
    en: str
    raw_caption_sv: str = ""
    raw_caption_en: str = ""

    def __str__(self) -> str:
        return self.sv if _swedish() else self.en

    @property
    def caption(self) -> str:
        """The line under a value given unchanged: the publisher's own wording, where it asks for one."""
        return (self.raw_caption_sv if _swedish() else self.raw_caption_en) or str(self)


@cache
def sources() -> dict[str, SourceName]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {id: SourceName(id=id, **fields) for id, fields in data.items()}


def source_name(id: str) -> SourceName:
    """A source by id; one the catalogue does not know is named by its id."""
    return sources().get(id) or SourceName(id, id, id, id)


def _swedish() -> bool:
    return (get_language() or "sv").startswith("sv")
