"""The indicators, one file each: what is measured, why, from which sources, and how to read it.

Serves *Var är vi?* A file in this folder is an indicator; its name is its id (domain.md §2.3), which stands in the
database and is never renamed or used again. `docs/howto/add-an-indicator.md` says how to write one; `_reading` refuses
what it does not know.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.utils.translation import get_language

from styrkedja.core import periods

FOLDER = Path(__file__).parent
OPTIONAL = re.compile(r"\[([^\]]*)\]")  # of a phrase: only where there is a part
LOCAL = "local"
CALC = "calc"


@dataclass(frozen=True)
class Words:
    """A text in both languages; `str()` gives the reader's."""

    sv: str
    en: str

    def __str__(self) -> str:
        return self.sv if _swedish() else self.en


def _swedish() -> bool:
    return (get_language() or "sv").startswith("sv")


@dataclass(frozen=True)
class Part:
    """A subject, a year or a respondent an indicator is told apart by. id "" is the indicator itself.

    phrase: what begins a sentence about it, where the indicator's own does not fit.
    """

    id: str
    name: Words
    goal_areas: Mapping[str, str]
    phrase: Words | None = None


@dataclass(frozen=True)
class Source:
    """A source's measure that gives the indicator, or a part of it.

    place and population say what the observation does not. unverified: the source's own catalogue lacks the measure.
    """

    source: str
    measure: str
    part: str = ""
    place: str = ""
    population: str = ""
    unverified: bool = False


@dataclass(frozen=True)
class Break:
    """From this period on the figures mean something else: no line, no change across it. levels: where it applies."""

    period: str
    text: Words
    levels: tuple[str, ...] = ()

    def lies_between(self, earlier: str, later: str, level: str = "") -> bool:
        """True where the break parts two periods at this level of statistical unit."""
        if self.levels and level and level not in self.levels:
            return False
        return periods.end_year(earlier) < periods.end_year(self.period) <= periods.end_year(later)


@dataclass(frozen=True)
class Indicator:
    """One entry of the catalogue. Values are in `unit`; `range` is its scale, `decimals` what its sources print."""

    id: str
    name: Words
    short_name: Words
    phrase: Words
    why_it_matters: Words
    definition: Words
    kind: str
    unit: str
    range: tuple[float, float]
    decimals: int
    direction: str
    counts: str
    school_forms: tuple[str, ...]
    levels: tuple[str, ...]
    goal_areas: Mapping[str, str]
    owner: str
    next_review: dt.date
    sources: tuple[Source, ...] = ()
    listed_parts: tuple[Part, ...] = ()
    breaks: tuple[Break, ...] = ()
    missing_source: Words | None = None
    difference: tuple[str, str] | None = None  # (indicator, less indicator) of a calculated one

    @cached_property
    def parts(self) -> dict[str, Part]:
        """Every part by id, in the catalogue's order; always with "", the indicator itself."""
        whole = Part("", self.name, self.goal_areas)
        return {"": whole, **{part.id: part for part in self.listed_parts}}

    def part(self, id: str) -> Part:
        """A part; own figures may bring slugs of their own, which are named as they are written."""
        return self.parts.get(id) or Part(id, Words(id, id), self.goal_areas)

    def label(self, part: str = "", *, short: bool = False) -> str:
        """ "Skolenkäten, index: Trygghet, elever i åk 8"."""
        name = str(self.short_name if short else self.name)
        return f"{name}: {self.part(part).name}" if part else name

    def subject(self, part: str = "") -> str:
        """What begins a sentence: "Andelen som klarat alla delprov i matematik i årskurs 3"."""
        own = self.part(part).phrase
        if own is not None:
            return str(own)
        name = str(self.part(part).name)
        inside = OPTIONAL.sub(r"\1" if part else "", str(self.phrase))
        if part and "{part}" not in inside:  # a slug of somebody's own
            return f"{inside} ({name})"
        return inside.replace("{part}", name[:1].lower() + name[1:] if _swedish() else name)

    @property
    def people(self) -> bool:
        """True where the figure is about people who could be recognised in a small group."""
        return self.counts in ("pupils", "children", "respondents", "cases")

    def goal_area(self, curriculum: str, part: str = "") -> str | None:
        """The area of a curriculum the figure stands under; None where it has no place there."""
        return self.part(part).goal_areas.get(curriculum)


@cache
def catalogue() -> dict[str, Indicator]:
    """Every indicator by id, in the order of the pages: the files' `goal_areas` group them, `ORDER` sorts them.

    Raises `_reading.Faulty` for a file that says something the catalogue does not know.
    """
    from . import _reading

    found = {path.stem: _reading.indicator(path) for path in FOLDER.glob("*.toml")}
    _reading.check_together(found)
    rank = {id: place for place, id in enumerate(ORDER)}
    return dict(sorted(found.items(), key=lambda item: (rank.get(item[0], len(rank)), item[0])))


def indicator(id: str) -> Indicator:
    """Raises KeyError for an id that is not in the catalogue."""
    return catalogue()[id]


# Most telling first, as on a page; an indicator not named here comes last, by id.
ORDER = (
    "pass_all_final", "merit17", "elig_yr", "pass_all_y6", "pass_subject_y6", "np3_all_parts", "assess_y1",
    "subject_points", "np_points", "elig_es", "elig_ekhusa", "elig_nate", "salsa_merit_res", "salsa_pass_res",
    "salsa_merit_model", "merit16", "exam_3y", "exam_4y", "gbp_exam", "gbp", "he_elig", "np_net", "np_higher",
    "np_lower", "survey_index", "survey_positive", "offence_rate", "complaint_days", "teacher_cert",
    "pupils_per_teacher", "preschool_cert", "children_per_staff", "group_size", "absence_total", "absence_invalid",
    "absence_problem",
)  # fmt: skip
