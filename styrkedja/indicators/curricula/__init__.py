"""National goal areas as dated data: the headings of chapter 2 of each curriculum (domain.md §3).

Serves *Var är vi?* (results stand under the goal they are about) and, above this room, goals that must link to a
national goal valid in their period (invariant 9). A file in this folder is a curriculum; its name is its id, and
neither it nor an area's id is ever changed or used again: a new version is a new file with a later `valid_from`.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import get_language

CONDITIONS = "forutsattningar"  # not a goal of the curriculum: what the work rests on


@dataclass(frozen=True)
class Area:
    """One goal area of one curriculum. `key` ("lgr22/kunskaper") names it for ever."""

    curriculum: str
    id: str
    chapter: str
    sv: str
    en: str

    @property
    def key(self) -> str:
        return f"{self.curriculum}/{self.id}"

    @property
    def name(self) -> str:
        return self.sv if (get_language() or "sv").startswith("sv") else self.en


@dataclass(frozen=True)
class Curriculum:
    id: str
    sv: str
    en: str
    school_forms: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    areas: tuple[Area, ...]

    @property
    def name(self) -> str:
        return self.sv if (get_language() or "sv").startswith("sv") else self.en

    def holds_on(self, day: dt.date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@cache
def curricula() -> dict[str, Curriculum]:
    """Every curriculum by id. Raises KeyError or ValueError for a file that lacks something."""
    return {path.stem: _read(path) for path in sorted(Path(__file__).parent.glob("*.toml"))}


def curricula_of(school_forms: Iterable[str], day: dt.date) -> list[Curriculum]:
    """The curricula that hold on `day` for these school forms, in the order a child meets them."""
    forms = set(school_forms)
    found = [c for c in curricula().values() if c.holds_on(day) and (not forms or forms & set(c.school_forms))]
    order = ("fs", "fsk", "fth", "gr", "gran", "sp", "sam", "gy", "gyan", "vux")
    return sorted(found, key=lambda c: min(order.index(form) for form in c.school_forms))


def area(key: str) -> Area:
    """The area a key names. Raises KeyError for an unknown one."""
    curriculum, _slash, id = key.partition("/")
    found = {a.id: a for a in curricula()[curriculum].areas}
    return found[id]


def conditions(curriculum: str) -> Area:
    """What is no goal of the curriculum but what the work rests on, as an area of its own."""
    return Area(curriculum, CONDITIONS, "", "Förutsättningar", "Conditions")


def _read(path: Path) -> Curriculum:
    data = tomllib.loads(path.read_text("utf-8"))
    return Curriculum(
        id=path.stem,
        sv=data["sv"],
        en=data["en"],
        school_forms=tuple(data["school_forms"]),
        valid_from=data["valid_from"],
        valid_to=data.get("valid_to"),
        areas=tuple(Area(path.stem, a["id"], a["chapter"], a["sv"], a["en"]) for a in data["areas"]),
    )
