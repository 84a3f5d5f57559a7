"""Two years and what happened between them, a line for each unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .canvas import Canvas, Theme
from .data import finite
from .scale import axis
from .text import clean, number, spread, width_of

TOP, BOTTOM = 34.0, 12.0
GAP = 16.0


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    items = [_Item(item) for item in data.get("items") or ()]
    known = [item for item in items if item.start is not None or item.end is not None]
    if not known:
        return None
    unit = clean(data.get("unit") or "")
    height = TOP + max(150.0, GAP * 1.15 * len(known)) + BOTTOM
    canvas = Canvas(width, height, theme)
    y = axis([v for item in known for v in (item.start, item.end) if v is not None], unit, height - BOTTOM, TOP + 8)
    longest = max(width_of(f"{item.label}  {number(item.end or item.start or 0)}", 12.5, bold=True) for item in known)
    room = min(width * 0.48, longest + 20)
    left, right = width * 0.14, width - room
    for at, label in ((left, data.get("from_label", "")), (right, data.get("to_label", ""))):
        canvas.line(at, TOP, at, height - BOTTOM + 4, "axis")
        canvas.text(at, 16, str(label), "head", "middle", room=room)
    canvas.text(0, 16, unit, "small", room=left - 30)
    for item in sorted(known, key=lambda item: item.own):
        _line(canvas, item, left, right, y, unit)
    _labels(canvas, [item for item in known if item.start is not None], "start", y, left, height, room)
    _labels(canvas, [item for item in known if item.end is not None], "end", y, right, height, room)
    return canvas


class _Item:
    """One unit: its values at the two ends, None where unknown."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.label = clean(data.get("label") or "")
        self.start, self.end = finite(data.get("from")), finite(data.get("to"))
        self.own = bool(data.get("own"))

    def words(self, unit: str) -> str:
        ends = [number(value) if value is not None else "–" for value in (self.start, self.end)]
        return f"{self.label}: {' → '.join(ends)} {unit}".rstrip()


def _line(canvas: Canvas, item: _Item, left: float, right: float, y: Any, unit: str) -> None:
    words = item.words(unit)
    dot = "own-dot" if item.own else "other-dot"
    if item.start is not None and item.end is not None:
        canvas.line(left, y(item.start), right, y(item.end), "own-line" if item.own else "other-line", words)
    for at, value in ((left, item.start), (right, item.end)):
        if value is not None:
            canvas.circle(at, y(value), 4.5 if item.own else 3.5, dot, words)


def _labels(canvas: Canvas, items: list[_Item], side: str, y: Any, at: float, height: float, room: float) -> None:
    """The value to the left, value and name to the right; moved apart where they would collide."""
    wanted = [y(getattr(item, side)) for item in items]
    for item, own_y, free in zip(items, wanted, spread(wanted, GAP, TOP + 4, height - BOTTOM), strict=True):
        value = number(getattr(item, side))
        style = "label-own" if item.own else "label"
        direction = -1 if side == "start" else 1
        if abs(free - own_y) > 3:
            canvas.line(at + direction * 5, own_y, at + direction * 12, free, "leader")
        text = value if side == "start" else f"{value}  {item.label}"
        canvas.text(at + direction * 14, free + 4, text, style, "end" if side == "start" else "start", room=room - 14)
