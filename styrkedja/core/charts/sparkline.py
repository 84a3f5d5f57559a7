"""A word-sized line: the course of a few years beside a figure or in a table row, parted where definitions changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .canvas import Canvas, Theme, polyline
from .data import Periods, as_breaks, as_series
from .scale import axis

HEIGHT = 36.0
MARGIN = 5.0


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    series = as_series(data)
    values = [point.value for point in series.points if point.value is not None]
    if not values:
        return None
    canvas = Canvas(width, HEIGHT, theme)
    periods = Periods([point.period for point in series.points])
    y = axis(values, str(data.get("unit", "")), HEIGHT - MARGIN, MARGIN)
    span = periods.last - periods.first

    def x(at: float) -> float:
        return MARGIN + (at - periods.first) / span * (width - 2 * MARGIN) if span else width / 2

    canvas.line(MARGIN, HEIGHT - 1, width - MARGIN, HEIGHT - 1, "grid")
    parted = periods.parted(as_breaks(data))
    for _at, half_way, one in parted:
        canvas.line(x(half_way), 1, x(half_way), HEIGHT - 1, "break", one.label)
    for run in periods.runs(series, [at for at, _half_way, _one in parted]):
        if len(run) > 1:
            through = [(x(at), y(point.value)) for at, point in run if point.value is not None]
            canvas.path(polyline(through), "own-line", series.label)
    for point in series.points:
        if point.value is not None:
            at = x(periods.of(point.period) or 0.0)
            canvas.circle(at, y(point.value), 4 if point is series.last else 2, "own-dot", point.words())
    return canvas
