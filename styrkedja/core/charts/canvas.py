"""The sheet a chart is drawn on: elements with a named style, each with its label.

A style is a class on a page, coloured by `static/css/charts.css`, and explicit attributes in print, which a
typesetter without style sheets can draw. Type sizes are the drawing's own in both. Elements are written at once
as text, ten times faster than a template tag each; every word from outside is escaped here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from html import escape
from typing import Literal

from django.utils.safestring import SafeString

from .text import BOLD, clean, fit, width_of
from .theme import PRINT, SIZES, WEIGHT

Theme = Literal["page", "print"]
Anchor = Literal["start", "middle", "end"]
ALLOWED_LINKS = ("?", "#", "https://", "http://")


def place(value: float) -> str:
    """A coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")


def polyline(points: Iterable[tuple[float, float]]) -> str:
    """Path data through the points."""
    return "M" + "L".join(f"{place(x)} {place(y)}" for x, y in points)


def is_own_address(href: object) -> bool:
    """True for addresses within the site and on the web; never for script or another scheme."""
    address = str(href or "")
    return address.startswith(ALLOWED_LINKS) or (address.startswith("/") and not address.startswith(("//", "/\\")))


class Canvas:
    def __init__(self, width: float, height: float, theme: Theme) -> None:
        self.width, self.height, self.theme = width, height, theme
        self.linked = False
        self._elements: list[str] = []

    @property
    def marks(self) -> SafeString:
        return SafeString("".join(self._elements))

    def line(self, x1: float, y1: float, x2: float, y2: float, style: str, title: str = "") -> None:
        self._add("line", f'x1="{place(x1)}" y1="{place(y1)}" x2="{place(x2)}" y2="{place(y2)}"', style, title)

    def path(self, data: str, style: str, title: str = "") -> None:
        self._add("path", f'd="{data}"', style, title)

    def circle(self, x: float, y: float, radius: float, style: str, title: str = "") -> None:
        self._add("circle", f'cx="{place(x)}" cy="{place(y)}" r="{place(radius)}"', style, title)

    def diamond(self, x: float, y: float, radius: float, style: str, title: str = "") -> None:
        points = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        self.path(polyline(points) + "Z", style, title)

    def rect(self, x: float, y: float, width: float, height: float, style: str, title: str = "") -> None:
        box = f'x="{place(x)}" y="{place(y)}" width="{place(max(width, 0))}" height="{place(height)}"'
        self._add("rect", box, style, title)

    def hit(self, x: float, y: float, width: float, height: float, title: str) -> None:
        """An unseen ground that makes a row easy to point at; paper needs none."""
        if self.theme == "page":
            self.rect(x, y, width, height, "hit", title)

    def text(
        self, x: float, y: float, text: str, style: str, anchor: Anchor = "start", room: float = 0, title: str = ""
    ) -> None:
        """Text on its baseline; cut to `room` where given, and then the whole of it is its label."""
        whole = clean(text)
        shown = fit(whole, room, SIZES[style], bold=style in WEIGHT) if room else whole
        attributes = f'x="{place(x)}" y="{place(y)}" font-size="{place(SIZES[style])}"'
        if anchor != "start":
            attributes += f' text-anchor="{anchor}"'
        if style in WEIGHT:
            attributes += f' font-weight="{WEIGHT[style]}"'
        self._add("text", attributes, style, title or (whole if shown != whole else ""), shown)

    def lines(
        self, x: float, y: float, rows: Sequence[str], style: str, anchor: Anchor = "start", title: str = ""
    ) -> None:
        """Several lines of text, the first on the baseline `y`."""
        for i, row in enumerate(rows):
            self.text(x, y + i * SIZES[style] * 1.2, row, style, anchor, title=title)

    @contextmanager
    def link(self, href: str | None, label: str = "") -> Iterator[None]:
        """Elements drawn inside lead to `href`. Paper has no links."""
        leads = self.theme == "page" and is_own_address(href)
        if leads:
            self.linked = True
            self._elements.append(f'<a href="{escape(clean(href))}" aria-label="{escape(clean(label))}">')
        yield
        if leads:
            self._elements.append("</a>")

    def width_of(self, text: str, style: str) -> float:
        return width_of(clean(text), SIZES[style]) * (BOLD if style in WEIGHT else 1)

    def _add(self, tag: str, attributes: str, style: str, title: str, text: str = "") -> None:
        paint = f'class="c-{style}"' if self.theme == "page" else PRINT[style]
        label = f"<title>{escape(clean(title))}</title>" if title else ""
        self._elements.append(f"<{tag} {attributes} {paint}>{label}{escape(text)}</{tag}>")
