"""The same year as a straight line: a band for each ring, months across, every activity a bar with its words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from styrkedja.core.charts.text import clean
from styrkedja.wheel.entries import Entry

from . import words
from .bars import LOOKS, OFF
from .geometry import Round, Year, place
from .labels import BETWEEN, ICON, PAD, Words
from .rings import LEVELS, Rings
from .sheet import Sheet

WIDTH, LEFT = 1000.0, 6.0
TOP, ROW, HIGH = 40.0, 24.0, 20.0
NAME = 24.0  # a band's head
GAP = 8.0


def draw_timeline(
    entries: Sequence[Entry], year: Year, today: dt.date, *, title: str, rings: Rings = LEVELS
) -> SafeString:
    """A complete <svg>; every activity is a link. Wider than a phone: the page lets it scroll."""
    sheet = Sheet("page", Round(0, 0), "t")
    found = [
        (str(name), _rows([e for e in entries if rings.of(e) == ring], year)) for ring, name in rings.names.items()
    ]
    bands = [(name, rows) for name, rows in found if rows]
    height = TOP + sum(NAME + len(rows) * ROW + 8 for _name, rows in bands)
    _ground(sheet, bands, year, today, height)
    y = TOP
    for _name, rows in bands:
        y += NAME
        for row in rows:
            for one, begin, end in row:
                _bar(sheet, one, begin, end, y)
            y += ROW
        y += 8
    alt = escape(clean(words.alt(entries, year.period)))
    named = escape(clean(title))
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="wheel-picture wheel-timeline" role="group" '
        f'viewBox="0 0 {WIDTH:g} {height:g}" width="{WIDTH:g}" height="{height:g}" aria-label="{named}. {alt}">'
        f"<title>{named}</title><desc>{alt}</desc><defs>{sheet.shared}</defs>{sheet.marks}</svg>"
    )


def _x(angle: float) -> float:
    return LEFT + angle / 360 * (WIDTH - 2 * LEFT)


def _rows(entries: Sequence[Entry], year: Year) -> list[list[tuple[Words, float, float]]]:
    """Each in the first row that is free for it and its words."""
    rows: list[list[tuple[Words, float, float]]] = []
    ends: list[float] = []
    for entry in sorted(entries, key=lambda e: (e.starts, e.ends, e.activity.number)):
        one = Words(entry)
        first, last = (_x(angle) for angle in year.span(entry.starts, entry.ends))
        first = min(first, WIDTH - LEFT - one.icons)
        last = max(last, first + one.icons)
        inside = last - first >= one.icons + one.width or last + one.width > WIDTH - LEFT
        before = inside and last - first < one.icons + one.width
        taken = (first - one.width - 6 if before else first, last if inside else last + one.width + 6)
        free = next((i for i, end in enumerate(ends) if end + GAP <= taken[0]), None)
        if free is None:
            rows.append([])
            ends.append(0)
            free = len(rows) - 1
        rows[free].append((one, first, last))
        ends[free] = taken[1]
    return rows


def _ground(
    sheet: Sheet, bands: Sequence[tuple[str, Sequence[object]]], year: Year, today: dt.date, end: float
) -> None:
    sheet.put('<g aria-hidden="true">')
    y = TOP
    for number, (_name, rows) in enumerate(bands):
        deep = NAME + len(rows) * ROW + 6
        sheet.path(_box(0, y, WIDTH, deep, 3), f"ring-{number % 2}")
        y += deep + 2
    for first, begin, until in year.months:
        if begin:
            sheet.path(f"M{place(_x(begin))} 10V{place(end)}", "month-line")
        sheet.text((_x(begin) + _x(until)) / 2, 18, words.month_name(first).capitalize(), "month", "middle")
    for number, angle in year.weeks:
        sheet.text(_x(min(angle + 180 * 7 / year.days, 359)), 34, str(number), "week", "middle")
    y = TOP
    for name, rows in bands:
        sheet.text(LEFT, y + 15, name.upper(), "ring-name")
        y += NAME + len(rows) * ROW + 8
    sheet.put("</g>")
    if year.holds(today):
        at = _x(year.angle(today) + 180 / year.days)
        said = _("Today, %(day)s") % {"day": date_format(today, "j F")}
        sheet.put(f'<g role="img" aria-label="{escape(said)}">')
        sheet.path(f"M{place(at)} {TOP - 4:g}V{place(end)}", "hand")
        sheet.put("</g>")


def _box(x: float, y: float, width: float, height: float, corner: float) -> str:
    c, wide, high = place(corner), place(width - 2 * corner), place(height - 2 * corner)
    return (
        f"M{place(x + corner)} {place(y)}h{wide}a{c} {c} 0 0 1 {c} {c}v{high}a{c} {c} 0 0 1 -{c} {c}h-{wide}"
        f"a{c} {c} 0 0 1 -{c} -{c}v-{high}a{c} {c} 0 0 1 {c} -{c}z"
    )


def _bar(sheet: Sheet, one: Words, begin: float, end: float, y: float) -> None:
    entry = one.entry
    shape, tone, inked = LOOKS.get(entry.state, OFF)
    with sheet.link(entry.url, words.whole(entry)):
        sheet.path(_box(begin, y, end - begin, HIGH, 4), shape)
        signs = [f"kind-{entry.activity.kind}"] + ([words.STATE_ICONS[entry.state]] if one.marked else [])
        for number, name in enumerate(signs):
            sheet.icon_at(name, begin + PAD + ICON / 2 + number * (ICON + BETWEEN), y + HIGH / 2, ICON, tone)
        inside = end - begin >= one.icons + one.width
        style = inked if inside or inked == "label-off" else "label"
        text = words.heading(entry)
        if inside:
            sheet.text(begin + one.icons, y + HIGH / 2 + 4, text, style)
        elif end + one.width <= WIDTH - LEFT:
            sheet.text(end + 5, y + HIGH / 2 + 4, text, style)
        else:
            sheet.text(begin - 5, y + HIGH / 2 + 4, text, style, "end")
