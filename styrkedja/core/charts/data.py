"""What a chart is drawn from: plain JSON data, read once into points that know whether they hold a number."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from styrkedja.core.periods import end_year, is_period
from styrkedja.core.values import State

from .text import clean, number

WITH_NUMBER = (State.SHOWN, State.APPROXIMATE)
UNITS_AFTER = {"%": " %"}


@dataclass(frozen=True, slots=True)
class Point:
    """A value at a period. `value` is None unless the state carries a number: a gap, never zero."""

    period: str
    value: float | None
    state: str
    display: str
    interval: tuple[float, float] | None = None
    n: int | None = None

    @property
    def approximate(self) -> bool:
        return self.state == State.APPROXIMATE

    def words(self, unit: str = "") -> str:
        """The point's label: "2023/24: 79,2 % (74–84, n = 62)"."""
        details = []
        if self.interval:
            details.append("–".join(number(end) for end in self.interval))
        if self.n is not None:
            details.append(f"n = {self.n}")
        shown = self.display
        if unit and self.value is not None and unit not in shown:
            shown += UNITS_AFTER.get(unit, f" {unit}")
        lead = f"{self.period}: " if self.period else ""
        return f"{lead}{shown}" + (f" ({', '.join(details)})" if details else "")


@dataclass(frozen=True, slots=True)
class Series:
    label: str
    points: tuple[Point, ...]

    @property
    def last(self) -> Point | None:
        """The latest point with a number."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def finite(value: object) -> float | None:
    """The value as a number, or None for anything that is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def as_point(data: Mapping[str, Any]) -> Point:
    """A point (or a dot, a cell) of the contract's shape; keys that are absent mean unknown."""
    state = str(data.get("state") or State.SHOWN)
    value = finite(data.get("value")) if state in WITH_NUMBER else None
    ends = [finite(end) for end in data.get("interval") or ()]
    low, high = ends if len(ends) == 2 else (None, None)
    interval = (min(low, high), max(low, high)) if value is not None and low is not None and high is not None else None
    display = clean(data.get("display") or "") or (number(value) if value is not None else "–")
    n = data.get("n")
    return Point(clean(data.get("period") or ""), value, state, display, interval, n if isinstance(n, int) else None)


def as_series(data: Mapping[str, Any]) -> Series:
    return Series(clean(data.get("label") or ""), tuple(as_point(point) for point in data.get("points") or ()))


@dataclass(frozen=True, slots=True)
class Break:
    """From `period` on the figures mean something else; `mark` stands for words that are long."""

    period: str
    words: str
    mark: str

    @property
    def label(self) -> str:
        return f"{self.period}: {self.words}"


def as_breaks(data: Mapping[str, Any]) -> tuple[Break, ...]:
    return tuple(
        Break(
            clean(b.get("period") or ""), clean(b.get("label") or "") or _("New definition"), clean(b.get("mark") or "")
        )
        for b in data.get("breaks") or ()
    )


class Periods:
    """Where the periods stand: by the year they end when all are periods, otherwise one step each."""

    def __init__(self, periods: Sequence[str]) -> None:
        self.labels: dict[float, str] = {}
        seen = list(dict.fromkeys(periods))
        self.by_year = all(is_period(period) for period in seen)
        self._place = {period: float(end_year(period) if self.by_year else i) for i, period in enumerate(seen)}
        for period in seen:
            self.labels.setdefault(self._place[period], period)
        places = sorted(self.labels)
        self.first, self.last = (places[0], places[-1]) if places else (0.0, 0.0)

    def of(self, period: str) -> float | None:
        """The place of a period; a period no series has is placed only by its year."""
        if period in self._place:
            return self._place[period]
        return float(end_year(period)) if self.by_year and is_period(period) else None

    def parted(self, breaks: Iterable[Break]) -> list[tuple[float, float, Break]]:
        """The breaks within the periods: where the new meaning begins, half-way there from the period before, which."""
        places = ((self.of(one.period), one) for one in breaks)
        return [
            (at, (max(place for place in self.labels if place < at) + at) / 2, one)
            for at, one in places
            if at is not None and self.first < at <= self.last
        ]

    def runs(self, series: Series, cuts: Sequence[float] = ()) -> list[list[tuple[float, Point]]]:
        """Stretches to be joined by a line: cut at points without a number, at years left out, at breaks.

        `cuts` are places between which no line may pass: a break *at* a place parts it from the one before.
        """
        placed = sorted(((self._place[point.period], point) for point in series.points), key=lambda pair: pair[0])
        steps = [b[0] - a[0] for a, b in pairwise(placed) if b[0] > a[0]]
        usual = min(steps, default=1.0)
        runs: list[list[tuple[float, Point]]] = [[]]
        previous: float | None = None
        for at, point in placed:
            parted = previous is not None and (at - previous > usual or any(previous < cut <= at for cut in cuts))
            if point.value is None or parted:
                runs.append([])
            if point.value is not None:
                runs[-1].append((at, point))
            previous = at
        return [run for run in runs if run]
