"""Subjects across units: the number in every cell, a tint behind it, a symbol where there is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .canvas import Canvas, Theme
from .data import Point, as_point
from .text import clean, width_of, wrap

ROW, TALL_ROW, HEAD_LINE = 28.0, 36.0, 14.0  # tall where a name takes two lines
NARROWEST_CELL = 46.0
SHADES = (8, 14, 20, 26, 32, 40)  # light enough for ink in both schemes


@dataclass(frozen=True, slots=True)
class Row:
    label: str
    lines: tuple[str, ...]
    href: str | None
    cells: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """Measures in the drawing's units, and what a value's tint is reckoned from."""

    names: float
    each: float
    row: float
    low: float
    span: float

    def shade(self, value: float) -> int:
        return SHADES[min(int((value - self.low) / self.span * len(SHADES)), len(SHADES) - 1)]


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    columns = [clean(column) for column in data.get("columns") or ()]
    given = list(data.get("rows") or ())
    if not columns or not given:
        return None
    names = min(width * 0.34, max(width_of(clean(row.get("label") or ""), 12.5) for row in given)) + 14
    rows = [_read(row, names - 12) for row in given]
    grid = _grid(rows, names, max(NARROWEST_CELL, (width - names) / len(columns)))
    heads = [wrap(column, grid.each - 4, 12.0, 3) for column in columns]
    top = max(len(head) for head in heads) * HEAD_LINE + 10
    canvas = Canvas(round(names + grid.each * len(columns)), top + grid.row * len(rows) + 2, theme)
    for i, (column, head) in enumerate(zip(columns, heads, strict=True)):
        first = top - 8 - (len(head) - 1) * HEAD_LINE
        cut = column if " ".join(head) != column else ""
        canvas.lines(names + grid.each * (i + 0.5), first, head, "head", "middle", title=cut)
    for i, row in enumerate(rows):
        _row(canvas, row, columns, grid, top + grid.row * i, clean(data.get("unit") or ""))
    return canvas


def _read(row: Mapping[str, Any], room: float) -> Row:
    label = clean(row.get("label") or "")
    return Row(label, wrap(label, room, 12.5, 2), row.get("href"), tuple(as_point(c) for c in row.get("cells") or ()))


def _grid(rows: Sequence[Row], names: float, each: float) -> Grid:
    values = [cell.value for row in rows for cell in row.cells if cell.value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    tall = any(len(row.lines) > 1 for row in rows)
    return Grid(names, each, TALL_ROW if tall else ROW, low, high - low or 1.0)


def _row(canvas: Canvas, row: Row, columns: Sequence[str], grid: Grid, y: float, unit: str) -> None:
    baseline = y + grid.row / 2 + 4
    with canvas.link(row.href, row.label):
        canvas.hit(0, y + 1, grid.names - 4, grid.row - 2, row.label)
        cut = row.label if " ".join(row.lines) != row.label else ""
        canvas.lines(0, baseline - (len(row.lines) - 1) * 7.5, row.lines, "label", title=cut)
    for i, (column, cell) in enumerate(zip(columns, row.cells, strict=False)):
        x = grid.names + grid.each * i
        words = f"{row.label}, {column}: {cell.words(unit)}"
        if cell.value is None:
            canvas.rect(x + 1, y + 1, grid.each - 2, grid.row - 2, "cell-empty", words)
        else:
            canvas.rect(x, y, grid.each, grid.row, f"tint-{grid.shade(cell.value)}", words)
        style = "cell" if cell.value is not None else "cell-none"
        canvas.text(x + grid.each / 2, baseline, cell.display, style, "middle", room=grid.each - 4)
