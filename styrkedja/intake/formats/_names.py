"""Names the formats share: periods as people write them, unit codes by their shape, municipalities by name."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache
from pathlib import Path

from styrkedja.core.periods import is_period, school_year
from styrkedja.core.values import Group, Place, UnitKind

SCHOOL_YEAR_WRITTEN = re.compile(
    r"^(?:l\u00e4s\u00e5ret?\s*)?((?:19|20)\d\d)\s*[/\u2013-]\s*((?:19|20)?\d\d)$", re.IGNORECASE
)
TERM = re.compile(r"^([VH]T)\s*-?((?:20)?\d\d)$", re.IGNORECASE)
FIRST_YEAR = 1970
GROUPS = {
    **dict.fromkeys(
        ("t", "alla", "totalt", "samtliga", "total", "all", "b\u00e5da", "b\u00e5da k\u00f6nen", ""), Group.ALL.value
    ),
    **dict.fromkeys(("k", "kvinnor", "kvinna", "flickor", "flicka", "girls", "women", "female"), Group.GIRLS.value),
    **dict.fromkeys(("m", "m\u00e4n", "man", "pojkar", "pojke", "boys", "men", "male"), Group.BOYS.value),
}
HERE = Path(__file__).parent


@lru_cache(maxsize=4096)
def period_of(text: str) -> str | None:
    """A period as stored ("2024/25", "2024"), or None. "2024-2025", "VT25" and "HT24" mean school years too."""
    text = text.strip()
    term = TERM.match(text)
    if term:
        year = int(term[2]) % 100 + 2000
        period = school_year(year if term[1].upper() == "VT" else year + 1)
    elif written := SCHOOL_YEAR_WRITTEN.match(text):
        period = f"{written[1]}/{written[2][-2:]}"
    else:
        period = text
    latest = dt.datetime.now(tz=dt.UTC).year + 1
    return period if is_period(period) and FIRST_YEAR <= int(period[:4]) <= latest else None


def group_of(text: str) -> str | None:
    """T, K or M, or None for a word that names no group."""
    return GROUPS.get(text.strip().lower())


def kind_of(code: str) -> str | None:
    """The kind of unit by the shape of its code; None for no code we know."""
    if code.lower() == UnitKind.RIKET.value:
        return UnitKind.RIKET.value
    if not code.isascii() or not code.isdigit():
        return None
    kinds = {8: UnitKind.SCHOOL_UNIT.value, 10: UnitKind.HUVUDMAN.value, 4: UnitKind.KOMMUN.value}
    return kinds.get(len(code))


def place_of(title: str) -> str:
    """Where the pupils of a Kolada measure are counted, by its title; "" where the title does not say."""
    lowered = title.lower()
    if "hemkommun" in lowered:
        return Place.HOME.value
    if "l\u00e4geskommun" in lowered:
        return Place.LOCATION.value
    if "frist\u00e5ende" in lowered or "enskild" in lowered:
        return Place.INDEPENDENT.value
    return Place.MUNICIPAL.value if re.search(r"\bkommunala? |egen regi", lowered) else Place.NONE.value


@cache
def municipalities() -> dict[str, str]:
    """Code -> name of Sweden's municipalities and regions, and 0000 Riket. Source: Kolada's municipality list (v3)."""
    return _two_columns("_municipalities.tsv")


@cache
def municipality_codes() -> dict[str, str]:
    """Name in small letters -> code; a municipality before the region of the same name."""
    return {name.lower(): code for code, name in sorted(municipalities().items())}


@cache
def kolada_titles() -> dict[str, str]:
    """KPI id -> title for Kolada's measures of preschool, school and adult education. Source: Kolada's KPI list
    (v3)."""
    return _two_columns("_kolada_kpis.tsv")


def _two_columns(name: str) -> dict[str, str]:
    lines = (HERE / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t", 1) for line in lines if line and not line.startswith("#"))
