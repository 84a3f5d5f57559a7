"""Where a day of the year stands in the wheel: angles in degrees, clockwise, the year's first day at the top.

Lengths are in the drawing's own units. Nothing here knows what is drawn.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from styrkedja.core.periods import bounds

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Year:
    """A period as a circle: "2025/26" begins at the top in July, "2026" in January."""

    period: str

    @cached_property
    def first(self) -> dt.date:
        return bounds(self.period)[0]

    @cached_property
    def last(self) -> dt.date:
        return bounds(self.period)[1]

    @cached_property
    def days(self) -> int:
        """365, or 366 where 29 February lies in it."""
        return (self.last - self.first).days + 1

    def angle(self, day: dt.date) -> float:
        """Where the day begins: 0 for the first, 360 for the day after the last; days outside stand at the ends."""
        gone = min(max((day - self.first).days, 0), self.days)
        return 360 * gone / self.days

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def span(self, starts: dt.date, ends: dt.date) -> tuple[float, float]:
        """From the morning of the first day to the evening of the last; at least a day, also for days outside."""
        begin = min(self.angle(starts), 360 - 360 / self.days)
        return begin, max(self.angle(ends + DAY), begin + 360 / self.days)

    @cached_property
    def months(self) -> list[tuple[dt.date, float, float]]:
        """The twelve months from the year's first: first day, and the angles it begins and ends at."""
        firsts = [_month_after(self.first, number) for number in range(13)]
        return [(begin, self.angle(begin), self.angle(end)) for begin, end in pairwise(firsts)]

    @cached_property
    def weeks(self) -> list[tuple[int, float]]:
        """ISO week number and the angle of its Monday, for every Monday of the year."""
        monday = self.first + dt.timedelta(days=-self.first.weekday() % 7)
        return [
            (day.isocalendar().week, self.angle(day))
            for day in (monday + dt.timedelta(weeks=n) for n in range(53))
            if day <= self.last
        ]


def _month_after(first: dt.date, number: int) -> dt.date:
    months = first.year * 12 + first.month - 1 + number
    return dt.date(months // 12, months % 12 + 1, 1)


def place(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Round:
    """Points and arcs about a centre."""

    x: float
    y: float

    def point(self, angle: float, radius: float) -> tuple[float, float]:
        turn = math.radians(angle)
        return self.x + radius * math.sin(turn), self.y - radius * math.cos(turn)

    def at(self, angle: float, radius: float) -> str:
        x, y = self.point(angle, radius)
        return f"{place(x)} {place(y)}"

    def arc(self, begin: float, end: float, radius: float) -> str:
        """Path data of a line along the circle, clockwise."""
        radius_text = place(radius)
        if end - begin >= 359.99:
            return (
                f"M{self.at(begin, radius)}A{radius_text} {radius_text} 0 0 1 {self.at(begin + 180, radius)}"
                f"A{radius_text} {radius_text} 0 0 1 {self.at(begin, radius)}"
            )
        large = int(end - begin > 180)
        return f"M{self.at(begin, radius)}A{radius_text} {radius_text} 0 {large} 1 {self.at(end, radius)}"

    def band(self, begin: float, end: float, inner: float, outer: float, corner: float = 0) -> str:
        """Path data of a piece of a ring, its corners rounded by `corner` units."""
        end = min(end, begin + 359.9)
        corner = min(corner, (outer - inner) / 2, math.radians(end - begin) * inner / 2)
        large = int(end - begin > 180)
        turn_out, turn_in = math.degrees(corner / outer), math.degrees(corner / inner)
        r, big, small = place(corner), place(outer), place(inner)
        if not corner:
            return (
                f"M{self.at(begin, outer)}A{big} {big} 0 {large} 1 {self.at(end, outer)}"
                f"L{self.at(end, inner)}A{small} {small} 0 {large} 0 {self.at(begin, inner)}Z"
            )
        return (
            f"M{self.at(begin + turn_out, outer)}A{big} {big} 0 {large} 1 {self.at(end - turn_out, outer)}"
            f"A{r} {r} 0 0 1 {self.at(end, outer - corner)}L{self.at(end, inner + corner)}"
            f"A{r} {r} 0 0 1 {self.at(end - turn_in, inner)}"
            f"A{small} {small} 0 {large} 0 {self.at(begin + turn_in, inner)}"
            f"A{r} {r} 0 0 1 {self.at(begin, inner + corner)}L{self.at(begin, outer - corner)}"
            f"A{r} {r} 0 0 1 {self.at(begin + turn_out, outer)}Z"
        )


def degrees(length: float, radius: float) -> float:
    """The angle a length takes along a circle."""
    return math.degrees(length / radius)


def length(angle: float, radius: float) -> float:
    """The length an angle takes along a circle."""
    return math.radians(angle) * radius


def turned(angle: float) -> bool:
    """Does text along the circle stand on its head there? Then it is written the other way round."""
    return 90 < angle % 360 < 270
