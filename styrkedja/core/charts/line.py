"""Development over the years: own unit with its interval, comparisons, target, and where definitions changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from .canvas import Canvas, Theme, place, polyline
from .data import Break, Periods, Point, Series, as_breaks, as_series, finite
from .labels import Obstacles
from .scale import Scale, axis
from .text import clean, number, spread, wrap

TOP, BOTTOM = 26.0, 30.0
PLOT_HEIGHT = 190.0
LABEL_GAP = 15.0
COMPARE_STYLES = ("compare-1", "compare-2", "compare-3")
MOST_VALUES = 7  # more points than this and only the first and last are written out


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A name at the right end of its line."""

    text: str
    y: float
    style: str


@dataclass(frozen=True, slots=True)
class Input:
    unit: str
    own: Series
    others: tuple[Series, ...]
    target: float | None
    breaks: tuple[Break, ...]

    def values(self) -> list[float]:
        own = [v for p in self.own.points if p.value is not None for v in (p.value, *(p.interval or ()))]
        others = [p.value for series in self.others for p in series.points if p.value is not None]
        return own + others + ([self.target] if self.target is not None else [])


def draw(data: Mapping[str, Any], theme: Theme, width: float) -> Canvas | None:
    given = _read(data)
    if not any(p.value is not None for series in (given.own, *given.others) for p in series.points):
        return None
    height = TOP + PLOT_HEIGHT + BOTTOM
    y = axis(given.values(), given.unit, TOP + PLOT_HEIGHT, TOP)
    if y.cut:
        height += 16
    canvas = Canvas(width, height, theme)
    left = max(canvas.width_of(number(tick), "tick") for tick in y.ticks) + 12
    room = min(width * 0.27, max((canvas.width_of(text, "label-own") for text in _names(given)), default=0.0)) + 14
    periods = Periods([p.period for series in (given.own, *given.others) for p in series.points])
    span = periods.last - periods.first or 1.0
    inset = 18.0
    x = Scale(periods.first, periods.first + span, left + inset, width - room - inset)
    _axes(canvas, x, y, periods, left, width - room, given.unit)
    obstacles = Obstacles(left, width - room + 4, TOP - 10, y.start)
    cuts = _breaks(canvas, given, periods, x, y, obstacles)
    labels = _comparisons(canvas, given, periods, x, y, cuts, obstacles)
    if given.target is not None:
        canvas.line(left, y(given.target), width - room, y(given.target), "target", _target(given))
        obstacles.add_line([(left, y(given.target)), (width - room, y(given.target))])
        labels.append(EndLabel(_target(given), y(given.target), "label-target"))
    labels += _own(canvas, given, periods, x, y, cuts, obstacles)
    _end_labels(canvas, labels, width - room + 4, room - 4)
    return canvas


def _read(data: Mapping[str, Any]) -> Input:
    return Input(
        clean(data.get("unit") or ""),
        as_series(data),
        tuple(as_series(one) for one in data.get("comparisons") or ())[: len(COMPARE_STYLES)],
        finite(data.get("target")),
        as_breaks(data),
    )


def _target(given: Input) -> str:
    return _("Target %(value)s") % {"value": number(given.target or 0.0)}


def _names(given: Input) -> list[str]:
    return [s.label for s in (given.own, *given.others) if s.last] + (
        [_target(given)] if given.target is not None else []
    )


def _axes(canvas: Canvas, x: Scale, y: Scale, periods: Periods, left: float, right: float, unit: str) -> None:
    for tick in y.ticks:
        canvas.line(left, y(tick), right, y(tick), "axis" if tick == y.low else "grid")
        canvas.text(left - 6, y(tick) + 4, number(tick), "tick", "end")
    canvas.text(left - 6 if len(unit) < 3 else 0, 12, unit, "small", "end" if len(unit) < 3 else "start", room=right)
    if y.cut:
        foot = y.start
        canvas.path(f"M{place(left - 3)} {place(foot - 8)}l6 -3m-6 7l6 -3", "axis")
        note = _("The axis starts at %(value)s, not at zero.") % {"value": number(y.low)}
        canvas.text(left, canvas.height - 4, note, "small", room=canvas.width - left)
    _period_labels(canvas, x, periods, y.start + 18)


def _period_labels(canvas: Canvas, x: Scale, periods: Periods, baseline: float) -> None:
    """Periods under the axis; the last and first always, those between where there is room."""
    taken: list[tuple[float, float]] = []
    places = sorted(periods.labels)
    for at in [places[-1], places[0], *places[1:-1]]:
        label = periods.labels[at]
        half = canvas.width_of(label, "tick") / 2 + 4
        centre = x(at)
        if all(centre + half <= low or centre - half >= high for low, high in taken):
            canvas.text(centre, baseline, label, "tick", "middle")
            taken.append((centre - half, centre + half))


def _breaks(canvas: Canvas, given: Input, periods: Periods, x: Scale, y: Scale, obstacles: Obstacles) -> list[float]:
    """Dotted uprights between the last period of the old definition and the first of the new."""
    cuts = []
    for at, half_way, one in periods.parted(given.breaks):
        middle = x(half_way)
        canvas.line(middle, TOP - 8, middle, y.start, "break", one.label)
        obstacles.add_line([(middle, TOP - 8), (middle, y.start)])
        _break_words(canvas, middle, one.mark or one.words, one.label if one.mark else "", x.end)
        cuts.append(at)
    return cuts


def _break_words(canvas: Canvas, middle: float, shown: str, title: str, end: float) -> None:
    """Over the upright where it is a mark, else beside it on the side with room."""
    if title:
        canvas.text(middle, TOP - 12, shown, "small", "middle", title=title)
        return
    room = end - middle + 60
    if canvas.width_of(shown, "small") <= room:
        canvas.text(middle + 4, TOP - 12, shown, "small", room=room)
    else:
        canvas.text(middle - 4, TOP - 12, shown, "small", "end", room=middle - 30)


def _comparisons(
    canvas: Canvas, given: Input, periods: Periods, x: Scale, y: Scale, cuts: list[float], obstacles: Obstacles
) -> list[EndLabel]:
    labels = []
    for series, style in zip(given.others, COMPARE_STYLES, strict=False):
        for run in periods.runs(series, cuts):
            points = [(x(at), y(point.value), point) for at, point in run if point.value is not None]
            obstacles.add_line((px, py) for px, py, _point in points)
            if len(points) > 1:
                canvas.path(polyline((px, py) for px, py, _point in points), style, series.label)
            for px, py, point in points:
                canvas.circle(px, py, 2.5, "compare-dot", f"{series.label}, {point.words(given.unit)}")
        if series.last and series.last.value is not None:
            labels.append(EndLabel(series.label, y(series.last.value), "label"))
    return labels


def _own(
    canvas: Canvas, given: Input, periods: Periods, x: Scale, y: Scale, cuts: list[float], obstacles: Obstacles
) -> list[EndLabel]:
    for run in periods.runs(given.own, cuts):
        _band(canvas, run, x, y, obstacles)
        through = [(x(at), y(point.value)) for at, point in run if point.value is not None]
        obstacles.add_line(through)
        if len(through) > 1:
            canvas.path(polyline(through), "own-line", given.own.label)
    for point in given.own.points:
        at = periods.of(point.period) or 0.0
        words = f"{given.own.label}, {point.words(given.unit)}" if given.own.label else point.words(given.unit)
        if point.value is None:
            canvas.text(x(at), y.start - 7, point.display, "symbol", "middle", title=words)
        else:
            canvas.circle(x(at), y(point.value), 4.5, "own-dot-open" if point.approximate else "own-dot", words)
    _values(canvas, given.own, periods, x, y, obstacles)
    last = given.own.last
    return [EndLabel(given.own.label, y(last.value), "label-own")] if last and last.value is not None else []


def _band(canvas: Canvas, run: list[tuple[float, Point]], x: Scale, y: Scale, obstacles: Obstacles) -> None:
    """The interval as a band along the run; a lone point, or one beside none, gets an upright."""
    known = [(x(at), y(p.interval[0]), y(p.interval[1])) for at, p in run if p.interval]
    if len(known) == len(run) > 1:
        edge = [(px, high) for px, _low, high in known] + [(px, low) for px, low, _high in reversed(known)]
        canvas.path(polyline(edge) + "Z", "band")
        return
    for px, low, high in known:
        canvas.line(px, low, px, high, "whisker")
        obstacles.add_line([(px, low), (px, high)])


def _values(canvas: Canvas, own: Series, periods: Periods, x: Scale, y: Scale, obstacles: Obstacles) -> None:
    """Numbers beside their dots, the the last first; one that finds no free place is left to its label."""
    shown = [p for p in own.points if p.value is not None]
    written = [*shown[-1:], *shown[:-1]] if len(shown) <= MOST_VALUES else [shown[-1], shown[0]]
    for point in written:
        style = "value-own" if point is own.last else "value"
        assert point.value is not None
        width = canvas.width_of(point.display, style)
        if free := obstacles.beside(x(periods.of(point.period) or 0.0), y(point.value), width):
            canvas.text(*free, point.display, style, "middle")


def _end_labels(canvas: Canvas, labels: list[EndLabel], left: float, room: float) -> None:
    """Names at the line ends, moved apart where they would collide, with a thread back to the line."""
    rows = [wrap(label.text, room - 8, 12.5, 2, bold=label.style == "label-own") for label in labels]
    tall = max((len(row) for row in rows), default=1)
    places = spread([label.y for label in labels], LABEL_GAP * tall, TOP, TOP + PLOT_HEIGHT)
    for label, row, at in zip(labels, rows, places, strict=True):
        if abs(at - label.y) > 4:
            canvas.line(left - 6, label.y, left + 3, at, "leader")
        first = at + 4 - (len(row) - 1) * 7.5
        canvas.lines(left + 6, first, row, label.style, title=label.text if " ".join(row) != label.text else "")
