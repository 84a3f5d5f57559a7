"""What was gathered for a seminar, put together unit by unit: folded, each with what it is called in the contents.

The same frozen material stands area by area, units side by side, on the meeting's own page of material.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from styrkedja.dialogues.meetings.catalogue import Gatherer
from styrkedja.dialogues.models import Material, Meeting

BY_UNIT = (Gatherer.UNIT_SUMMARIES, Gatherer.ANALYSES_SIDE_BY_SIDE)


@dataclass
class Unit:
    """summary: its page of figures; areas: what its analysis saw, by goal area; thought: causes and needs."""

    id: str
    name: str
    own: bool
    summary: dict[str, Any] | None = None
    areas: list[dict[str, Any]] = field(default_factory=list)
    thought: dict[str, Any] | None = None


def latest(found: Meeting) -> list[Material]:
    """The latest edition of what was gathered to look at; what was agreed last time stands with the meeting."""
    rows = Material.objects.filter(meeting=found).exclude(gatherer=Gatherer.AGREED_POINTS)
    edition = rows.order_by("-edition").values("edition")[:1]
    return list(rows.filter(edition=edition).order_by("number"))


def by_unit(shown: Iterable[dict[str, Any]], own: Collection[UUID]) -> dict[str, Any]:
    """{"units": [Unit], "known": their ids, "gathered": what is not about units one by one}.

    shown: of `meetings.material.shown`. own: the units the reader was called for, which stand first.
    """
    listed = list(shown)
    units: dict[str, Unit] = {}

    def unit(row: dict[str, Any]) -> Unit:
        id = row["node"]
        return units.setdefault(id, Unit(id, row["name"], UUID(id) in own))

    for one in listed:
        if one["row"].gatherer == Gatherer.UNIT_SUMMARIES:
            for row in one["units"]:
                unit(row).summary = row
        elif one["row"].gatherer == Gatherer.ANALYSES_SIDE_BY_SIDE:
            for area in one["areas"]:
                for row in area["units"]:
                    unit(row).areas.append({**row, "title": area["title"]})
            for row in one["units"]:
                unit(row).thought = row
    rest = [one for one in listed if one["row"].gatherer not in BY_UNIT]
    return {"units": sorted(units.values(), key=lambda one: not one.own), "known": set(units), "gathered": rest}
