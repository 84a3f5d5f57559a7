"""The sheet the wheel is drawn on: elements with a named style, words along a circle, icons, links.

As the sheet of the charts (`core/charts/canvas.py`): a style is a class on a page and explicit attributes in print,
elements are written at once as text, and every word from outside is escaped here and nowhere else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from html import escape
from typing import Literal

from django.conf import settings
from django.utils.safestring import SafeString

from styrkedja.core.charts.canvas import Theme, is_own_address
from styrkedja.core.charts.text import clean

from .geometry import Round, place, turned
from .styles import PRINT, SIZES, WEIGHT

Anchor = Literal["start", "middle", "end"]
GRID = 20.0  # icons are drawn on
LETTER = 0.36  # half the height of a capital, of the type size


class Sheet:
    def __init__(self, theme: Theme, centre: Round, name: str) -> None:
        self.theme, self.round, self.name = theme, centre, name
        self._bold = "<tspan>" if theme == "page" else '<tspan font-weight="600">'
        self._elements: list[str] = []
        self._circles: dict[tuple[str, bool], str] = {}
        self._icons: dict[tuple[str, float], str] = {}

    @property
    def marks(self) -> SafeString:
        return SafeString("".join(self._elements))

    @property
    def shared(self) -> SafeString:
        """Circles that words stand on, and icons: drawn once each."""
        circles = (f'<path id="{name}" d="{self._circle(float(r), on)}"/>' for (r, on), name in self._circles.items())
        icons = (
            f'<g id="{name}" transform="translate({-s / 2:g} {-s / 2:g})scale({s / GRID:g})">{_icons()[icon]}</g>'
            for (icon, s), name in self._icons.items()
        )
        return SafeString("".join([*circles, *icons]))

    def put(self, text: str) -> None:
        self._elements.append(text)

    def path(self, data: str, style: str, label: str = "") -> None:
        title = f"<title>{escape(clean(label))}</title>" if label else ""
        self._elements.append(f'<path d="{data}"{self._paint(style)}' + (f">{title}</path>" if title else "/>"))

    def circle(self, x: float, y: float, radius: float, style: str) -> None:
        self._elements.append(f'<circle cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"{self._paint(style)}/>')

    def line(self, angle: float, inner: float, outer: float, style: str) -> None:
        """Outward from the centre."""
        self.path(f"M{self.round.at(angle, inner)}L{self.round.at(angle, outer)}", style)

    def icon(self, name: str, angle: float, radius: float, size: float, style: str) -> None:
        """Upright, with its middle there."""
        self.icon_at(name, *self.round.point(angle, radius), size, style)

    def icon_at(self, name: str, x: float, y: float, size: float, style: str) -> None:
        ref = self._icons.setdefault((name, size), f"{self.name}i{len(self._icons)}")
        self._elements.append(f'<use href="#{ref}" x="{place(x)}" y="{place(y)}"{self._paint(style)}/>')

    def text(self, x: float, y: float, words: str, style: str, anchor: Anchor = "start") -> None:
        where = f'x="{place(x)}" y="{place(y)}"' + (f' text-anchor="{anchor}"' if anchor != "start" else "")
        self._elements.append(f"<text {where}{self._type(style)}>{escape(words)}</text>")

    def centred(self, y: float, words: str, style: str) -> None:
        """In the middle of the wheel, `y` below its centre. What most of its words look like needs no saying."""
        if self.theme == "page":
            look = self._paint(style) if style != "c-note" else ""
            self._elements.append(f'<text y="{place(y)}"{look}>{escape(words)}</text>')
        else:
            self.text(0, y, words, style, "middle")

    def along(
        self, angle: float, radius: float, parts: Sequence[tuple[str, bool]], style: str, anchor: Anchor, on: bool
    ) -> None:
        """Words along the circle from `angle` on (or to it, or about it); parts are (text, bold).

        `on`: written clockwise; otherwise counter-clockwise, which is upright in the lower half.
        """
        baseline = radius - SIZES[style] * LETTER if on else radius + SIZES[style] * LETTER
        ref = self._circles.setdefault((place(baseline), on), f"{self.name}c{len(self._circles)}")
        offset = math.radians(angle if on else 360 - angle) * float(place(baseline))
        put = f' text-anchor="{anchor}"' if anchor != "start" else ""
        words = "".join(f"{self._bold}{escape(text)}</tspan>" if bold else escape(text) for text, bold in parts)
        on_path = f'<textPath href="#{ref}" startOffset="{place(offset)}">{words}</textPath>'
        self._elements.append(f"<text{self._type(style)}{put}>{on_path}</text>")

    def about(self, angle: float, radius: float, words: str, style: str) -> None:
        """Words in the middle of an angle, upright. Near the top they stand on a circle that begins elsewhere."""
        self.along(angle, radius, [(words, False)], style, "middle", on=not turned(angle))

    @contextmanager
    def link(self, href: str, label: str, kind: str = "", title: str = "") -> Iterator[None]:
        """Elements drawn inside lead there, and are named in full; `title` is shorter. Paper has the name alone."""
        leads = self.theme == "page" and is_own_address(href)
        named, short = escape(clean(label)), escape(clean(title or label))
        if leads:
            also = f' class="{kind}"' if kind else ""
            self._elements.append(f'<a href="{escape(clean(href))}"{also} aria-label="{named}"><title>{short}</title>')
        else:
            self._elements.append(f"<g><title>{named}</title>")
        yield
        self._elements.append("</a>" if leads else "</g>")

    def _paint(self, style: str) -> str:
        return f' class="w-{style}"' if self.theme == "page" else f" {PRINT[style]}"

    def _type(self, style: str) -> str:
        if self.theme == "page":
            return self._paint(style)
        weight = f' font-weight="{WEIGHT[style]}"' if style in WEIGHT else ""
        return f' font-size="{place(SIZES[style])}"{weight}{self._paint(style)}'

    def _circle(self, radius: float, on: bool) -> str:
        r, side = place(radius), int(on)
        top, bottom = self.round.at(0, radius), self.round.at(180, radius)
        return f"M{top}A{r} {r} 0 0 {side} {bottom}A{r} {r} 0 0 {side} {top}"


@cache
def _icons() -> dict[str, str]:
    """The drawing of every icon of the sprite, by its name."""
    sprite = (settings.BASE_DIR / "static" / "icons.svg").read_text("utf-8")
    return dict(re.findall(r'<symbol id="([\w-]+)"[^>]*>(.*?)</symbol>', sprite, re.DOTALL))
