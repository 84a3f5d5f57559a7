"""The shapes the checks share: what is asked about, what is found, and which task it shows to be done."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from styrkedja.core import periods
from styrkedja.wheel.models import Activity, DoneCheck

BEFORE, AFTER = dt.timedelta(days=30), dt.timedelta(days=60)  # of a year: work made a little outside it still counts
EARLY = dt.timedelta(days=45)  # before its first day: what returns each term is not done by what the term before gave
RETURNING = (DoneCheck.IMPORT, DoneCheck.MEETING, DoneCheck.REQUEST)
DAY = dt.timedelta(days=1)
PERIODS = {"before": -1, "own": 0, "next": 1}


def text(field: str) -> Cast:
    """An id as text: there are thousands to look up, and the driver makes an object of each UUID."""
    return Cast(field, TextField())


# Of a task whose place has been merged: who it was, and who has it now.
PAIR = Concat(text("original"), Value(">", output_field=TextField()), text("node"), output_field=TextField())


@cache
def years_between(one: str, other: str) -> int | None:
    """How many years later the other ends; None of what is no period. A few pairs, asked of thousands of rows."""
    if not periods.is_period(one) or not periods.is_period(other):
        return None
    return periods.end_year(other) - periods.end_year(one)


def period_from(named: str, old: str, new: str) -> str:
    """A period named in a year ("own", "before", "next", or itself) as it is named from another year."""
    away = years_between(new, _itself(named, old)) or 0
    by_distance = {off: name for name, off in PERIODS.items()}
    return by_distance.get(away, _itself(named, old))


def _itself(named: str, year: str) -> str:
    if named not in PERIODS:
        return named
    ends = periods.end_year(year) + PERIODS[named]
    return periods.school_year(ends) if "/" in year else str(ends)


class Evidence(NamedTuple):
    """What showed it: on which day, by whom ("" where nobody stands), and how to say it. url: "" or a page."""

    on: dt.date
    by: str
    words: Callable[[], str]
    url: Callable[[], str]


def nowhere() -> str:
    return ""


class Row(NamedTuple):
    """One piece of evidence as the database gives it (`SELECT` of each check).

    node: of which place; "" of the whole organiser. of: what an activity may ask for. ref: id of what it is, or "".
    """

    check: str
    node: str
    of: list[Any]
    on: dt.date
    by: str | None
    ref: str


@dataclass(frozen=True, slots=True)
class Window:
    """When one activity is to be done. whose: the node of its year, and the node that has added it."""

    id: UUID
    starts: dt.date
    ends: dt.date
    check: str
    asks: dict[str, Any]
    same: tuple[Any, ...]  # what compete for the same evidence have in common
    period: str
    level: str = ""
    forms: tuple[str, ...] = ()

    @property
    def pinned(self) -> bool:
        """Its evidence is told by something else than its day."""
        return "period" in self.asks or self.check == DoneCheck.TICK

    def distance(self, day: dt.date) -> int:
        return max((self.starts - day).days, (day - self.ends).days, 0)

    def each(self, key: str) -> list[str]:
        """What is asked for under a key, one or several; none where it is left out."""
        asked = self.asks.get(key, [])
        return [asked] if isinstance(asked, str) else list(asked)

    def has(self, key: str, value: str) -> bool:
        """Is it what is asked for, or is nothing asked for?"""
        return not self.asks.get(key) or value in self.each(key)

    def takes(self, period: str) -> bool:
        """A document or goal for the period named; where none is, for the year itself, the one before or the next."""
        off = years_between(self.period, period)
        if off is None:
            return False
        if "period" not in self.asks:
            return abs(off) <= 1
        named = self.asks["period"]
        return off == PERIODS[named] if named in PERIODS else years_between(named, period) == 0


def window_of(one: Activity) -> Window:
    """Of an activity that has been read already, with its year."""
    year = one.cycle
    same = (one.level, one.school_forms, one.node_id, one.continues_id, year.node_id, year.wheel, year.period)
    return window((one.pk, one.starts, one.ends, one.done_check, one.done_with, *same))


def window(row: tuple[Any, ...]) -> Window:
    """From a row of `COLUMNS`."""
    id, starts, ends, check, asks, level, forms, node, continues, of, wheel, period = row
    same: tuple[Any, ...] = (of, wheel, node, check, level, tuple(forms), json.dumps(asks, sort_keys=True))
    # Goals of a year show both its own activity and what is carried over from the year before; a meeting is one of two.
    if "period" in (asks or {}):
        same = (*same, continues)
    return Window(id, starts, ends, check, asks or {}, same, period, level, tuple(forms))


COLUMNS = (
    "pk", "starts", "ends", "done_check", "done_with", "level", "school_forms", "node", "continues",
    "cycle__node", "cycle__wheel", "cycle__period",
)  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """The tasks asked about: the places of each activity. A place is named by who it was when it got the task.

    stands: of those that have been merged, the node that has their tasks today.
    """

    places: Mapping[UUID, Collection[str]]
    stands: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def nodes(self) -> frozenset[str]:
        """Everybody whose work may show one of the tasks done."""
        return frozenset().union(*{id(one): one for one in self.places.values()}.values(), self.stands.values())

    @cached_property
    def were(self) -> dict[str, list[str]]:
        """Whose tasks a node has, beside its own."""
        found: dict[str, list[str]] = defaultdict(list)
        for before, now in self.stands.items():
            found[now].append(before)
        return dict(found)


class Asked:
    """What one check is asked: its activities, their rivals for the same evidence, and between which days to look."""

    def __init__(self, wanted: Wanted, windows: Iterable[Window], today: dt.date) -> None:
        self.wanted, self.today = wanted, today
        self.values: dict[str, Any] = {}  # what the check's statement is given beside nodes and days
        groups: dict[tuple[Any, ...], list[Window]] = defaultdict(list)
        for one in windows:
            groups[one.same].append(one)
        self.groups = [
            sorted(group, key=lambda w: (w.starts, w.ends))
            for group in groups.values()
            if any(one.id in wanted.places for one in group)
        ]
        self.windows = [one for group in self.groups for one in group if one.id in wanted.places]
        self.years = {p: periods.bounds(p) for p in {one.period for group in self.groups for one in group}}

    @property
    def nodes(self) -> frozenset[str]:
        return self.wanted.nodes

    @cached_property
    def days(self) -> tuple[dt.date, dt.date]:
        """First and last day of what is looked at; a year earlier where a period is named."""
        held = [(one, self.years[one.period]) for one in self.windows]
        first = min(bounds[0] - (365 * DAY if one.pinned else BEFORE) for one, bounds in held)
        return first, max(bounds[1] for _one, bounds in held) + AFTER

    @cached_property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """The same, as the first moment and the last."""
        first, last = self.days
        ends = dt.datetime.combine(last, dt.time.max)
        return timezone.make_aware(dt.datetime.combine(first, dt.time.min)), timezone.make_aware(ends)

    @cached_property
    def periods(self) -> list[str]:
        """Every period a document or goal may be for, of both kinds."""
        ends = {periods.end_year(p) + off for p in self.years for off in PERIODS.values()}
        ends |= {periods.end_year(p) for p in self.each("period") if p not in PERIODS}
        return [p for end in ends for p in (str(end), periods.school_year(end))]

    def each(self, key: str) -> set[str]:
        return {value for one in self.windows for value in one.each(key)}

    def within(self, one: Window, day: dt.date) -> bool:
        if one.pinned:
            return True
        first, last = self.years[one.period]
        opens = one.starts - EARLY if one.check in RETURNING else first - BEFORE
        return max(opens, first - BEFORE) <= day <= last + AFTER


Shown = dict[UUID, dict[str, Evidence]]  # by activity and place


def by_day(
    asked: Asked, rows: Iterable[Row], fits: Callable[[Window, list[Any]], bool], made: Callable[[Row], Evidence]
) -> Shown:
    """Each piece of evidence to the task that lies nearest in time, of those it `fits`."""
    shown: Shown = defaultdict(dict)
    taken: set[tuple[UUID, str]] = set()
    for row in sorted(rows, key=lambda row: row.on):
        for group in asked.groups:
            near = [w for w in group if fits(w, row.of) and asked.within(w, row.on)]
            for place in _places(asked.wanted, near, row.node):
                _give(asked.wanted, near, place, made(row), shown, taken)
    return dict(shown)


def _places(wanted: Wanted, near: list[Window], node: str) -> Iterable[str]:
    if not near:
        return ()
    if not node:
        return {place for one in near for place in wanted.places.get(one.id, ())}
    return (node, *wanted.were.get(node, ()))


def _give(
    wanted: Wanted, near: list[Window], place: str, evidence: Evidence, shown: Shown, taken: set[tuple[UUID, str]]
) -> None:
    """To the nearest of the place's own; of several equally near to the first that has nothing yet."""
    mine = [w for w in near if w.id not in wanted.places or place in wanted.places[w.id]]
    if not mine:
        return
    least = min(w.distance(evidence.on) for w in mine)
    nearest = [w for w in mine if w.distance(evidence.on) == least]
    its = next((w for w in nearest if (w.id, place) not in taken), nearest[0])
    taken.add((its.id, place))
    if its.id in wanted.places:
        shown[its.id].setdefault(place, evidence)
