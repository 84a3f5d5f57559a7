"""What a wheel of the catalogue is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

ANCHORS = (
    "school_year_start",  # 1 July
    "school_year_end",  # 30 June
    "calendar_year_start",
    "calendar_year_end",
    "tertial_1_end",  # 30 April
    "tertial_2_end",  # 31 August
    "tertial_3_end",  # 31 December
)


class Faulty(ValueError):
    """A file of the catalogue that cannot be used; the message names file, line and reason."""


@dataclass(frozen=True)
class Words:
    sv: str = ""
    en: str = ""

    def __str__(self) -> str:
        return self.sv if (get_language() or "sv").startswith("sv") or not self.en else self.en

    def __bool__(self) -> bool:
        return bool(self.sv)


@dataclass(frozen=True)
class When:
    """Exactly one of: months (`month`, `to_month`, or a `day` in it), ISO weeks (`week`, `to_week`, or a `weekday` in
    it, Monday 1), or an anchor.

    anchor: one of ANCHORS, `offset` days from it (before: negative), `length` days long.
    """

    month: int | None = None
    to_month: int | None = None
    day: int | None = None
    week: int | None = None
    to_week: int | None = None
    anchor: str = ""
    offset: int = 0
    length: int = 1
    weekday: int | None = None


@dataclass(frozen=True)
class WhoAt:
    """Whoever holds a role (access/roles.py) at nodes of a level (`organisation.models.NodeKind`)."""

    role: str
    level: str


@dataclass(frozen=True)
class Process:
    """One activity of a wheel; the fields are those of `wheel.models.Activity`."""

    id: str  # "<wheel>/<number>"
    number: str
    kind: str
    title: Words
    when: When
    responsible: WhoAt
    about: Words = Words()
    before: Words = Words()
    leaves: Words = Words()
    routine: Words = Words()
    participants: tuple[WhoAt, ...] = ()
    school_forms: tuple[str, ...] = ()
    done_check: str = "tick"
    done_with: dict[str, Any] = field(default_factory=dict)
    public: bool = False


@dataclass(frozen=True)
class Wheel:
    """A whole wheel. starts: 1 or 7, the month its year usually begins with; any wheel can be laid on either."""

    id: str
    title: Words
    about: Words
    source: Words
    starts: int
    school_forms: tuple[str, ...]
    processes: tuple[Process, ...]
    default: bool = False
