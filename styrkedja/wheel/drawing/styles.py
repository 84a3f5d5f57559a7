"""The wheel's styles by name: explicit attributes for print; `static/css/wheel.css` has a class of each for pages.

A test keeps the two lists equal. Colours are look.md's, light scheme.
"""

from __future__ import annotations

from styrkedja.core.charts.theme import BRAND, FONTS, INK, LINE, MUTED, OCHRE, PAPER

BAD, DARK_OCHRE, SUNKEN, EDGE = "#b3261e", "#8a5a12", "#f4f2ec", "#7c858a"
BRAND_14, BRAND_26 = "#e0e9e7", "#c5d4d1"

SIZES = {
    "month": 13.0,
    "week": 9.5,
    "ring-name": 9.5,
    "label": 11.5,
    "label-on": 11.5,
    "label-off": 11.5,
    "more-label": 11.5,
    "hand-label": 10.5,
    "year": 25.0,
    "c-title": 13.5,
    "c-text": 12.0,
    "c-note": 11.0,
    "legend": 12.0,
}
WEIGHT = {"month": 600, "ring-name": 600, "year": 600, "c-title": 600, "hand-label": 600}


def _line(colour: str, width: float, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round"{dashes}'


def _area(fill: str, edge: str = "", width: float = 1, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="{fill}"' + (f' stroke="{edge}" stroke-width="{width:g}"{dashes}' if edge else "")


def _icon(colour: str) -> str:
    return f'fill="none" stroke="{colour}" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round"'


PRINT: dict[str, str] = {
    **dict.fromkeys(("label", "month", "year", "c-title", "c-text", "legend"), _area(INK)),
    **dict.fromkeys(("week", "ring-name", "c-note", "label-off", "more-label"), _area(MUTED)),
    "label-on": _area(PAPER),
    "hand-label": _area(PAPER),
    "ring-0": _area("#efece4"),
    "ring-1": _area("#f4f2ec"),
    "sector": 'fill="#1d2429" fill-opacity="0.025"',
    "centre": _area(PAPER, LINE, 1),
    "rim": _line(PAPER, 2),
    "month-line": _line("#cfcabf", 0.8),
    "week-line": _line(LINE, 0.8),
    "bar-coming": _area(PAPER, BRAND, 1.2),
    "bar-ongoing": _area(BRAND_26, BRAND, 1.2),
    "bar-late": _area(PAPER, BAD, 2.8),
    "bar-done": _area(BRAND, BRAND, 1.2),
    "bar-part": _area(BRAND_26),
    "bar-off": _area(SUNKEN, EDGE, 1, "3 2"),
    "bar-more": _area(PAPER, MUTED, 1, "5 3"),
    "icon": _icon(BRAND),
    "icon-on": _icon(PAPER),
    "icon-late": _icon(BAD),
    "icon-off": _icon(MUTED),
    "back": _line(BRAND, 1.4, "4 3"),
    "back-late": _line(BAD, 2, "4 3"),
    "back-end": _area(BRAND),
    "back-end-late": _area(BAD),
    "hand": _line(OCHRE, 2),
    "hand-end": _area(OCHRE),
    "hand-pill": f'fill="none" stroke="{DARK_OCHRE}" stroke-width="16" stroke-linecap="round"',
}

__all__ = ["FONTS", "PRINT", "SIZES", "WEIGHT"]
