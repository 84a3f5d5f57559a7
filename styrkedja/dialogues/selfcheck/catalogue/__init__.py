"""Forms of self-checks, as files: statements by area, each with what may show it. A file that cannot be used is refused
with its name and the reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FOLDER = Path(__file__).parent
ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
LONGEST_ID = 60  # as the answers keep it
USUAL = "styrkedjan"


class Faulty(ValueError):
    """A file of the catalogue that cannot be used; the message names file and reason."""


def _said(sv: str, en: str) -> str:
    return sv if (get_language() or "sv").startswith("sv") else en


@dataclass(frozen=True)
class Statement:
    """number: its place in the form, from 1."""

    id: str
    number: int
    sv: str
    en: str
    shows_sv: str
    shows_en: str

    @property
    def text(self) -> str:
        return _said(self.sv, self.en)

    @property
    def shows(self) -> str:
        return _said(self.shows_sv, self.shows_en)


@dataclass(frozen=True)
class Area:
    sv: str
    en: str
    statements: tuple[Statement, ...]

    @property
    def name(self) -> str:
        return _said(self.sv, self.en)


@dataclass(frozen=True)
class Form:
    id: str
    sv: str
    en: str
    about_sv: str
    about_en: str
    areas: tuple[Area, ...]

    @property
    def name(self) -> str:
        return _said(self.sv, self.en)

    @property
    def about(self) -> str:
        return _said(self.about_sv, self.about_en)

    @property
    def statements(self) -> list[Statement]:
        return [one for area in self.areas for one in area.statements]


@cache
def forms() -> dict[str, Form]:
    """Every form by id. Raises Faulty."""
    return {path.stem: read(path) for path in sorted(FOLDER.glob("*.toml"))}


def form(id: str) -> Form:
    """The form a round was opened with; one that has left the catalogue has no statements to show."""
    return forms().get(id) or Form(id, id, id, "", "", ())


def read(path: Path) -> Form:
    """The form of one file. Raises Faulty."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Faulty(f"{path.name}: {error}") from error
    _words(path.name, data, {"sv", "en", "about_sv", "about_en"}, {"area"})
    areas, seen = [], set()
    for entry in _entries(path.name, data, "area"):
        _words(f"{path.name}: area", entry, {"sv", "en"}, {"statement"})
        listed = []
        for one in _entries(f"{path.name}: {entry['sv']}", entry, "statement"):
            _words(f"{path.name}: {entry['sv']}", one, {"id", "sv", "en", "shows_sv", "shows_en"}, set())
            if not ID.match(one["id"]) or len(one["id"]) > LONGEST_ID:
                raise Faulty(f"{path.name}: {one['id']!r} is not an id (a-z, 0-9, -)")
            if one["id"] in seen:
                raise Faulty(f"{path.name}: {one['id']} stands twice")
            seen.add(one["id"])
            listed.append(Statement(number=len(seen), **{key: text.strip() for key, text in one.items()}))
        areas.append(Area(entry["sv"].strip(), entry["en"].strip(), tuple(listed)))
    named = {key: data[key].strip() for key in ("sv", "en", "about_sv", "about_en")}
    return Form(id=path.stem, areas=tuple(areas), **named)


def _entries(where: str, data: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    found = data[key]
    if not isinstance(found, list) or not found or not all(isinstance(entry, dict) for entry in found):
        raise Faulty(f"{where}: {key} says nothing; write it as [[{key}]]")
    return found


def _words(where: str, entry: Mapping[str, Any], words: set[str], lists: set[str]) -> None:
    if lacks := sorted((words | lists) - entry.keys()):
        raise Faulty(f"{where} lacks {', '.join(lacks)}")
    if unknown := sorted(entry.keys() - words - lists):
        raise Faulty(f"{where}: unknown {', '.join(unknown)}")
    if empty := [key for key in sorted(words) if not isinstance(entry[key], str) or not entry[key].strip()]:
        raise Faulty(f"{where}: {', '.join(empty)} is empty")
