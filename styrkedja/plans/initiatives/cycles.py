"""The cycles of follow-up: tertials ("2026-T1") or terms ("2026-VT", "2026-HT"), as the organiser has chosen.

Assignments of lead and development teachers are followed up twice a year: each term, whatever the organiser's cycle.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from styrkedja.plans.models import PlanSettings

Cycle = PlanSettings.Cycle
CODE = re.compile(r"(\d{4})-(VT|HT|T[123])\Z")
MONTHS = {"VT": (1, 6), "HT": (7, 12), "T1": (1, 4), "T2": (5, 8), "T3": (9, 12)}
DAY = dt.timedelta(days=1)
SETTLING = dt.timedelta(days=30)  # what has begun later than this before a cycle ends is followed up in the next


@dataclass(frozen=True)
class Due:
    """A follow-up that is to be made: for which cycle, and its last day."""

    cycle: str
    last_day: dt.date

    def is_late(self, today: dt.date) -> bool:
        return self.last_day < today

    @property
    def name(self) -> str:
        return name(self.cycle)


def on(day: dt.date, how: str) -> str:
    """The cycle a day lies in."""
    if how == Cycle.TERM:
        return f"{day.year}-{'VT' if day.month <= 6 else 'HT'}"
    return f"{day.year}-T{(day.month - 1) // 4 + 1}"


def bounds(cycle: str) -> tuple[dt.date, dt.date]:
    """First and last day. Raises ValueError for what is no cycle."""
    match = CODE.match(cycle)
    if match is None:
        raise ValueError(f"not a cycle: {cycle!r}")
    year, (first, last) = int(match[1]), MONTHS[match[2]]
    after = dt.date(year + last // 12, last % 12 + 1, 1)
    return dt.date(year, first, 1), after - DAY


def name(cycle: str) -> str:
    """ "spring term 2026", "tertial 1 2026"."""
    year, _dash, part = cycle.partition("-")
    if part == "VT":
        return _("spring term %(year)s") % {"year": year}
    if part == "HT":
        return _("autumn term %(year)s") % {"year": year}
    return _("tertial %(number)s %(year)s") % {"number": part[1:], "year": year}


def between(first: dt.date, last: dt.date, how: str) -> Iterator[str]:
    """Every cycle in which some day of the span lies, in order."""
    day = first
    while day <= last:
        cycle = on(day, how)
        yield cycle
        day = bounds(cycle)[1] + DAY


def due(first: dt.date, last: dt.date, made: set[str], today: dt.date, how: str) -> Due | None:
    """The earliest follow-up that is to be made of what runs from `first` to `last`, the one of today's cycle included.

    Older ones than the last cycle are not asked for: nobody remembers, and the next says more.
    """
    running = list(between(first, min(last, today), how))[-2:]
    for cycle in running:
        starts, ends = bounds(cycle)
        if cycle not in made and first <= max(ends - SETTLING, starts):
            return Due(cycle, ends)
    return None


def coming(last: dt.date, today: dt.date, how: str) -> Due | None:
    """The follow-up after today's cycle, of what lasts that long."""
    starts = bounds(on(today, how))[1] + DAY
    cycle = on(starts, how)
    return Due(cycle, bounds(cycle)[1]) if starts <= last else None
