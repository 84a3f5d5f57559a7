"""Introduces the catalogue of indicators to the import of local figures, which lies below it (`INTAKE_INDICATORS`)."""

from __future__ import annotations

from styrkedja.indicators.catalogue import Indicator, catalogue
from styrkedja.intake.context import LocalIndicator
from styrkedja.intake.parsing import IndicatorRule

UNITS = {
    "percent": ("%", "%"),
    "percentage_points": ("procentenheter", "percentage points"),
    "points": ("poäng", "points"),
    "number": ("tal", "number"),
    "index": ("index", "index"),
    "days": ("dagar", "days"),
    "per_100": ("per 100", "per 100"),
}
PEOPLE = {"pupils", "children", "respondents", "staff"}


def local_indicators() -> list[LocalIndicator]:
    """Every indicator that is observed; calculated ones follow from others and are not filled in."""
    return [_local(entry) for entry in catalogue().values() if entry.difference is None]


def _local(entry: Indicator) -> LocalIndicator:
    sv, en = UNITS[entry.unit]
    return LocalIndicator(
        id=entry.id,
        name={"sv": entry.name.sv, "en": entry.name.en},
        unit={"sv": sv, "en": en},
        rule=_rule(entry),
        parts=tuple((part.id, part.name.sv, part.name.en) for part in entry.listed_parts),
    )


def _rule(entry: Indicator) -> IndicatorRule:
    """How numerator and denominator make the value, and which of them is a number of people."""
    hundred = entry.unit in ("percent", "per_100")
    share_of_people = entry.kind == "share" and entry.counts in PEOPLE
    parts = tuple(part.id for part in entry.listed_parts)
    return IndicatorRule(factor=100.0 if hundred else 1.0, bounded=share_of_people, parts=parts, people=_people(entry))


def _people(entry: Indicator) -> str:
    """A share is of people, and so many per hundred of them; other ratios are of people to something else.

    Staff is counted in posts, of which there are fractions: who is how many has to be said (column "antal").
    """
    if entry.counts not in PEOPLE - {"staff"} or entry.kind not in ("share", "ratio"):
        return ""
    return "denominator" if entry.kind == "share" or entry.unit == "per_100" else "numerator"
