"""Answers on a scale: one bar of a hundred a question, the levels in their order from dark to light."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .canvas import Canvas, Theme
from .data import finite
from .text import clean, number, width_of, wrap

BAR, LABEL_LINE = 24.0, 15.5
SHADES = {1: (100,), 2: (100, 20), 3: (100, 40, 8), 4: (100, 82, 40, 8), 5: (100, 82, 48, 26, 8)}
MANY = (100, 82, 48, 40, 32, 26, 20, 14, 8)
DARK = 80


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    levels = [clean(level) for level in data.get("levels") or ()]
    items = [(item, [finite(share) for share in item.get("shares") or ()]) for item in data.get("items") or ()]
    if not levels or not any(share for _item, shares in items for share in shares):
        return None
    shades = SHADES.get(len(levels)) or tuple(MANY[min(i, len(MANY) - 1)] for i in range(len(levels)))
    labels = [wrap(clean(item.get("label") or ""), width - 90, 12.5, 2) for item, _shares in items]
    key = _key_places(levels, width)
    head = (key[-1][1] + 1) * 20.0 + 8
    height = head + sum(len(rows) * LABEL_LINE + BAR + 18 for rows in labels)
    canvas = Canvas(width, height, theme)
    for level, shade, (x, row) in zip(levels, shades, key, strict=True):
        canvas.rect(x, row * 20 + 2, 14, 14, f"tint-{shade}")
        canvas.text(x + 19, row * 20 + 13, level, "small", room=width - x - 19)
    top = head
    for (item, shares), rows in zip(items, labels, strict=True):
        label = clean(item.get("label") or "")
        canvas.lines(0, top + 12, rows, "label", title=label if " ".join(rows) != label else "")
        if item.get("n") is not None:
            canvas.text(width, top + 12, f"n = {item['n']}", "small", "end")
        top += len(rows) * LABEL_LINE + 3
        _bar(canvas, label, levels, shares, shades, top, width)
        top += BAR + 15
    return canvas


def _key_places(levels: Sequence[str], width: float) -> list[tuple[float, int]]:
    """Where each level's name stands in the key: x and row."""
    places: list[tuple[float, int]] = []
    x, row = 0.0, 0
    for level in levels:
        needed = 19 + width_of(level, 11.0) + 16
        if x and x + needed - 16 > width:
            x, row = 0.0, row + 1
        places.append((x, row))
        x += needed
    return places


def _bar(
    canvas: Canvas,
    label: str,
    levels: Sequence[str],
    shares: Sequence[float | None],
    shades: Sequence[int],
    top: float,
    width: float,
) -> None:
    """Shares in per cent of a bar of 100. They are drawn as they are: what is not known stays empty."""
    x = 0.0
    canvas.rect(0.5, top + 0.5, width - 1, BAR - 1, "cell-empty")
    for level, share, shade in zip(levels, shares, shades, strict=False):
        if not share or share < 0:
            continue
        length = min(share, 100.0) / 100 * width
        canvas.rect(x, top, length, BAR, f"tint-{shade}", f"{label}. {level}: {number(share)} %")
        written = f"{number(share, 0)} %"
        if width_of(written, 12.0) + 8 <= length:
            canvas.text(x + length / 2, top + 16.5, written, "on-dark" if shade >= DARK else "on-light", "middle")
        x += length
