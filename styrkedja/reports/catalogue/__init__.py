"""Which reports there are and what they hold, as data: a file here is a kind of report."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styrkedja.indicators.catalogue import Words

if TYPE_CHECKING:
    from styrkedja.reports.blocks import Block
    from styrkedja.reports.scope import Scope

FOLDER = Path(__file__).parent
LEVELS = {"unit", "above"}


@dataclass(frozen=True)
class Section:
    """One section of the outline. `build` gives its blocks under the heading `name`."""

    id: str
    name: Words
    levels: frozenset[str]

    @property
    def build(self) -> Callable[[Scope], list[Block]]:
        builder: Callable[[Scope], list[Block]] = import_module(f"styrkedja.reports.sections.{self.id}").build
        return builder


@dataclass(frozen=True)
class Outline:
    """A kind of report: its title, its sections in order, and what the first page and the section on safety take."""

    title: Words
    sections: tuple[Section, ...]
    key_figures: tuple[str, ...]
    most_key_figures: int
    safety_indicators: frozenset[str]
    safety_parts: dict[str, tuple[str, ...]]

    def at(self, level: str) -> list[Section]:
        return [section for section in self.sections if level in section.levels]

    def is_safety(self, indicator: str, part: str) -> bool:
        starts = self.safety_parts.get(indicator, ())
        return indicator in self.safety_indicators or bool(starts and part.startswith(starts))


@cache
def outline(kind: str) -> Outline:
    """The outline of a kind of report. Raises ValueError for a section without a level or a builder."""
    data = tomllib.loads((FOLDER / f"{kind}.toml").read_text("utf-8"))
    return Outline(
        title=Words(**data["title"]),
        sections=tuple(_section(entry) for entry in data["sections"]),
        key_figures=tuple(data["key_figures"]["indicators"]),
        most_key_figures=data["key_figures"]["most"],
        safety_indicators=frozenset(data["safety"]["indicators"]),
        safety_parts={id: tuple(starts) for id, starts in data["safety"]["parts"].items()},
    )


def _section(entry: dict[str, Any]) -> Section:
    levels = frozenset(entry["levels"])
    if not levels or levels - LEVELS:
        raise ValueError(f"section {entry['id']}: levels are {sorted(LEVELS)}")
    if not (FOLDER.parent / "sections" / f"{entry['id']}.py").exists():
        raise ValueError(f"section {entry['id']}: no builder in sections/")
    return Section(entry["id"], Words(entry["sv"], entry["en"]), levels)
