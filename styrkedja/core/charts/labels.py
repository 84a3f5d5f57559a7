"""Where a number stands beside its dot: on the side where it touches no line, no other dot and no other number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

CLEAR = 2.0  # air around a number
ABOVE, BELOW = -9.0, 18.0  # of the baseline from the dot
TALL = 10.0  # a figure's height above its baseline
STEPS = 12  # points at which a line is looked at


class Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass
class Obstacles:
    """What is drawn already: lines as points they pass through, and boxes of text."""

    left: float
    right: float
    top: float
    bottom: float
    points: list[tuple[float, float]] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    def add_line(self, through: Iterable[tuple[float, float]]) -> None:
        placed = list(through)
        self.points += placed
        for (x1, y1), (x2, y2) in pairwise(placed):
            self.points += [(x1 + (x2 - x1) * i / STEPS, y1 + (y2 - y1) * i / STEPS) for i in range(1, STEPS)]

    def beside(self, x: float, y: float, width: float) -> tuple[float, float] | None:
        """Centre and baseline of a number at the dot (x, y); None where it would stand on another number.

        Straight above is best, then straight below, then to either side; a line it must touch is the lesser evil.
        """
        aside = width / 2 + 7
        places = [(x, y + ABOVE), (x, y + BELOW), (x + aside, y + 4), (x - aside, y + 4)]
        places += [(x + side * aside * 0.6, y + rise) for rise in (ABOVE, BELOW) for side in (-1, 1)]
        rated = [(self._lines(box), i) for i, at in enumerate(places) if self._free(box := _box(*at, width))]
        if not rated:
            return None
        best = places[min(rated)[1]]
        self.boxes.append(_box(*best, width))
        return best

    def _free(self, box: Box) -> bool:
        inside = self.left <= box.left and box.right <= self.right and self.top <= box.top and box.bottom <= self.bottom
        return inside and not any(box.touches(other) for other in self.boxes)

    def _lines(self, box: Box) -> int:
        return sum(box.holds(x, y) for x, y in self.points)


def _box(centre: float, baseline: float, width: float) -> Box:
    half = width / 2 + CLEAR
    return Box(centre - half, baseline - TALL - CLEAR, centre + half, baseline + CLEAR)
