"""Axes: round ticks, a domain that neither hides nor dramatises, and the way from a value to a place."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1, 2, 2.5, 5, 10)
SMALLEST_SPAN = {"%": 10.0}  # an axis of a share covers at least ten percentage points
SHARE_OF_VALUE = 0.12  # other axes at least this share of the largest value, so that noise looks like noise
NEAR_ZERO = 0.4  # where the smallest value is below this share of the largest, the axis starts at zero


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps low..high to start..end (units of the drawing; end < start for an upward axis)."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...] = ()

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def cut(self) -> bool:
        """True where the axis does not start at zero, which the drawing says in words."""
        return self.low > 0


def step_of(span: float, count: int) -> float:
    """The round step (1, 2, 2.5 or 5 times a power of ten) that gives about `count` intervals."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * 0.999)


def axis(values: Iterable[float], unit: str, start: float, end: float, count: int = 4) -> Scale:
    """An axis for the values with round ends. Shares stay within 0-100 when the values do."""
    known = list(values)
    low, high = min(known), max(known)
    inside = unit == "%" and low >= 0 and high <= 100
    if 0 <= low < NEAR_ZERO * high:
        low = 0.0
    wanted = SMALLEST_SPAN.get(unit, SHARE_OF_VALUE * max(abs(low), abs(high))) or 1.0
    if high - low < wanted:
        middle = (low + high) / 2
        low = max(0.0, middle - wanted / 2) if low >= 0 else middle - wanted / 2
        high = low + wanted
    if inside and high > 100:
        low, high = max(0.0, low - (high - 100)), 100.0
    step = step_of(high - low, count)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = tuple(round(i * step, 10) for i in range(first, last + 1))
    return Scale(ticks[0], ticks[-1], start, end, ticks)
