"""How far chance alone could move a share: Wilson's interval, and Newcombe's for a difference of two.

Serves *Var är vi?* A share among few pupils is no sharper than these say. Sources: Wilson (1927); Newcombe (1998),
"Interval estimation for the difference between independent proportions", method 10. Checked in tests against the
tables of Public Health England's tools. Where n is not known there is no interval: none is invented.
"""

from __future__ import annotations

from functools import cache
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.95


@cache
def z_of(confidence: float) -> float:
    """The standard normal quantile of a two-sided confidence: 0.95 -> 1.95996."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


def wilson(successes: float, n: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Interval of a share as a proportion 0-1. `successes` may be a fraction where only a rounded share is known.

    Raises ValueError unless 0 <= successes <= n and n > 0.
    """
    if not (n > 0 and 0 <= successes <= n):
        raise ValueError(f"not a share: {successes} of {n}")
    z = z_of(confidence)
    share, square = successes / n, z * z
    middle = successes + square / 2
    reach = z * sqrt(successes * (1 - share) + square / 4)
    return max(0.0, (middle - reach) / (n + square)), min(1.0, (middle + reach) / (n + square))


def difference(
    successes: float, n: float, other_successes: float, other_n: float, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """Interval of the first share minus the second (-1 to 1), of two groups without a pupil in common."""
    share, other = successes / n, other_successes / other_n
    low, high = wilson(successes, n, confidence)
    other_low, other_high = wilson(other_successes, other_n, confidence)
    gap = share - other
    return (
        gap - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        gap + sqrt((high - share) ** 2 + (other - other_low) ** 2),
    )
