"""The lines of figures under the national goal areas, in the curricula's order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from styrkedja.core import periods
from styrkedja.indicators.curricula import CONDITIONS, Area, Curriculum, conditions, curricula_of
from styrkedja.indicators.series import Key, Series

from .catalogue import outline
from .scope import Scope


@dataclass(frozen=True)
class UnderArea:
    """A goal area and what there is to show under it, by indicator; `keys` also where only units have figures."""

    curriculum: Curriculum
    area: Area
    keys: tuple[Key, ...]
    among_several: bool

    @property
    def name(self) -> str:
        """ "Kunskaper"; with its curriculum, "Kunskaper (Lgr22)", where the node has several."""
        return f"{self.area.name} ({short_name(self.curriculum)})" if self.among_several else self.area.name


def short_name(curriculum: Curriculum) -> str:
    """What stands in the name's own brackets: "Lgr22"; else the whole name."""
    found = re.search(r"\(([^()]+)\)$", curriculum.name)
    return found[1] if found else curriculum.name


def goal_areas(scope: Scope) -> list[UnderArea]:
    """Every area of the curricula that hold for the node's school forms, without conditions and safety."""
    held = curricula_of(scope.forms, periods.bounds(scope.period)[1])
    return [
        UnderArea(curriculum, area, tuple(_keys(scope, curriculum.id, area.id)), len(held) > 1)
        for curriculum in held
        for area in curriculum.areas
    ]


def condition_areas(scope: Scope) -> list[UnderArea]:
    """What the work rests on, once for each curriculum."""
    held = curricula_of(scope.forms, periods.bounds(scope.period)[1])
    return [UnderArea(c, conditions(c.id), tuple(_keys(scope, c.id, CONDITIONS)), len(held) > 1) for c in held]


def safety_keys(scope: Scope) -> list[Key]:
    rule = outline("quality").is_safety
    return [key for key in scope.keys if rule(*key)]


def _keys(scope: Scope, curriculum: str, area: str) -> Iterator[Key]:
    rule = outline("quality").is_safety
    for key in scope.keys:
        series = line_of(key, scope)
        if series and series.indicator.goal_area(curriculum, key[1]) == area and not rule(*key):
            yield key


def line_of(key: Key, scope: Scope) -> Series | None:
    """The node's own line, or a unit's where only they have one."""
    return scope.series.get(key) or next((line.series[key] for line in scope.lines if key in line.series), None)
