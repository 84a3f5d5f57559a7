"""One value among others: where it stands in a named set, and how a set's values are spread.

Serves *Var är vi?* and equity between units (Skollagen 1:9). Nothing here ranks: a value is only told to be among
the highest or lowest quarter, or not. A median is the middle member of a set, never a mean of rates.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median, quantiles
from typing import Literal

LEAST_SET = 4  # with fewer there are no quarters
Quarter = Literal["highest", "lowest", "middle"]


@dataclass(frozen=True, slots=True)
class Spread:
    """How the values of a set's members lie. first and third quartile need four members."""

    members: int
    least: float
    most: float
    median: float
    first_quartile: float | None
    third_quartile: float | None

    @property
    def width(self) -> float:
        return self.most - self.least


def spread(values: Sequence[float]) -> Spread | None:
    """None of an empty set. Quartiles by linear interpolation between members (R's type 7)."""
    if not values:
        return None
    ordered = sorted(values)
    quarters = quantiles(ordered, n=4, method="inclusive") if len(values) >= LEAST_SET else None
    return Spread(
        members=len(ordered),
        least=ordered[0],
        most=ordered[-1],
        median=median(ordered),
        first_quartile=quarters[0] if quarters else None,
        third_quartile=quarters[2] if quarters else None,
    )


def quarter(value: float, others: Sequence[float]) -> Quarter | None:
    """Whether a value is among the 25 % highest or lowest of a set it is counted into; None of a set too small.

    Ties count in nobody's favour: with everyone equal, all are in the middle.
    """
    members = len(others) + 1
    if members < LEAST_SET:
        return None
    ordered = sorted(others)
    above = len(ordered) - bisect_right(ordered, value)
    below = bisect_left(ordered, value)
    if above < members / 4 <= below:
        return "highest"
    if below < members / 4 <= above:
        return "lowest"
    return "middle"


def run(values: Sequence[float | None], steps: int = 3) -> int:
    """1 or -1 where the last `steps` changes all went up or all down, else 0. A gap (None) breaks the run."""
    last = values[-(steps + 1) :]
    if len(last) <= steps or any(value is None for value in last):
        return 0
    changes = [later - earlier for earlier, later in pairwise(last)]  # type: ignore[operator]
    if all(change > 0 for change in changes):
        return 1
    return -1 if all(change < 0 for change in changes) else 0
