"""Units side by side: a dot each with its interval, the own unit set off, in the order given (never ranked here)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .canvas import Canvas, Theme
from .data import Point, as_point, finite
from .scale import Scale, axis
from .text import clean, number, width_of, wrap

ROW, TALL_ROW = 28.0, 36.0  # tall where a name takes two lines
TOP, BOTTOM = 26.0, 26.0


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    items = [(item, as_point(item)) for item in data.get("items") or ()]
    unit = clean(data.get("unit") or "")
    reference = data.get("reference") or {}
    mean = finite(reference.get("value"))
    values = [v for _item, p in items if p.value is not None for v in (p.value, *(p.interval or ()))]
    if not items or not values:
        return None
    names = min(width * 0.36, max(width_of(clean(item["label"]), 12.5, bold=True) for item, _point in items)) + 16
    figures = max(width_of(point.display, 12.0, bold=True) for _item, point in items) + 14
    labels = [wrap(clean(item["label"]), names - 14, 12.5, 2, bold=True) for item, _point in items]
    row = TALL_ROW if any(len(label) > 1 for label in labels) else ROW
    foot = TOP + row * len(items)
    canvas = Canvas(width, foot + BOTTOM, theme)
    x = axis([*values, mean] if mean is not None else values, unit, names + 10, width - figures - 10)
    for tick in x.ticks:
        canvas.line(x(tick), TOP, x(tick), foot, "grid")
        canvas.text(x(tick), foot + 17, number(tick), "tick", "middle")
    canvas.text(width, foot + 17, unit, "small", "end", room=figures + 20)
    if mean is not None:
        words = f"{clean(reference.get('label') or '')} {number(mean)}".strip()
        canvas.line(x(mean), TOP - 6, x(mean), foot, "compare-1", words)
        _reference_label(canvas, x(mean), words, width)
    for i, (item, point) in enumerate(items):
        _row(canvas, item, point, labels[i], (TOP + row * i, row), x, unit)
    return canvas


def _reference_label(canvas: Canvas, at: float, words: str, width: float) -> None:
    half = canvas.width_of(words, "small") / 2
    canvas.text(min(max(at, half), width - half), TOP - 11, words, "small", "middle", room=width)


def _row(
    canvas: Canvas,
    item: Mapping[str, Any],
    point: Point,
    lines: tuple[str, ...],
    band: tuple[float, float],
    x: Scale,
    unit: str,
) -> None:
    """One unit in its band (top, height)."""
    top, row = band
    own, label = bool(item.get("own")), clean(item["label"])
    words = f"{label}, {point.words(unit)}" if not point.period else f"{label}: {point.words(unit)}"
    middle = top + row / 2
    with canvas.link(item.get("href"), words):
        if own:
            canvas.rect(0, top + 1, canvas.width, row - 2, "zebra")
        canvas.hit(0, top + 1, canvas.width, row - 2, words)
        first = middle + 4 - (len(lines) - 1) * 7.5
        cut = label if " ".join(lines) != label else ""
        canvas.lines(6 if own else 0, first, lines, "label-own" if own else "label", title=cut)
        canvas.text(canvas.width - 6, middle + 4, point.display, _value_style(own, point), "end")
        if point.value is None:
            return
        kind = "own" if own else "other"
        if point.interval:
            canvas.line(
                x(point.interval[0]), middle, x(point.interval[1]), middle, "whisker" if own else "other-whisker"
            )
        draw_dot = canvas.diamond if own else canvas.circle
        draw_dot(
            x(point.value), middle, 6.5 if own else 4.5, f"{kind}-dot{'-open' if point.approximate else ''}", words
        )


def _value_style(own: bool, point: Point) -> str:
    if point.value is None:
        return "symbol"
    return "value-own" if own else "value"
