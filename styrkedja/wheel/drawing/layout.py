"""From the activities of a year to where each stands: rings outside in, lanes within a ring, months clockwise.

An arc's place is never shared: what overlaps gets another lane, and an arc's words are counted in where the year has
room for them. A year with more than the rings can hold keeps every activity all the same: those left over in a month
become one arc that says how many they are.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from styrkedja.wheel.entries import Entry, Return

from .geometry import Year, degrees, length
from .labels import PAD, Words
from .rings import LEVELS, Rings

USUAL, LARGE = 354.0, 424.0  # the rim of the outermost ring, in most years and in those that hold very much
AROUND = 36.0  # beyond the rim: weeks and months
SMALLEST_CENTRE, LARGEST_CENTRE = 82.0, 168.0
HEAD, FOOT = 14.5, 2.5  # of a ring: for its name, and towards the next
RETURN_LANE, MOST_RETURN_LANES = 9.0, 2
APART = 3.0  # between two things in a lane
BEFORE_LABEL = 4.0
MARK_ONLY = -1.0
# The room kept for words, the lane's height and the rim, from airy to tight: the first that the year fits is taken.
TRIES = [
    *((240.0, 25.0, USUAL), (240.0, 22.0, USUAL), (180.0, 22.0, USUAL), (180.0, 19.0, USUAL), (140.0, 19.0, USUAL)),
    *((140.0, 17.0, USUAL), (110.0, 17.0, USUAL), (84.0, 17.0, USUAL), (84.0, 15.0, USUAL), (60.0, 15.0, USUAL)),
    *((60.0, 14.0, USUAL), (0.0, 14.0, USUAL), (84.0, 15.5, LARGE), (60.0, 15.5, LARGE), (60.0, 14.0, LARGE)),
    *((0.0, 14.0, LARGE), (MARK_ONLY, 14.0, LARGE)),
]
_found: dict[tuple[Any, ...], int] = {}  # by `_shape`: which of the tries fits, or how many there are
SHAPES = 200  # so many are remembered
LAST = (0.0, 15.0, LARGE)  # numbers at least, for what is shown one by one of a year too full for that


@dataclass(frozen=True)
class Bar:
    """One activity: its arc, and where its words stand, if there is room for any. Angles in degrees."""

    entry: Entry
    words: Words
    ring: str
    radius: float  # of the middle of its lane
    begin: float
    end: float
    label_begin: float
    label_end: float
    inside: bool  # the words stand in the arc, not beside it

    @property
    def reserved(self) -> tuple[float, float]:
        return min(self.begin, self.label_begin), max(self.end, self.label_end)


@dataclass(frozen=True)
class More:
    """The activities of a month that there is no lane for, as one arc."""

    ring: str
    month: dt.date
    entries: tuple[Entry, ...]
    radius: float
    begin: float
    end: float


@dataclass(frozen=True)
class Back:
    """Promised feedback: a dashed line at the rim of the ring it goes to; `more` others have no line of their own."""

    one: Return
    radius: float
    begin: float
    end: float
    leads: int  # 1 inward, -1 outward, 0 along the ring
    more: int = 0


@dataclass(frozen=True)
class Ring:
    key: str
    outer: float
    inner: float
    lanes: int


@dataclass
class Layout:
    year: Year
    height: float  # of a lane
    outer: float  # the rim of the outermost ring
    rings: list[Ring] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    more: list[More] = field(default_factory=list)
    back: list[Back] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Where the wheel's centre stands on the sheet, from its left and its top."""
        return self.outer + AROUND

    @property
    def centre(self) -> float:
        """The radius of what is free in the middle."""
        return self.rings[-1].inner if self.rings else LARGEST_CENTRE


def lay_out(entries: Iterable[Entry], year: Year, returns: Sequence[Return] = (), rings: Rings = LEVELS) -> Layout:
    """Where everything stands. Every entry is a bar or one of a `More`; every return a line or counted by one."""
    by_ring: dict[str, list[Words]] = {ring: [] for ring in rings.names}
    for entry in sorted(entries, key=lambda e: (e.starts, e.ends, e.activity.number, e.title)):
        by_ring[rings.of(entry)].append(Words(entry))
    owed: dict[str, list[Return]] = {ring: [] for ring in rings.names}
    for one in sorted(returns, key=lambda r: (r.opened, r.due)):
        owed[rings.back(one)].append(one)
    wanted = {ring: words for ring, words in by_ring.items() if words or owed[ring]}
    return _fitted(year, wanted, owed, rings) or _Fitting(year, LAST, owed, rings).squeeze(wanted)


def _fitted(year: Year, wanted: dict[str, list[Words]], owed: dict[str, list[Return]], rings: Rings) -> Layout | None:
    """The airiest try that the year fits, which is the same each time the same year is drawn."""
    shape = _shape(year, wanted, owed, rings)
    if shape not in _found:
        low, high = 0, len(TRIES)
        while low < high:  # each is tighter than the one before: halving finds the first that fits
            middle = (low + high) // 2
            fits = _Fitting(year, TRIES[middle], owed, rings).fit(wanted)
            low, high = (low, middle) if fits else (middle + 1, high)
        if len(_found) >= SHAPES:
            _found.clear()
        _found[shape] = low
    known = _found[shape]
    return _Fitting(year, TRIES[known], owed, rings).fit(wanted) if known < len(TRIES) else None


def _shape(year: Year, wanted: dict[str, list[Words]], owed: dict[str, list[Return]], rings: Rings) -> tuple[Any, ...]:
    """All that decides which try fits."""
    arcs = tuple(
        (ring, tuple((w.entry.starts, w.entry.ends, w.width, w.number_width, w.icons) for w in words))
        for ring, words in wanted.items()
    )
    returns = tuple((ring, tuple((one.opened, one.due) for one in held)) for ring, held in owed.items())
    return year.first, year.last, rings.id, arcs, returns


class _Lane:
    """What stands in one lane, as (begin, end) in degrees."""

    def __init__(self, radius: float) -> None:
        self.radius = radius
        self.gap = degrees(APART, radius)
        self.bars: list[Bar] = []
        self.taken: list[tuple[float, float]] = []  # in order; they never overlap

    def free(self, begin: float, end: float) -> bool:
        place = bisect_left(self.taken, (begin, end))
        after = place == len(self.taken) or end + self.gap <= self.taken[place][0]
        return after and (place == 0 or self.taken[place - 1][1] + self.gap <= begin)

    def take(self, bar: Bar) -> None:
        self.bars.append(bar)
        insort(self.taken, bar.reserved)


class _Fitting:
    """One try: lanes so high, so much room kept for the words of each arc."""

    def __init__(
        self, year: Year, measures: tuple[float, float, float], owed: dict[str, list[Return]], rings: Rings
    ) -> None:
        self.year, self.owed, self.rings = year, owed, rings
        self.room, self.height, self.outer = measures
        self.spans: dict[Words, tuple[float, float]] = {}
        self.layout = Layout(year, self.height, self.outer)

    def fit(self, wanted: dict[str, list[Words]]) -> Layout | None:
        outer = self.outer
        for ring, words in wanted.items():
            top = outer - self._head(ring)
            most = int((top - SMALLEST_CENTRE - FOOT) / self.height)
            lanes, left = self._fill(ring, words, top, most, whole=True)
            if left:
                return None
            outer = self._close(ring, outer, top, lanes, len(lanes))
        return self._spread()

    def squeeze(self, wanted: dict[str, list[Words]]) -> Layout:
        """Everything there is room for, and one arc a month and ring for the rest."""
        heads = sum(self._head(ring) + FOOT for ring in wanted)
        shares = _shares(self._demands(wanted), int((self.outer - SMALLEST_CENTRE - heads) / self.height))
        outer = self.outer
        for ring, words in wanted.items():
            top, most = outer - self._head(ring), shares[ring]
            lanes, left = self._fill(ring, words, top, most)
            if left:
                lanes, left = self._fill(ring, words, top, most - 1)
                lanes.append(self._gather(ring, left, top - (most - 0.5) * self.height))
            outer = self._close(ring, outer, top, lanes, most if left else len(lanes))
        return self._spread()

    def _head(self, ring: str) -> float:
        lanes = min(len(_return_lanes(self.owed[ring], self.year)), MOST_RETURN_LANES)
        return HEAD + lanes * RETURN_LANE

    def _demands(self, wanted: dict[str, list[Words]]) -> dict[str, int]:
        """How many lanes each ring would take if it stood in the middle of the room for all."""
        middle = (self.outer + SMALLEST_CENTRE) / 2 + 10 * self.height
        return {ring: len(self._fill(ring, words, middle, 999)[0]) + 1 for ring, words in wanted.items()}

    def _fill(
        self, ring: str, words: list[Words], top: float, most: int, *, whole: bool = False
    ) -> tuple[list[_Lane], list[Words]]:
        """First fit by date; what no lane has room for is left. `whole`: stop at the first of these."""
        lanes: list[_Lane] = []
        left: list[Words] = []
        for one in words:
            span, wanted = self._span(one), self._wanted(one)
            for lane in lanes:
                spot = _spot(one, span, wanted, lane.radius)
                if lane.free(min(spot[0], spot[2]), max(spot[1], spot[3])):
                    lane.take(Bar(one.entry, one, ring, lane.radius, *spot))
                    break
            else:
                if len(lanes) < most:
                    lane = _Lane(max(top - (len(lanes) + 0.5) * self.height, SMALLEST_CENTRE / 2))
                    lane.take(Bar(one.entry, one, ring, lane.radius, *_spot(one, span, wanted, lane.radius)))
                    lanes.append(lane)
                    continue
                left.append(one)
                if whole:
                    break
        return lanes, left

    def _span(self, words: Words) -> tuple[float, float]:
        if words not in self.spans:
            self.spans[words] = self.year.span(words.entry.starts, words.entry.ends)
        return self.spans[words]

    def _wanted(self, words: Words) -> float:
        if self.room == MARK_ONLY:
            return 0.0
        least = words.number_width or min(words.width, 40.0)
        return max(min(words.width, self.room), least)

    def _close(self, ring: str, outer: float, top: float, lanes: list[_Lane], counted: int) -> float:
        """The ring is done; its inner rim is the outer rim of the next."""
        for lane in lanes:
            self.layout.bars += _widened(lane)
        inner = top - max(counted, 1) * self.height - FOOT
        self.layout.rings.append(Ring(ring, outer, inner, counted))
        self._returns(ring, top)
        return inner

    def _gather(self, ring: str, left: list[Words], radius: float) -> _Lane:
        """The ring's last lane: an arc for the rest of each month; one that is alone stands there itself if it can."""
        months: dict[dt.date, list[Words]] = defaultdict(list)
        firsts = [first for first, _begin, _end in self.year.months]
        for words in left:
            months[max((m for m in firsts if m <= words.entry.starts), default=firsts[0])].append(words)
        lane, inset = _Lane(radius), degrees(APART, radius)
        spans = {first: (begin + inset, end - inset) for first, begin, end in self.year.months}
        for first, found in sorted(months.items(), key=lambda pair: pair[0]):
            begin, end = spans[first]
            spot = _spot(found[0], self._span(found[0]), self._wanted(found[0]), radius)
            bar = Bar(found[0].entry, found[0], ring, radius, *spot)
            if len(found) == 1 and begin <= bar.reserved[0] and bar.reserved[1] <= end:
                lane.take(bar)
            else:
                insort(lane.taken, (begin, end))
                self.layout.more.append(More(ring, first, tuple(w.entry for w in found), radius, begin, end))
        return lane

    def _returns(self, ring: str, top: float) -> None:
        lanes = _return_lanes(self.owed[ring], self.year)
        over = sum(len(lane) for lane in lanes[MOST_RETURN_LANES:])
        for number, lane in enumerate(lanes[:MOST_RETURN_LANES]):
            radius = top + (number + 0.5) * RETURN_LANE
            for place, one in enumerate(lane):
                begin, end = _return_span(one, self.year)
                more = over if number == 0 and place == len(lane) - 1 else 0
                self.layout.back.append(Back(one, radius, begin, end, self.rings.leads(one), more))

    def _spread(self) -> Layout:
        self.layout.bars.sort(key=lambda b: (b.entry.starts, b.entry.ends, b.entry.activity.number))
        return self.layout


def _spot(
    words: Words, span: tuple[float, float], wanted: float, radius: float
) -> tuple[float, float, float, float, bool]:
    """The arc by exact days, never shorter than its icons, and the room its words are promised: the end of a `Bar`."""
    begin, end = span
    least = degrees(words.icons, radius)
    if end - begin < least:
        begin = min(begin, 360 - least)
        end = begin + least
    if wanted > 0 and length(end - begin, radius) < words.icons + wanted:
        beside = degrees(wanted + BEFORE_LABEL + 1, radius)
        if end + beside <= 360:
            return begin, end, end, end + beside, False
        if begin >= beside:
            return begin, end, begin - beside, begin, False
    return begin, end, begin, end, True


def _beside(bar: Bar, begin: float, end: float) -> Bar:
    return Bar(bar.entry, bar.words, bar.ring, bar.radius, bar.begin, bar.end, begin, end, inside=False)


def _widened(lane: _Lane) -> list[Bar]:
    """The lane's arcs in order; words get the room there is to the next, and those without any try beside."""
    bars = sorted(lane.bars, key=lambda b: b.reserved)
    made: list[Bar] = []
    for bar in bars:
        place = bisect_left(lane.taken, bar.reserved) + 1
        until = lane.taken[place][0] - lane.gap if place < len(lane.taken) else 360.0
        room = length(bar.end - bar.begin, lane.radius) - bar.words.icons
        short = bar.inside and room < bar.words.width and degrees(PAD, lane.radius) < until - bar.end
        if (short and length(until - bar.end, lane.radius) > room) or (not bar.inside and bar.label_begin >= bar.end):
            most = bar.end + degrees(bar.words.width + BEFORE_LABEL + 1, lane.radius)
            made.append(_beside(bar, bar.end, max(min(until, most), bar.label_end if not bar.inside else bar.end)))
        elif not bar.inside:
            before = [*lane.taken[: place - 1][-1:], *(one.reserved for one in made[-1:])]
            since = max((end + lane.gap for _begin, end in before), default=0.0)
            most = bar.begin - degrees(bar.words.width + BEFORE_LABEL + 1, lane.radius)
            made.append(_beside(bar, min(max(since, most), bar.label_begin), bar.begin))
        else:
            made.append(bar)
    return made


def _return_span(one: Return, year: Year) -> tuple[float, float]:
    begin, end = year.span(one.opened, max(one.due, one.opened))
    return begin, min(max(end, begin + 3.0), 360.0)


def _return_lanes(returns: Sequence[Return], year: Year) -> list[list[Return]]:
    lanes: list[list[Return]] = []
    ends: list[float] = []
    for one in returns:
        begin, end = _return_span(one, year)
        free = next((i for i, last in enumerate(ends) if last + 1.5 <= begin), None)
        if free is None:
            lanes.append([one])
            ends.append(end)
        else:
            lanes[free].append(one)
            ends[free] = end
    return lanes


def _shares(demands: dict[str, int], lanes: int) -> dict[str, int]:
    """Lanes dealt out one at a time to the rings that still want one; at least two where one is not enough."""
    shares = {ring: min(demand, 2) for ring, demand in demands.items()}
    while sum(shares.values()) < lanes:
        hungry = [ring for ring, demand in demands.items() if shares[ring] < demand]
        if not hungry:
            break
        least = min(hungry, key=lambda ring: shares[ring])
        shares[least] += 1
    return shares
