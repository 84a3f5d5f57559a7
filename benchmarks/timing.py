"""Two things timed in turn, so that a change of the machine's speed hits both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from typing import Any


def in_turn(ours: Callable[[], Any], bare: Callable[[], Any], *, runs: int) -> tuple[list[float], list[float]]:
    """Seconds of `runs` runs of each, A B A B ..., after one of each that is not counted."""
    ours()
    bare()
    mine: list[float] = []
    theirs: list[float] = []
    for _ in range(runs):
        for function, times in ((ours, mine), (bare, theirs)):
            gc.collect()
            start = time.perf_counter()
            function()
            times.append(time.perf_counter() - start)
    return mine, theirs


def ratio(mine: list[float], theirs: list[float], *, limit: float, **more: Any) -> dict[str, Any]:
    """Medians in milliseconds, the median of the pairwise ratios, and whether it keeps under `limit`."""
    pairs = sorted(a / b for a, b in zip(mine, theirs, strict=True))
    middle = statistics.median(pairs)
    return {
        "ours_ms": round(statistics.median(mine) * 1000, 1),
        "bare_ms": round(statistics.median(theirs) * 1000, 1),
        "ratio": round(middle, 2),
        "ratio_min_max": [round(pairs[0], 2), round(pairs[-1], 2)],
        "limit": limit,
        "runs": len(pairs),
        **more,
        "held": middle <= limit and all(more.get(key, True) for key in more if key.endswith("_held")),
    }
