"""The goals of the curricula as dated data, in words of our own: what every local goal serves. *Vart ska vi?*

A file here stands beside the curriculum of the same name in `indicators.curricula`. A goal's id
("lgr22/normer/trygghet") stands in the database and is never changed or used again; a goal that no longer holds gets a
`valid_to` and stays. Leisure-time centres and preschool classes have parts, and so areas, of their own.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

from styrkedja.core import periods
from styrkedja.indicators.curricula import Curriculum, curricula
from styrkedja.organisation.models import SchoolForm

FOLDER = Path(__file__).parent
ID = re.compile(r"([a-z0-9]+(?:_[a-z0-9]+)*)/([a-z0-9]+(?:_[a-z0-9]+)*)\Z")
GOAL_KEYS = {"id", "sv", "en"}
DATED = {"valid_from", "valid_to", "school_forms"}
LONGEST_ID = 80  # as `GoalNational` keeps it


class Faulty(ValueError):
    """A file of the catalogue that cannot be used; the message names file and reason."""


def _said(sv: str, en: str) -> str:
    return sv if (get_language() or "sv").startswith("sv") else en


@dataclass(frozen=True)
class GoalArea:
    """An area of a curriculum: one of `indicators.curricula`, or a part with goals of its own."""

    key: str
    chapter: str
    sv: str
    en: str

    @property
    def name(self) -> str:
        return _said(self.sv, self.en)


@dataclass(frozen=True)
class NationalGoal:
    """One goal, and when and for which school forms it holds. `valid_to`: its last day; None: no end known."""

    id: str
    curriculum: str
    area: GoalArea
    sv: str
    en: str
    school_forms: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None

    @property
    def name(self) -> str:
        return _said(self.sv, self.en)

    def holds_in(self, period: str) -> bool:
        """True where it holds on some day of the period."""
        first, last = periods.bounds(period)
        return self.valid_from <= last and (self.valid_to is None or self.valid_to >= first)


@cache
def national_goals() -> dict[str, NationalGoal]:
    """Every goal by id, in the order of the curricula and their files. Raises Faulty."""
    return {goal.id: goal for path in sorted(FOLDER.glob("*.toml")) for goal in read(path)}


def goals_for(school_forms: Iterable[str], period: str) -> list[NationalGoal]:
    """What can be chosen: goals that hold in the period for these school forms (none: for any), preschool first."""
    forms, order = set(school_forms), SchoolForm.values
    found = [g for g in national_goals().values() if g.holds_in(period) and (not forms or forms & set(g.school_forms))]
    return sorted(found, key=lambda g: min(order.index(form) for form in curricula()[g.curriculum].school_forms))


def read(path: Path) -> list[NationalGoal]:
    """The goals of one file. Raises Faulty, which names the file and what is wrong with it."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Faulty(f"{path.name}: {error}") from error
    curriculum = curricula().get(path.stem)
    if curriculum is None:
        raise Faulty(f"{path.name}: there is no curriculum of this name")
    areas, forms_of = _areas(path, data, curriculum)
    goals = [_goal(path, entry, curriculum, areas, forms_of) for entry in data.get("goals", [])]
    if not goals:
        raise Faulty(f"{path.name}: no goals")
    ids = [goal.id for goal in goals]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise Faulty(f"{path.name}: {', '.join(twice)} stands twice")
    return goals


def _areas(
    path: Path, data: Mapping[str, Any], curriculum: Curriculum
) -> tuple[dict[str, GoalArea], dict[str, tuple[str, ...]]]:
    """The curriculum's areas and the file's own, by id, and the school forms of those that have their own."""
    found = {a.id: GoalArea(a.key, a.chapter, a.sv, a.en) for a in curriculum.areas}
    forms: dict[str, tuple[str, ...]] = {}
    for own in data.get("areas", []):
        _keys(path, own, {*GOAL_KEYS, "school_forms"}, set())
        if own["id"] in found:
            raise Faulty(f"{path.name}: the area {own['id']} is the curriculum's own")
        found[own["id"]] = GoalArea(f"{curriculum.id}/{own['id']}", "", own["sv"], own["en"])
        forms[own["id"]] = _forms(path, own, curriculum)
    return found, forms


def _goal(
    path: Path,
    entry: Mapping[str, Any],
    curriculum: Curriculum,
    areas: Mapping[str, GoalArea],
    forms_of: Mapping[str, tuple[str, ...]],
) -> NationalGoal:
    _keys(path, entry, GOAL_KEYS, DATED)
    match = ID.match(entry["id"])
    if match is None or len(f"{curriculum.id}/{entry['id']}") > LONGEST_ID:
        raise Faulty(f"{path.name}: {entry['id']} is not an id (area/name, a-z, 0-9, _)")
    if match[1] not in areas:
        raise Faulty(f"{path.name}: {entry['id']} stands under an area the curriculum does not have")
    usual = forms_of.get(match[1], curriculum.school_forms)
    valid_from = entry.get("valid_from", curriculum.valid_from)
    valid_to = entry.get("valid_to", curriculum.valid_to)
    if not isinstance(valid_from, dt.date) or not isinstance(valid_to, dt.date | None):
        raise Faulty(f"{path.name}: {entry['id']}: a day is written 2026-11-22, without quotation marks")
    if valid_to is not None and valid_to < valid_from:
        raise Faulty(f"{path.name}: {entry['id']} ends before it begins")
    return NationalGoal(
        id=f"{curriculum.id}/{entry['id']}",
        curriculum=curriculum.id,
        area=areas[match[1]],
        sv=entry["sv"],
        en=entry["en"],
        school_forms=_forms(path, entry, curriculum) if "school_forms" in entry else usual,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _keys(path: Path, entry: Mapping[str, Any], required: set[str], optional: set[str]) -> None:
    """Every word is one we know, the needed ones are there, and texts say something."""
    where = f"{path.name}: {entry.get('id', '?')}"
    if lacks := sorted(required - entry.keys()):
        raise Faulty(f"{where} lacks {', '.join(lacks)}")
    if unknown := sorted(entry.keys() - required - optional):
        raise Faulty(f"{where}: unknown {', '.join(unknown)}")
    if empty := [key for key in sorted(GOAL_KEYS) if not isinstance(entry[key], str) or not entry[key].strip()]:
        raise Faulty(f"{where}: {', '.join(empty)} is empty")


def _forms(path: Path, entry: Mapping[str, Any], curriculum: Curriculum) -> tuple[str, ...]:
    forms = tuple(entry["school_forms"])
    if not forms or not set(forms) <= set(curriculum.school_forms):
        raise Faulty(f"{path.name}: {entry['id']}: school forms the curriculum is not for")
    return forms
