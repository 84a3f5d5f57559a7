"""The kinds of meetings as data: who is usually called, the agenda to begin from, and what is gathered beforehand.

A file is a kind; its name is the id that meetings keep. How to add one: docs/howto/add-a-meeting-kind.md.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from styrkedja.access.roles import ROLES
from styrkedja.organisation.models import NodeKind

FOLDER = Path(__file__).parent
METHODS = ("", "seminar")
LEADS_TO = ("", "priorities")
REQUIRED = {"order", "levels", "concerns", "called", "material", "agenda"}
WORDS = {"sv", "en", "about_sv", "about_en"}
OPTIONAL = {"method", "leads_to", "consultation", "subject", "minutes"}
LONGEST_TITLE = 200  # as `AgendaPoint` keeps it
LONGEST_ID = 40


class Faulty(ValueError):
    """A file of the catalogue that cannot be used; the message names file and reason."""


class Gatherer(StrEnum):
    """What can be gathered; each is a module of `dialogues.meetings.material` of the same name."""

    AGREED_POINTS = "agreed_points"
    GRADES_AND_TESTS = "grades_and_tests"
    UNIT_SUMMARIES = "unit_summaries"
    OPEN_NEEDS = "open_needs"
    EFFECTS = "effects"
    ANALYSES_SIDE_BY_SIDE = "analyses_side_by_side"
    SUBJECT_ACROSS_UNITS = "subject_across_units"


class Where(StrEnum):
    """At which nodes somebody of a role is called."""

    TOP = "top"  # the nodes above the units that the meeting's node lies under, is, or has below it
    CONCERNED = "concerned"  # the nodes the meeting concerns
    WITHIN = "within"  # those and everything below them


class Concerns(StrEnum):
    """What meetings of a kind are about, and so which of them follows which (`queries.line`)."""

    ALL = "all"  # every unit below: proposed so, and each meeting of the kind follows the one before
    SOME = "some"  # a group of places, which is chosen
    ONE = "one"  # a single place, which is chosen
    OWN = "own"  # whoever calls it


class MinutesTo(StrEnum):
    """Who gets the minutes, and reads them at the places concerned."""

    CONCERNED = "concerned"  # those called, and those who read meetings at a place it concerns
    CALLED = "called"  # those called, and those who read meetings where it was called


def _said(sv: str, en: str) -> str:
    return sv if (get_language() or "sv").startswith("sv") else en


@dataclass(frozen=True)
class Called:
    role: str
    where: Where


@dataclass(frozen=True)
class Point:
    """A point to begin from. minutes: None for one without a time of its own."""

    sv: str
    en: str
    text_sv: str
    text_en: str
    minutes: int | None

    @property
    def title(self) -> str:
        return _said(self.sv, self.en)

    @property
    def text(self) -> str:
        return _said(self.text_sv, self.text_en)


@dataclass(frozen=True)
class Kind:
    """A kind of meeting. levels: the kinds of nodes that call it. subject: it is about one school subject."""

    id: str
    sv: str
    en: str
    about_sv: str
    about_en: str
    order: int
    levels: tuple[str, ...]
    called: tuple[Called, ...]
    material: tuple[Gatherer, ...]
    agenda: tuple[Point, ...]
    concerns: Concerns
    minutes: MinutesTo = MinutesTo.CONCERNED
    method: str = ""
    leads_to: str = ""
    consultation: bool = False
    subject: bool = False

    @property
    def name(self) -> str:
        return _said(self.sv, self.en)

    @property
    def about(self) -> str:
        return _said(self.about_sv, self.about_en)


@cache
def kinds() -> dict[str, Kind]:
    """Every kind by id, in the order a choice shows them. Raises Faulty."""
    return {kind.id: kind for kind in sorted(map(read, FOLDER.glob("*.toml")), key=lambda k: (k.order, k.id))}


def kinds_for(level: str) -> list[Kind]:
    """What a node of this kind can call."""
    return [kind for kind in kinds().values() if level in kind.levels]


def kind_name(id: str) -> str:
    """In the reader's language; of a kind that has left the catalogue, its id."""
    return kinds()[id].name if id in kinds() else id


def minutes_for_all(id: str) -> bool:
    """Whether minutes of the kind are shown at the places concerned; of a kind that has left the catalogue, yes."""
    return id not in kinds() or kinds()[id].minutes == MinutesTo.CONCERNED


def read(path: Path) -> Kind:
    """The kind of one file. Raises Faulty, which names the file and what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faulty(f"{path.name}: {error}") from error
    _keys(path.name, data, REQUIRED | WORDS, OPTIONAL, WORDS)
    if len(path.stem) > LONGEST_ID:
        raise Faulty(f"{path.name}: the name is longer than {LONGEST_ID} letters")
    for key, known in (("method", METHODS), ("leads_to", LEADS_TO)):
        if data.get(key, "") not in known:
            raise Faulty(f"{path.name}: {key} is one of {', '.join(filter(None, known))}")
    for key, choices in (("concerns", Concerns), ("minutes", MinutesTo)):
        if key in data and data[key] not in list(choices):
            raise Faulty(f"{path.name}: {key} is one of {', '.join(choices)}")
    for key, type_ in (("order", int), ("consultation", bool), ("subject", bool)):
        if not isinstance(data.get(key, type_()), type_):
            raise Faulty(f"{path.name}: {key} is not {'a number' if type_ is int else 'true or false'}")
    return Kind(
        id=path.stem,
        **{key: data[key].strip() for key in WORDS},
        order=data["order"],
        levels=_levels(path, data["levels"]),
        called=tuple(_called(path, entry) for entry in _entries(path, data, "called")),
        material=_material(path, data["material"]),
        agenda=tuple(_point(path, entry) for entry in _entries(path, data, "agenda")),
        concerns=Concerns(data["concerns"]),
        minutes=MinutesTo(data.get("minutes", MinutesTo.CONCERNED)),
        method=data.get("method", ""),
        leads_to=data.get("leads_to", ""),
        consultation=data.get("consultation", False),
        subject=data.get("subject", False),
    )


def _entries(path: Path, data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = data[key]
    if not isinstance(found, list) or not found or not all(isinstance(entry, dict) for entry in found):
        raise Faulty(f"{path.name}: {key} says nothing; write it as [[{key}]]")
    return found


def _levels(path: Path, levels: Any) -> tuple[str, ...]:
    if not isinstance(levels, list) or not levels or not set(levels) <= set(NodeKind.values):
        raise Faulty(f"{path.name}: levels are some of {', '.join(NodeKind.values)}")
    return tuple(levels)


def _called(path: Path, entry: Mapping[str, Any]) -> Called:
    _keys(f"{path.name}: called", entry, {"role", "where"}, set(), {"role", "where"})
    if entry["role"] not in ROLES:
        raise Faulty(f"{path.name}: called: there is no role {entry['role']}")
    if entry["where"] not in list(Where):
        raise Faulty(f"{path.name}: called: where is one of {', '.join(Where)}")
    return Called(entry["role"], Where(entry["where"]))


def _material(path: Path, material: Any) -> tuple[Gatherer, ...]:
    if not isinstance(material, list):
        raise Faulty(f"{path.name}: material is a list")
    if unknown := [str(one) for one in material if one not in list(Gatherer)]:
        raise Faulty(f"{path.name}: material: nothing gathers {', '.join(unknown)}")
    if len(set(material)) < len(material):
        raise Faulty(f"{path.name}: material names the same twice")
    return tuple(Gatherer(one) for one in material)


def _point(path: Path, entry: Mapping[str, Any]) -> Point:
    where = f"{path.name}: agenda: {entry.get('en', '?')}"
    words = {"sv", "en", "text_sv", "text_en"}
    _keys(where, entry, words, {"minutes"}, words)
    minutes = entry.get("minutes")
    if minutes is not None and (not isinstance(minutes, int) or not 1 <= minutes <= 480):
        raise Faulty(f"{where}: minutes is a number from 1 to 480")
    if max(len(entry["sv"]), len(entry["en"])) > LONGEST_TITLE:
        raise Faulty(f"{where}: the title is longer than {LONGEST_TITLE} letters")
    return Point(**{key: entry[key].strip() for key in words}, minutes=minutes)


def _keys(where: str, entry: Mapping[str, Any], required: set[str], optional: set[str], words: set[str]) -> None:
    """Every word is one we know, the needed ones are there, and texts say something."""
    if lacks := sorted(required - entry.keys()):
        raise Faulty(f"{where} lacks {', '.join(lacks)}")
    if unknown := sorted(entry.keys() - required - optional):
        raise Faulty(f"{where}: unknown {', '.join(unknown)}")
    if empty := [key for key in sorted(words) if not isinstance(entry[key], str) or not entry[key].strip()]:
        raise Faulty(f"{where}: {', '.join(empty)} is empty")
