"""Funnel plot: value against size, with the limits within which chance alone would keep most units.

Limits come from `indicators.statistics` (95 and 99.8 per cent); here they are only drawn.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from .canvas import Canvas, Theme, polyline
from .data import finite
from .scale import Scale, axis
from .text import clean, number

HEIGHT, TOP, BOTTOM = 330.0, 26.0, 44.0
MOST_NAMES = 8
INNER, OUTER = 95.0, 99.8  # per cent that chance keeps inside; the two and three standard errors of quality control


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    items = [
        item for item in data.get("items") or () if finite(item.get("value")) is not None and finite(item.get("n"))
    ]
    mean, unit = finite(data.get("mean")), clean(data.get("unit") or "")
    if not items:
        return None
    limits = sorted(data.get("limits") or (), key=lambda limit: limit["n"])
    canvas = Canvas(width, HEIGHT, theme)
    y = axis(_heights(items, limits, mean, unit), unit, HEIGHT - BOTTOM, TOP)
    left = max(canvas.width_of(number(tick), "tick") for tick in y.ticks) + 12
    right = width - 96
    sizes = axis([0.0, max(float(item["n"]) for item in items)], "", left, right)
    _frame(canvas, sizes, y, left, right, unit)
    _limits(canvas, limits, sizes, y, right)
    if mean is not None:
        canvas.line(left, y(mean), right, y(mean), "compare-1", _("Mean %(value)s") % {"value": number(mean)})
        canvas.text(right + 6, y(mean) + 4, _("Mean %(value)s") % {"value": number(mean)}, "small", room=90)
    _units(canvas, items, limits, sizes, y, unit, right)
    return canvas


def _heights(items: Sequence[Any], limits: Sequence[Any], mean: float | None, unit: str) -> list[float]:
    """What the upright axis must hold: all units, and the limits from the smallest unit on."""
    smallest = min(float(item["n"]) for item in items)
    ends = [float(limit[key]) for limit in limits if limit["n"] >= smallest for key in ("lo3", "hi3")]
    inside = [min(100.0, max(0.0, end)) for end in ends] if unit == "%" else ends
    return [float(item["value"]) for item in items] + inside + ([mean] if mean is not None else [])


def _frame(canvas: Canvas, sizes: Scale, y: Scale, left: float, right: float, unit: str) -> None:
    for tick in y.ticks:
        canvas.line(left, y(tick), right, y(tick), "axis" if tick == y.low else "grid")
        canvas.text(left - 6, y(tick) + 4, number(tick), "tick", "end")
    for tick in sizes.ticks:
        canvas.text(sizes(tick), y.start + 18, number(tick), "tick", "middle")
    canvas.text(0, 12, unit, "small", room=right)
    canvas.text(right, HEIGHT - 8, _("Number behind the value (n)"), "small", "end", room=right)


def _limits(canvas: Canvas, limits: Sequence[Any], sizes: Scale, y: Scale, right: float) -> None:
    """The four curves, as far as they lie inside the frame; the upper two are named at their ends."""
    for key, inside in (("lo2", INNER), ("hi2", INNER), ("lo3", OUTER), ("hi3", OUTER)):
        name = f"{number(inside)} %"
        curve = [(float(limit["n"]), float(limit[key])) for limit in limits]
        points = [(sizes(n), y(end)) for n, end in _until(curve, sizes.high) if y.low <= end <= y.high]
        if len(points) < 2:
            continue
        canvas.path(polyline(points), "limit-inner" if key.endswith("2") else "limit-outer", name)
        if key.startswith("hi"):
            canvas.text(right + 6, points[-1][1] + 4, name, "small", room=90)


def _until(curve: Sequence[tuple[float, float]], end: float) -> list[tuple[float, float]]:
    """The part of a curve up to `end`, its last stretch cut where it crosses."""
    kept: list[tuple[float, float]] = []
    for n, value in curve:
        if n <= end:
            kept.append((n, value))
            continue
        if kept:
            before, last = kept[-1]
            kept.append((end, last + (value - last) * (end - before) / (n - before)))
        break
    return kept


def _units(
    canvas: Canvas, items: Sequence[Any], limits: Sequence[Any], sizes: Scale, y: Scale, unit: str, right: float
) -> None:
    """Dots; the own unit and those outside the outer limits are named."""
    named = 0
    taken: list[tuple[float, float, float]] = []
    for item in sorted(items, key=lambda item: not item.get("own")):
        own, label = bool(item.get("own")), clean(item.get("label") or "")
        x, height = sizes(float(item["n"])), y(float(item["value"]))
        words = f"{label}: {number(float(item['value']))} {unit} (n = {number(float(item['n']))})"
        (canvas.diamond if own else canvas.circle)(
            x, height, 6.5 if own else 4, "own-dot" if own else "other-dot", words
        )
        if not own and (named >= MOST_NAMES or not _outside(item, limits)):
            continue
        style = "label-own" if own else "small"
        room = canvas.width_of(label, style)
        ends = x + 9 + room > right
        low = x - 9 - room if ends else x + 9
        if any(abs(height - other) < 13 and low < end and start < low + room for start, end, other in taken):
            continue
        taken.append((low, low + room, height))
        canvas.text(x + (-9 if ends else 9), height + 4, label, style, "end" if ends else "start", room=150)
        named += 1


def _outside(item: Mapping[str, Any], limits: Sequence[Any]) -> bool:
    """True where the value lies outside the outer limits, read at the nearest larger size given."""
    if not limits:
        return False
    at = min(bisect_left([limit["n"] for limit in limits], item["n"]), len(limits) - 1)
    return not float(limits[at]["lo3"]) <= float(item["value"]) <= float(limits[at]["hi3"])
