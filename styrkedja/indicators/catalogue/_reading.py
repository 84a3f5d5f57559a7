"""Reads an indicator's file and refuses what the catalogue does not know: a typo is an error, never a silent gap."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from styrkedja.core import periods
from styrkedja.core.values import Place, Population, UnitKind
from styrkedja.indicators.curricula import CONDITIONS, curricula
from styrkedja.indicators.sources import sources
from styrkedja.organisation.models import SchoolForm

from . import OPTIONAL as OPTIONAL_WORDS
from . import Break, Indicator, Part, Source, Words

KINDS = {"mean", "share", "ratio", "index", "difference", "residual", "median", "model"}
UNITS = {"percent", "percentage_points", "points", "number", "index", "days", "per_100"}
DIRECTIONS = {"up", "down", "neutral", "zero"}
COUNTS = {"pupils", "children", "respondents", "staff", "cases", "time"}
OWNERS = {"quality_lead", "administration_head", "chief_education_officer"}
REQUIRED = {
    "kind", "unit", "range", "decimals", "direction", "counts", "school_forms", "levels", "goal_areas", "owner",
    "next_review", "name", "short_name", "phrase", "why_it_matters", "definition",
}  # fmt: skip
OPTIONAL = {"sources", "parts", "breaks", "missing_source", "difference"}
SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
ID = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)*$")


class Faulty(ValueError):
    """A file of the catalogue that cannot be used; the message names file and place."""


def indicator(path: Path) -> Indicator:
    """The indicator a file describes. Raises Faulty."""
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise Faulty(f"{path.name}: {error}") from error
    check = _Check(path.name)
    check.that(bool(ID.match(path.stem)), "the file name is not an id (a-z, 0-9, _)")
    check.keys(data, REQUIRED, OPTIONAL, "the file")
    areas = _goal_areas(check, data["goal_areas"])
    parts = tuple(_part(check, p, areas) for p in data.get("parts", []))
    check.unique([p.id for p in parts], "parts")
    made = Indicator(
        id=path.stem,
        name=check.words(data["name"], "name"),
        short_name=check.words(data["short_name"], "short_name"),
        phrase=_phrase(check, data["phrase"], parts),
        why_it_matters=check.words(data["why_it_matters"], "why_it_matters"),
        definition=check.words(data["definition"], "definition"),
        kind=check.one_of(data["kind"], KINDS, "kind"),
        unit=check.one_of(data["unit"], UNITS, "unit"),
        range=_range(check, data["range"]),
        decimals=check.one_of(data["decimals"], {0, 1, 2}, "decimals"),
        direction=check.one_of(data["direction"], DIRECTIONS, "direction"),
        counts=check.one_of(data["counts"], COUNTS, "counts"),
        school_forms=check.all_of(data["school_forms"], set(SchoolForm.values), "school_forms"),
        levels=check.all_of(data["levels"], {k.value for k in UnitKind}, "levels"),
        goal_areas=areas,
        owner=check.one_of(data["owner"], OWNERS, "owner"),
        next_review=check.date(data["next_review"], "next_review"),
        sources=tuple(_source(check, s, {p.id for p in parts}) for s in data.get("sources", [])),
        listed_parts=parts,
        breaks=tuple(_break(check, b) for b in data.get("breaks", [])),
        missing_source=check.words(data["missing_source"], "missing_source") if "missing_source" in data else None,
        difference=_difference(check, data),
    )
    check.that(bool(made.sources or made.difference or made.missing_source), "no source and no missing_source")
    check.unique([(s.source, s.measure) for s in made.sources], "sources")
    return made


def check_together(found: Mapping[str, Indicator]) -> None:
    """Faults no single file can show: a measure with two meanings, a difference of indicators that are not there."""
    owners: dict[tuple[str, str], str] = {}
    for made in found.values():
        for source in made.sources:
            other = owners.setdefault((source.source, source.measure), made.id)
            if other != made.id:
                raise Faulty(f"{made.id}.toml: {source.source} {source.measure!r} is already {other}'s")
        for id in made.difference or ():
            if id not in found:
                raise Faulty(f"{made.id}.toml: difference: no indicator {id!r}")


class _Check:
    def __init__(self, file: str) -> None:
        self.file = file

    def that(self, holds: bool, fault: str) -> None:
        if not holds:
            raise Faulty(f"{self.file}: {fault}")

    def keys(self, data: Mapping[str, Any], required: set[str], optional: set[str], where: str) -> None:
        missing, unknown = required - data.keys(), data.keys() - required - optional
        self.that(not missing, f"{where} lacks {', '.join(sorted(missing))}")
        self.that(not unknown, f"{where} has unknown {', '.join(sorted(unknown))}")

    def one_of(self, value: Any, allowed: Iterable[Any], where: str) -> Any:
        self.that(value in set(allowed), f"{where} is {value!r}, not one of {', '.join(map(str, sorted(allowed)))}")
        return value

    def all_of(self, values: Any, allowed: set[str], where: str) -> tuple[str, ...]:
        self.that(isinstance(values, list) and bool(values), f"{where} is not a list")
        self.unique(values, where)
        return tuple(self.one_of(value, allowed, where) for value in values)

    def unique(self, values: list[Any], where: str) -> None:
        self.that(len(values) == len(set(values)), f"{where} names something twice")

    def words(self, data: Any, where: str) -> Words:
        self.that(isinstance(data, dict), f"{where} is not a pair of texts")
        self.keys(data, {"sv", "en"}, set(), where)
        for language in ("sv", "en"):
            self.that(isinstance(data[language], str) and bool(data[language].strip()), f"{where}.{language} is empty")
        return Words(data["sv"], data["en"])

    def date(self, value: Any, where: str) -> dt.date:
        if type(value) is not dt.date:
            raise Faulty(f"{self.file}: {where} is not a date")
        return value


def _range(check: _Check, value: Any) -> tuple[float, float]:
    check.that(isinstance(value, list) and len(value) == 2 and value[0] < value[1], "range is not [least, most]")
    return float(value[0]), float(value[1])


def _goal_areas(check: _Check, data: Any) -> dict[str, str]:
    check.that(isinstance(data, dict) and bool(data), "goal_areas is empty")
    for curriculum, area in data.items():
        check.one_of(curriculum, curricula(), "goal_areas")
        check.one_of(area, {a.id for a in curricula()[curriculum].areas} | {CONDITIONS}, f"goal_areas.{curriculum}")
    return dict(data)


def _part(check: _Check, data: Mapping[str, Any], whole: Mapping[str, str]) -> Part:
    check.keys(data, {"id", "sv", "en"}, {"goal_areas", "phrase"}, "a part")
    check.that(bool(SLUG.match(data["id"])), f"part {data['id']!r} is not a slug (a-z, 0-9, -)")
    areas = _goal_areas(check, data["goal_areas"]) if "goal_areas" in data else whole
    name = check.words({k: data[k] for k in ("sv", "en")}, f"part {data['id']}")
    return Part(data["id"], name, areas, check.words(data["phrase"], "part.phrase") if "phrase" in data else None)


def _phrase(check: _Check, data: Any, parts: Collection[Part]) -> Words:
    """What begins a sentence; "{part}" stands in what is left out without a part: "Betygen[ i {part}] i årskurs 9"."""
    found = check.words(data, "phrase")
    for text in (found.sv, found.en):
        named = "{part}" in text
        check.that(named or not parts, "phrase does not say where the part's name stands")
        check.that(not named or "{part}" in "".join(OPTIONAL_WORDS.findall(text)), "phrase: {part} is not in brackets")
    return found


def _source(check: _Check, data: Mapping[str, Any], parts: set[str]) -> Source:
    check.keys(data, {"source", "measure"}, {"part", "place", "population", "unverified"}, "a source")
    check.one_of(data["source"], sources(), "source")
    check.one_of(data.get("part", ""), parts | {""}, "source.part")
    check.one_of(data.get("place", ""), {p.value for p in Place}, "source.place")
    check.one_of(data.get("population", ""), {p.value for p in Population} | {""}, "source.population")
    return Source(**data)


def _break(check: _Check, data: Mapping[str, Any]) -> Break:
    check.keys(data, {"from", "sv", "en"}, {"levels"}, "a break")
    check.that(periods.is_period(data["from"]), f"break from {data['from']!r} is not a period")
    levels = check.all_of(data["levels"], {k.value for k in UnitKind}, "break.levels") if "levels" in data else ()
    return Break(data["from"], check.words({k: data[k] for k in ("sv", "en")}, "break"), levels)


def _difference(check: _Check, data: Mapping[str, Any]) -> tuple[str, str] | None:
    if "difference" not in data:
        return None
    check.keys(data["difference"], {"of", "less"}, set(), "difference")
    return data["difference"]["of"], data["difference"]["less"]
