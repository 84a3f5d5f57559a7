"""The wheel itself: rings, months, today's hand, every activity an arc and a link, and the year in the middle.

*The year as everyone sees it.* `draw` gives a complete <svg>: for a page with classes that follow the reader's
scheme, for print with explicit colours and a legend of its own.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from styrkedja.core.charts.canvas import Theme
from styrkedja.core.charts.text import clean, width_of, wrap
from styrkedja.wheel.entries import Entry, EntryState, Return

from . import words
from .bars import ACROSS, LOOKS, OFF, draw_back, draw_bar, draw_more, stack
from .geometry import Round, Year, degrees
from .layout import HEAD, Bar, Layout, More, lay_out
from .rings import LEVELS, Rings
from .sheet import Sheet
from .styles import FONTS, SIZES

WEEKS, MONTHS = 9.5, 25.5  # beyond the rim, the middle of their words
LEGEND_ROW, LEGEND_COLUMNS = 22.0, 4
WAITING = (EntryState.LATE, EntryState.ONGOING, EntryState.COMING)


@dataclass(frozen=True)
class Scene:
    """What is drawn, for whom. subtitle: whose year it is. more_url: where the activities of a `More` are listed.

    states: whether it is said how far each has come; the public sees only what happens and when.
    """

    entries: Sequence[Entry]
    year: Year
    today: dt.date
    title: str
    subtitle: str = ""
    returns: Sequence[Return] = ()
    more_url: Callable[[More], str] | None = None
    returns_url: str = ""
    states: bool = True
    rings: Rings = LEVELS


def draw(scene: Scene, theme: Theme = "page", *, legend: bool = True) -> SafeString:
    """The year as a complete <svg>; every activity is a link of its own or counted by one.

    legend: whether a printed one explains its signs; a page does that in its own text.
    """
    layout = lay_out(scene.entries, scene.year, scene.returns, scene.rings)
    name = f"w{zlib.crc32(clean(f'{scene.title}{scene.subtitle}').encode()) % 4096:x}"
    sheet = Sheet(theme, Round(0, 0), name)
    hand = scene.year.angle(scene.today) + 180 / scene.year.days if scene.year.holds(scene.today) else None
    _ground(sheet, layout, hand, scene.rings)
    if hand is not None:
        _hand(sheet, scene.today, layout, hand)
    for one in layout.back:
        draw_back(sheet, one, scene.returns_url)
    parts: list[Bar | More] = sorted([*layout.bars, *layout.more], key=_by_date)
    for part in parts:
        if isinstance(part, More):
            draw_more(sheet, part, layout.height, scene.more_url(part) if scene.more_url else "", scene.rings)
        else:
            draw_bar(sheet, part, layout, states=scene.states)
    _centre(sheet, scene, layout)
    side = layout.middle * 2
    return _whole(sheet, scene, side, side + (_legend(sheet, scene, side) if legend and theme == "print" else 0))


def _by_date(part: Bar | More) -> tuple[dt.date, int]:
    """The order of the keyboard; an arc for many after those it stands among."""
    return (part.entries[0].starts, 1) if isinstance(part, More) else (part.entry.starts, 0)


def _whole(sheet: Sheet, scene: Scene, side: float, height: float) -> SafeString:
    title = escape(clean(f"{scene.title}, {scene.subtitle}" if scene.subtitle else scene.title))
    alt = escape(clean(words.alt(scene.entries, scene.year.period, states=scene.states)))
    page = sheet.theme == "page"
    look = 'class="wheel-picture" role="group"' if page else f'role="img" font-family="{FONTS}"'
    size = "" if page else f' width="{side:g}" height="{height:g}"'
    return SafeString(
        f'<svg xmlns="http://www.w3.org/2000/svg" {look} viewBox="{-side / 2:g} {-side / 2:g} {side:g} {height:g}"'
        f'{size} aria-label="{title}. {alt}"><title>{title}</title><desc>{alt}</desc>'
        f"<defs>{sheet.shared}</defs>{sheet.marks}</svg>"
    )


def _ground(sheet: Sheet, layout: Layout, hand: float | None, rings: Rings) -> None:
    """Rings, months and weeks: quiet, and nothing to listen to."""
    sheet.put('<g aria-hidden="true">')
    rim = layout.outer
    for place, ring in enumerate(layout.rings):
        sheet.circle(0, 0, ring.outer, f"ring-{place % 2}")
    for place, (first, begin, end) in enumerate(layout.year.months):
        if place % 2:
            sheet.path(sheet.round.band(begin, end, layout.centre, rim), "sector")
        sheet.line(begin, layout.centre, rim, "month-line")
        sheet.line(begin, rim + 17, rim + 32, "month-line")
        sheet.about((begin + end) / 2, rim + MONTHS, words.month_name(first).capitalize(), "month")
    hidden = degrees(30, rim)  # under the hand's day
    for number, angle in layout.year.weeks:
        sheet.line(angle, rim, rim + 4, "week-line")
        at = min(angle + 180 * 7 / layout.year.days, 359)
        if hand is None or abs(at - hand) > hidden:
            sheet.about(at, rim + WEEKS, str(number), "week")
    for ring in layout.rings:
        name = str(rings.names[ring.key]).upper()
        at = ring.outer - HEAD / 2
        sheet.along(degrees(5, at), at, [(name, False)], "ring-name", "start", on=True)
        sheet.path(sheet.round.arc(0, 360, ring.outer), "rim")
    sheet.put("</g>")


def _hand(sheet: Sheet, today: dt.date, layout: Layout, angle: float) -> None:
    said = _("Today, %(day)s") % {"day": date_format(today, "j F")}
    weeks = layout.outer + WEEKS
    sheet.put(f'<g role="img" aria-label="{escape(said)}">')
    sheet.line(angle, layout.centre, layout.outer + 3, "hand")
    sheet.circle(*sheet.round.point(angle, layout.centre), 4, "hand-end")
    day = words.short_day(today)
    half = degrees(width_of(day, SIZES["hand-label"], bold=True) / 2, weeks)
    middle = min(max(angle, half + 2), 358 - half)
    sheet.path(sheet.round.arc(middle - half, middle + half, weeks), "hand-pill")
    sheet.about(middle, weeks, day, "hand-label")
    sheet.put("</g>")


def _centre(sheet: Sheet, scene: Scene, layout: Layout) -> None:
    """The year, and what is next."""
    sheet.put('<g class="w-now">' if sheet.theme == "page" else "<g>")
    sheet.circle(0, 0, layout.centre, "centre")
    room = layout.centre * ACROSS
    rows: list[tuple[str, str]] = [(scene.year.period, "year")]
    if scene.subtitle and layout.centre > 104:
        rows += [(row, "c-note") for row in wrap(clean(scene.subtitle), room * 0.95, SIZES["c-note"], 2)]
    following = _next(scene)
    if following:
        rows += [("", "gap"), (_("Next") if scene.states else _("Next in the year"), "c-note")]
        lines = 3 if layout.centre < 120 else 4
        rows += [(row, "c-title") for row in wrap(words.heading(following), room, 13.5, lines, bold=True)]
        rows.append((words.days_within(following, room), "c-text"))
    stack(sheet, rows)
    sheet.put("</g>")


def _next(scene: Scene) -> Entry | None:
    """The first that has not begun; if there is none, the first that is not over."""
    open_ones = [e for e in scene.entries if e.state in WAITING and e.ends >= scene.today]
    open_ones.sort(key=lambda e: (e.starts <= scene.today, e.starts, e.ends))
    return open_ones[0] if open_ones else None


def _legend(sheet: Sheet, scene: Scene, side: float) -> float:
    """The signs in words under the wheel; its height."""
    signs = words.legend(scene.entries, returns=bool(scene.returns), states=scene.states)
    rows = -(-len(signs) // LEGEND_COLUMNS)
    for place, one in enumerate(signs):
        x = 40 - side / 2 + place // rows * (side - 60) / LEGEND_COLUMNS
        y = side / 2 + 18 + place % rows * LEGEND_ROW
        _sign(sheet, one, x, y)
        sheet.text(x + 20, y + 4, one["word"], "legend")
    return 18 + rows * LEGEND_ROW + 12


def _sign(sheet: Sheet, one: Mapping[str, str], x: float, y: float) -> None:
    if one["of"] == "line":
        sheet.path(f"M{x - 9:g} {y:g}h20", "back")
    elif one["of"] == "kind":
        sheet.icon_at(one["icon"], x + 1, y, 14, "icon")
    else:
        shape, tone, _words = LOOKS.get(EntryState(one["value"]), OFF)
        sheet.path(f"M{x - 9:g} {y - 7:g}h20v14h-20z", shape)
        if one["value"] != EntryState.COMING:
            sheet.icon_at(one["icon"], x + 1, y, 11, tone)


def sign(one: Mapping[str, str]) -> str:
    """One sign of the legend as a picture of its own, for print."""
    sheet = Sheet("print", Round(0, 0), "s")
    _sign(sheet, one, 10, 10)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="22" height="20" viewBox="0 0 22 20">'
        f"<defs>{sheet.shared}</defs>{sheet.marks}</svg>"
    )
