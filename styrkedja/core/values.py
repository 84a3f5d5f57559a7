"""Small shared types of a figure: what a value's state is, about whom, and which place it is counted at.

They stand in `core` because every step of the cycle speaks of them: intake writes them, indicators
read them, reports print them. Source: Skolverket's symbols (`..`, `.`, `...`, `~100`, `-`, `*`) and
domain.md §2.2.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """What is known of a value. Only `SHOWN` and a numeric `APPROXIMATE` carry a number."""

    SHOWN = "shown"
    APPROXIMATE = "approximate"  # "cirka 370" (number kept) or "~100" (1-4 pupils missed: no number)
    SUPPRESSED = "suppressed"  # "..", "...", "-": someone knows it, we may not
    MISSING = "missing"  # ".", null: nobody reported it
    NOT_APPLICABLE = "not_applicable"  # "*": the question does not arise


class UnitKind(StrEnum):
    """Kinds of statistical units: whom a published figure is about."""

    SCHOOL_UNIT = "school_unit"  # code: 8 digits (preschools without one: a code of our own)
    HUVUDMAN = "huvudman"  # code: organisation number, 10 digits
    KOMMUN = "kommun"  # code: 4 digits
    RIKET = "riket"  # code: "riket"


class Group(StrEnum):
    """Whom within the unit: T all, K girls/women, M boys/men (Kolada's letters)."""

    ALL = "T"
    GIRLS = "K"
    BOYS = "M"


class Place(StrEnum):
    """Where a pupil is counted (domain.md §2.1); the same measure differs between them."""

    NONE = ""  # the unit itself: a school unit, an organiser, the nation
    HOME = "hemkommun"
    LOCATION = "lageskommun"
    MUNICIPAL = "kommunal"  # schools run by the municipality
    INDEPENDENT = "fristaende"


class Population(StrEnum):
    ALL = "all"
    EXCL_NEW_UNKNOWN = "excl_new_unknown"  # without newly immigrated and unknown background
