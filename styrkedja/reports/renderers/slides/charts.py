"""Charts of a report as native, editable charts of a presentation: lines over periods, bars of units by name.

Figures are written as they are printed, never finer: behind the chart lies a sheet anybody can open. What has no number
is an empty cell and a gap, its symbol stands at its place, and why is said in words under the chart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree
from pptx.chart.chart import Chart as Native
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_MARKER_STYLE,
    XL_TICK_LABEL_POSITION,
)
from pptx.enum.dml import MSO_LINE, MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from styrkedja.core.values import State
from styrkedja.reports.blocks import Chart
from styrkedja.reports.renderers import wording

MOST_PERIODS, MOST_BARS, MOST_SERIES = 10, 16, 4
GREYS = (RGBColor(0x4A, 0x53, 0x59), RGBColor(0x6B, 0x74, 0x7A), RGBColor(0x6B, 0x74, 0x7A))  # 4.5:1 on white
DASHES = (MSO_LINE.DASH, MSO_LINE.ROUND_DOT, MSO_LINE.LONG_DASH)
MARKERS = (XL_MARKER_STYLE.SQUARE, XL_MARKER_STYLE.TRIANGLE, XL_MARKER_STYLE.DIAMOND)
Point = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """A name and its points, one for each category; a point that is not there is None."""

    name: str
    points: tuple[Point | None, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """What is drawn. breaks: places from which the figures mean something else than before."""

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    bars: bool
    breaks: frozenset[int] = frozenset()
    whole: int | None = None  # the bar of all the units together


def can_be_drawn(chart: Chart) -> bool:
    """Lines and dots with room on a slide; the rest of the kit is left to the report."""
    if chart.kind == "line":
        return 1 < len(_periods(chart.data)) <= MOST_PERIODS
    return chart.kind == "dots" and 1 < len(chart.data["items"]) <= MOST_BARS


def shape_of(chart: Chart) -> Shape:
    """Categories and series of a chart that can be drawn."""
    return _lines(chart.data) if chart.kind == "line" else _bars(chart.data)


def _periods(data: Mapping[str, Any]) -> list[str]:
    lines = (data["points"], *(line["points"] for line in data["comparisons"]))
    return sorted({point["period"] for points in lines for point in points})


def _lines(data: Mapping[str, Any]) -> Shape:
    periods = _periods(data)
    own = {point["period"]: point for point in data["points"]}
    lines = [(data["label"], own)]
    lines += [(line["label"], {p["period"]: p for p in line["points"]}) for line in data["comparisons"]]
    series = [Series(name, tuple(held.get(period) for period in periods)) for name, held in lines[:MOST_SERIES]]
    changed = {one["period"] for one in data["breaks"]}
    named = tuple(_named(period, own.get(period)) for period in periods)
    return Shape(named, tuple(series), bars=False, breaks=frozenset(i for i, p in enumerate(periods) if p in changed))


def _bars(data: Mapping[str, Any]) -> Shape:
    items = list(data["items"])
    reference = data.get("reference")
    decimals = max((_decimals(item["display"]) for item in items if printed(item) is not None), default=0)
    if reference and reference["value"] is not None:
        value = round(reference["value"], decimals)
        items.insert(0, {"label": reference["label"], "value": value, "state": State.SHOWN.value, "interval": None,
                         "n": None, "display": f"{value:.{decimals}f}"})  # fmt: skip
    whole = 0 if len(items) > len(data["items"]) else None
    named = tuple(_named(item["label"], item) for item in items)
    return Shape(named, (Series(data["unit"], tuple(items)),), bars=True, whole=whole)


def _named(label: str, point: Point | None) -> str:
    """A category; where there is no number its symbol stands there: "2021/22: .."."""
    return label if point is None or printed(point) is not None else f"{label}: {point['display']}"


def printed(point: Point | None) -> float | None:
    """The number as it is printed; None where none is."""
    if point is None or point["value"] is None or State(point["state"]) not in (State.SHOWN, State.APPROXIMATE):
        return None
    return float(round(point["value"], _decimals(point["display"])))


def _decimals(display: str) -> int:
    number = display.replace(",", ".").partition(".")[2]
    return len(number) - len(number.lstrip("0123456789"))


# Words under the chart


def about(chart: Chart, node: str) -> str:
    """Whom, when and how many: "Björkskolan · 2020/21–2024/25 · n = 48 (2024/25)"."""
    if chart.kind == "line":
        periods = _periods(chart.data)
        last = next((p for p in reversed(chart.data["points"]) if printed(p) is not None), None)
        counted = _counted([last["n"]] if last else [])
        when = f" ({last['period']})" if last and last["n"] is not None else ""
        return f"{chart.data['label']} · {periods[0]}–{periods[-1]} · {counted}{when}"
    shown = [item["n"] for item in chart.data["items"] if printed(item) is not None]
    parts = [node, chart.data.get("period", ""), _counted(shown)]
    return " · ".join(part for part in parts if part)


def _counted(counts: Iterable[int | None]) -> str:
    held = [count for count in counts if count is not None]
    if not held:
        return _("the source does not say how many")
    low, high = min(held), max(held)
    return f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{low}" + (f"–{high}" if high > low else "")


def hidden(chart: Chart) -> Iterator[str]:
    """Why there are gaps: "2021/22, 2023/24 – visas inte: för få."."""
    points = chart.data["points"] if chart.kind == "line" else chart.data["items"]
    found: dict[str, list[str]] = {}
    for point in points:
        if printed(point) is None:
            found.setdefault(point["state"], []).append(point.get("period") or point.get("label", ""))
    for state, places in found.items():
        word = wording.state_word(state)
        yield f"{', '.join(places)} – {word[:1].lower()}{word[1:]}."


# The native chart


def kind_of(shape: Shape) -> XL_CHART_TYPE:
    return XL_CHART_TYPE.BAR_CLUSTERED if shape.bars else XL_CHART_TYPE.LINE_MARKERS


def data_of(shape: Shape) -> CategoryChartData:
    """What the sheet behind the chart holds."""
    data = CategoryChartData(number_format=_format(shape))
    data.categories = shape.categories
    for series in shape.series:
        data.add_series(series.name, [printed(point) for point in series.points])
    return data


def _format(shape: Shape) -> str:
    shown = (point for series in shape.series for point in series.points)
    decimals = max((_decimals(p["display"]) for p in shown if p is not None and printed(p) is not None), default=0)
    return "0" if not decimals else f"0.{'0' * decimals}"


def dress(native: Native, chart: Chart, shape: Shape, size: int) -> None:
    """How it looks: the template's own first colour for what it is about, greys and dashes for what is compared."""
    native.has_title = False  # the slide's title is the message
    native.font.size = Pt(size)
    native.has_legend = len(shape.series) > 1
    if native.has_legend:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
    _axes(native, chart, shape)
    for place, series in enumerate(native.plots[0].series):
        if shape.bars:
            _dress_bars(series, shape)
        else:
            _dress_line(series, shape, place)
    _labels(native, shape)


def _axes(native: Native, chart: Chart, shape: Shape) -> None:
    names, values = native.category_axis, native.value_axis
    names.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    names.has_major_gridlines = False
    names.format.line.color.rgb = GREYS[1]
    values.has_major_gridlines = not shape.bars
    if shape.bars:
        names.reverse_order = True  # the first name on top
        values.visible = False
        if all((printed(p) or 0) >= 0 for s in shape.series for p in s.points):
            values.minimum_scale = 0
        return
    values.major_gridlines.format.line.color.rgb = RGBColor(0xD9, 0xD9, 0xD9)
    values.format.line.fill.background()
    if unit := chart.data["unit"]:
        values.has_title = True
        values.axis_title.text_frame.text = unit


def _dress_bars(series: Any, shape: Shape) -> None:
    native = series._element
    series.invert_if_negative = False
    series.format.fill.solid()
    series.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    if shape.whole is not None:
        fill = series.points[shape.whole].format.fill
        fill.solid()
        fill.fore_color.rgb = GREYS[0]
    _error_bars(native, shape.series[0])


def _dress_line(series: Any, shape: Shape, place: int) -> None:
    series.smooth = False
    line = series.format.line
    line.width = Pt(3 if place == 0 else 1.75)
    _colour(line.color, place)
    if place:
        line.dash_style = DASHES[place - 1]
    _mark(series.marker, place)
    for broken in shape.breaks:  # what leads to the first point of the new meaning is not drawn
        point = series.points[broken]
        point.format.line.fill.background()
        _mark(point.marker, place)
    if place == 0:
        _error_bars(series._element, shape.series[0])


def _mark(marker: Any, place: int) -> None:
    """Each line has a mark of its own: colour never tells it alone."""
    marker.size = 9 if place == 0 else 6
    marker.style = XL_MARKER_STYLE.CIRCLE if place == 0 else MARKERS[place - 1]
    marker.format.fill.solid()
    _colour(marker.format.fill.fore_color, place)
    _colour(marker.format.line.color, place)


def _colour(colour: Any, place: int) -> None:
    if place == 0:
        colour.theme_color = MSO_THEME_COLOR.ACCENT_1
    else:
        colour.rgb = GREYS[place - 1]


def _labels(native: Native, shape: Shape) -> None:
    """Every number of what the slide is about is written out; an approximate one with its word."""
    labels = native.plots[0].series[0].data_labels
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = _format(shape), False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END if shape.bars else XL_LABEL_POSITION.ABOVE
    for place, point in enumerate(shape.series[0].points):
        if point is not None and printed(point) is not None and point["state"] == State.APPROXIMATE:
            frame = native.plots[0].series[0].points[place].data_label.text_frame
            frame.text = point["display"]


def _error_bars(element: Any, series: Series) -> None:
    """The interval the report draws, to one decimal; nothing where no point has one."""
    spans = [_span(point) for point in series.points]
    if not any(spans):
        return
    bars = etree.SubElement(element, qn("c:errBars"))
    for name, value in (("errBarType", "both"), ("errValType", "cust"), ("noEndCap", "0")):
        etree.SubElement(bars, qn(f"c:{name}")).set("val", value)
    for name, side in (("plus", 1), ("minus", 0)):
        numbers = etree.SubElement(etree.SubElement(bars, qn(f"c:{name}")), qn("c:numLit"))
        etree.SubElement(numbers, qn("c:formatCode")).text = "General"
        etree.SubElement(numbers, qn("c:ptCount")).set("val", str(len(spans)))
        for place, span in enumerate(spans):
            if span:
                point = etree.SubElement(numbers, qn("c:pt"), idx=str(place))
                etree.SubElement(point, qn("c:v")).text = f"{span[side]:.1f}"
    bars.append(_thin_line())
    element.find(qn("c:cat")).addprevious(bars)


def _span(point: Point | None) -> tuple[float, float] | None:
    """How far down and up from the printed number the interval reaches."""
    value = printed(point)
    if point is None or value is None or not point.get("interval"):
        return None
    low, high = point["interval"]
    return max(0.0, value - low), max(0.0, high - value)


def _thin_line() -> Any:
    return etree.fromstring(
        '<c:spPr xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
        ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:ln w="12700"><a:solidFill><a:srgbClr val="4A5359"/></a:solidFill></a:ln></c:spPr>'
    )
