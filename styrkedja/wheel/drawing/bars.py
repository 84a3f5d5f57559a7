"""One activity as an arc: outlined when planned, filled when done, a thick edge when late; icons, number and word.

Whoever points at an arc or reaches it by keyboard reads the whole of it in the middle of the wheel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from styrkedja.core.charts.text import clean, wrap
from styrkedja.wheel.entries import Entry, EntryState

from . import words
from .geometry import degrees, length, turned
from .labels import BETWEEN, ICON, PAD
from .layout import BEFORE_LABEL, Back, Bar, Layout, More
from .rings import Rings
from .sheet import Sheet
from .styles import SIZES

LOOKS = {
    EntryState.COMING: ("bar-coming", "icon", "label"),
    EntryState.ONGOING: ("bar-ongoing", "icon", "label"),
    EntryState.LATE: ("bar-late", "icon-late", "label"),
    EntryState.DONE: ("bar-done", "icon-on", "label-on"),
}
OFF = ("bar-off", "icon-off", "label-off")
ACROSS = 1.7  # of the middle, in radii: how long a line of words may be there
THIN = 3.0  # air between an arc and the lane's edges


def draw_bar(sheet: Sheet, bar: Bar, layout: Layout, *, states: bool) -> None:
    entry = bar.entry
    shape, sign, inked = LOOKS.get(entry.state, OFF)
    half = (layout.height - THIN) / 2
    with sheet.link(entry.url, words.whole(entry, states=states), title=words.brief(entry)):
        sheet.path(sheet.round.band(bar.begin, bar.end, bar.radius - half, bar.radius + half, 4), shape)
        if entry.state != EntryState.DONE and 0 < entry.places_done < entry.places and entry.places > 1:
            upto = bar.begin + (bar.end - bar.begin) * entry.places_done / entry.places
            sheet.path(sheet.round.band(bar.begin, upto, bar.radius - half + 1, bar.radius + half - 1), "bar-part")
        _icons(sheet, bar, sign)
        _words(sheet, bar, inked if bar.inside or inked == "label-off" else "label")
        if sheet.theme == "page":
            _full(sheet, entry, layout.centre, states=states)


def _backwards(bar: Bar) -> bool:
    """In the lower half words run against the clock, and so do the icons before them."""
    return bar.inside and turned((bar.begin + bar.end) / 2)


def _icons(sheet: Sheet, bar: Bar, style: str) -> None:
    shown = [f"kind-{bar.entry.activity.kind}"]
    if bar.words.marked:
        shown.append(words.STATE_ICONS[bar.entry.state])
    room = length(bar.end - bar.begin, bar.radius)
    taken = len(shown) * ICON + (len(shown) - 1) * BETWEEN
    said = bar.inside and any(bar.words.within(room - bar.words.icons))
    first = PAD if said or room > taken + 40 else max((room - taken) / 2, 1)
    for number, name in enumerate(shown):
        along = degrees(first + number * (ICON + BETWEEN) + ICON / 2, bar.radius)
        angle = bar.end - along if _backwards(bar) else bar.begin + along
        sheet.icon(name, angle, bar.radius, ICON, style)


def _words(sheet: Sheet, bar: Bar, style: str) -> None:
    """In the arc after its icons; or beside it, close to it."""
    if bar.inside:
        room = length(bar.end - bar.begin, bar.radius) - bar.words.icons
    else:
        room = length(bar.label_end - bar.label_begin, bar.radius) - BEFORE_LABEL
    number, title = bar.words.within(room)
    if not number and not title:
        return
    parts = [(number + (" " if title else ""), True)] if number else []
    parts += [(title, False)] if title else []
    if bar.inside:
        lead = degrees(bar.words.icons, bar.radius)
        on = not _backwards(bar)
        sheet.along(bar.begin + lead if on else bar.end - lead, bar.radius, parts, style, "start", on=on)
        return
    on = not turned((bar.label_begin + bar.label_end) / 2)
    after = bar.label_begin >= bar.end
    off = degrees(BEFORE_LABEL, bar.radius)
    at = bar.end + off if after else bar.begin - off
    sheet.along(at, bar.radius, parts, style, "start" if after == on else "end", on=on)


def _full(sheet: Sheet, entry: Entry, radius: float, *, states: bool) -> None:
    """The whole of it for the middle of the wheel; the style sheet shows it on focus and under the pointer."""
    room = radius * ACROSS
    rows = [(row, "c-title") for row in wrap(words.heading(entry), room, 13.5, 4, bold=True)]
    rows.append((words.days_within(entry, room), "c-text"))
    if states:
        rows += [(row, "c-note") for row in wrap(clean(entry.responsible or entry.node.name), room, 11, 2)]
        rows.append((words.state(entry), "c-note"))
    else:
        rows += [(row, "c-note") for row in wrap(clean(entry.node.name), room, 11, 2)]
    sheet.put('<g class="w-full">')
    stack(sheet, rows)
    sheet.put("</g>")


def stack(sheet: Sheet, rows: Sequence[tuple[str, str]]) -> None:
    """Rows about the middle of the wheel; ("", "gap") is air."""
    heights = [10.0 if style == "gap" else SIZES[style] * 1.26 for _row, style in rows]
    y = -sum(heights) / 2
    for (row, style), height in zip(rows, heights, strict=True):
        y += height
        if style != "gap":
            sheet.centred(y - height * 0.26, row, style)


def draw_more(sheet: Sheet, more: More, height: float, url: str, rings: Rings) -> None:
    said = words.more(len(more.entries))
    half = (height - THIN) / 2
    named = f"{said}: {rings.names[more.ring]}, {words.month_name(more.month)}"
    with sheet.link(url, named, "w-rest"):
        sheet.path(sheet.round.band(more.begin, more.end, more.radius - half, more.radius + half, 4), "bar-more")
        sheet.about((more.begin + more.end) / 2, more.radius, said, "more-label")


def draw_back(sheet: Sheet, back: Back, returns_url: str) -> None:
    """A dashed line to the day it is due, with a head that points at the ring it goes to."""
    late = "-late" if back.one.late else ""
    named = words.returned(back.one) + (f" ({words.more(back.more)})" if back.more else "")
    with sheet.link((back.more and returns_url) or back.one.url, named, "w-return"):
        sheet.path(sheet.round.arc(back.begin, back.end, back.radius), f"back{late}")
        sheet.circle(*sheet.round.point(back.begin, back.radius), 2.2, f"back-end{late}")
        turn = math.degrees(4 / back.radius)
        if back.leads:
            corners = [(-turn, 0.0), (turn, 0.0), (0.0, -6.0 * back.leads)]
        else:
            corners = [(-turn, -4.0), (-turn, 4.0), (turn / 2, 0.0)]
        head = "L".join(sheet.round.at(back.end + along, back.radius + out) for along, out in corners)
        sheet.path(f"M{head}Z", f"back-end{late}")
