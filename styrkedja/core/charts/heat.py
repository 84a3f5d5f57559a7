"""Subjects across units: the number in every cell, a tint behind it, a symbol where there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .canvas import Canvas, Theme
from .data import as_point
from .text import clean, width_of, wrap

ROW, HEAD_LINE = 28.0, 14.0
NARROWEST_CELL = 46.0
SHADES = (8, 14, 20, 26, 32, 40)  # light enough for ink in both schemes


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    columns = [clean(column) for column in data.get("columns") or ()]
    rows = [(row, [as_point(cell) for cell in row.get("cells") or ()]) for row in data.get("rows") or ()]
    if not columns or not rows:
        return None
    names = min(width * 0.34, max(width_of(clean(row.get("label") or ""), 12.5) for row, _cells in rows)) + 12
    each = max(NARROWEST_CELL, (width - names) / len(columns))
    heads = [wrap(column, each - 6, 12.0, 3) for column in columns]
    top = max(len(head) for head in heads) * HEAD_LINE + 10
    canvas = Canvas(round(names + each * len(columns)), top + ROW * len(rows) + 2, theme)
    for i, (column, head) in enumerate(zip(columns, heads, strict=True)):
        first = top - 8 - (len(head) - 1) * HEAD_LINE
        cut = column if " ".join(head) != column else ""
        canvas.lines(names + each * (i + 0.5), first, head, "head", "middle", title=cut)
    values = [cell.value for _row, cells in rows for cell in cells if cell.value is not None]
    low, span = (min(values), max(values) - min(values) or 1.0) if values else (0.0, 1.0)
    for i, (row, cells) in enumerate(rows):
        y = top + ROW * i
        label = clean(row.get("label") or "")
        with canvas.link(row.get("href"), label):
            canvas.hit(0, y + 1, names - 4, ROW - 2, label)
            canvas.text(0, y + 18, label, "label", room=names - 12)
        for column, cell, x in zip(columns, cells, _edges(names, each), strict=False):
            words = f"{label}, {column}: {cell.words(clean(data.get('unit') or ''))}"
            if cell.value is None:
                canvas.rect(x + 1, y + 1, each - 2, ROW - 2, "cell-empty", words)
                canvas.text(x + each / 2, y + 18, cell.display, "cell-none", "middle", room=each - 4, title=words)
                continue
            shade = SHADES[min(int((cell.value - low) / span * len(SHADES)), len(SHADES) - 1)]
            canvas.rect(x, y, each, ROW, f"tint-{shade}", words)
            canvas.text(x + each / 2, y + 18, cell.display, "cell", "middle", room=each - 4, title=words)
    return canvas


def _edges(names: float, each: float) -> Any:
    x = names
    while True:
        yield x
        x += each
