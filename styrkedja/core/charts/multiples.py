"""Small multiples: one panel a unit on the same axis, so that courses can be compared without ranking anyone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .canvas import Canvas, Theme, polyline
from .data import Break, Periods, Series, as_breaks, as_series
from .scale import Scale, axis
from .text import clean, number

NARROWEST, GAP = 200.0, 20.0
TITLE, PLOT, FOOT = 24.0, 84.0, 26.0


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    panels = [(panel, as_series(panel)) for panel in data.get("panels") or ()]
    comparison = as_series(data["comparison"]) if data.get("comparison") else Series("", ())
    points = [p for _panel, series in panels for p in series.points] + list(comparison.points)
    values = [p.value for p in points if p.value is not None]
    if not panels or not values:
        return None
    unit = clean(data.get("unit") or "")
    columns = max(1, min(len(panels), int((width + GAP) // (NARROWEST + GAP))))
    rows = -(-len(panels) // columns)
    head = 22.0 if comparison.points else 0.0
    canvas = Canvas(width, head + rows * (TITLE + PLOT + FOOT), theme)
    if head:
        canvas.line(0, 10, 22, 10, "compare-1")
        canvas.text(28, 14, comparison.label, "small", room=width - 30)
    periods = Periods([p.period for p in points])
    parted = periods.parted(as_breaks(data))
    each = (width - GAP * (columns - 1)) / columns
    shown = [series.last.display for _panel, series in panels if series.last]
    room = max((canvas.width_of(display, "value-own") for display in shown), default=0.0) + 10
    for i, (panel, series) in enumerate(panels):
        left = (i % columns) * (each + GAP)
        top = head + (i // columns) * (TITLE + PLOT + FOOT)
        y = axis(values, unit, top + TITLE + PLOT, top + TITLE + 6, 2)
        _panel(canvas, panel, series, comparison, periods, parted, y, left, top, each, room, unit)
    return canvas


def _panel(
    canvas: Canvas,
    panel: Mapping[str, Any],
    series: Series,
    comparison: Series,
    periods: Periods,
    parted: list[tuple[float, float, Break]],
    y: Scale,
    left: float,
    top: float,
    each: float,
    value_room: float,
    unit: str,
) -> None:
    ticks = max(canvas.width_of(number(tick), "small") for tick in y.ticks) + 6
    span = periods.last - periods.first or 1.0
    x = Scale(periods.first, periods.first + span, left + ticks + 6, left + each - value_room)
    with canvas.link(panel.get("href"), series.label):
        canvas.hit(left, top, each, TITLE, series.label)
        canvas.text(left, top + 15, series.label, "panel", room=each)
    for tick in y.ticks:
        canvas.line(left + ticks, y(tick), left + each - value_room + 4, y(tick), "axis" if tick == y.low else "grid")
        canvas.text(left + ticks - 4, y(tick) + 4, number(tick), "small", "end")
    _first_and_last(canvas, periods, x, y.start + 14)
    for _at, half_way, one in parted:
        canvas.line(x(half_way), top + TITLE, x(half_way), y.start, "break", one.label)
    for line, style in ((comparison, "compare-1"), (series, "own-line")):
        for run in periods.runs(line, [at for at, _half_way, _one in parted]):
            if len(run) > 1:
                canvas.path(_through(run, x, y), style, line.label)
    for point in series.points:
        at = x(periods.of(point.period) or 0.0)
        words = f"{series.label}, {point.words(unit)}"
        if point.value is None:
            canvas.text(at, y.start - 5, point.display, "symbol", "middle", title=words)
        else:
            style = "own-dot-open" if point.approximate else "own-dot"
            canvas.circle(at, y(point.value), 3.5 if point is series.last else 2.5, style, words)
    if series.last and series.last.value is not None:
        at = x(periods.of(series.last.period) or 0.0)
        canvas.text(at + 7, y(series.last.value) + 4, series.last.display, "value-own")


def _through(run: list[tuple[float, Any]], x: Scale, y: Scale) -> str:
    return polyline((x(at), y(point.value)) for at, point in run)


def _first_and_last(canvas: Canvas, periods: Periods, x: Scale, baseline: float) -> None:
    canvas.text(x(periods.first) - 6, baseline, periods.labels[periods.first], "small")
    if periods.last != periods.first:
        canvas.text(x(periods.last) + 6, baseline, periods.labels[periods.last], "small", "end")
