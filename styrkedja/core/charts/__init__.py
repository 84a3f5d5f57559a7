"""The chart kit: eight drawings as SVG, the same on pages and in PDF (interface.md §2, look.md).

Serves the first question, *Var är vi?*, and every report. Geometry is computed here, the drawing is written by
`templates/_charts/chart.svg`. Text never depends on colour alone, gaps are gaps, and every mark has a label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from . import dots, funnel, heat, likert, line, multiples, slope, sparkline
from .canvas import Canvas, Theme
from .text import clean
from .theme import FONTS

Draw = Callable[[Mapping[str, Any], Theme, float], Canvas | None]

KINDS: dict[str, tuple[Draw, float]] = {
    "sparkline": (sparkline.draw, 140),
    "line": (line.draw, 440),
    "dots": (dots.draw, 480),
    "multiples": (multiples.draw, 720),
    "slope": (slope.draw, 440),
    "likert": (likert.draw, 480),
    "heat": (heat.draw, 720),
    "funnel": (funnel.draw, 480),
}
NARROW = 328.0  # a phone's column; kinds that only grow taller are drawn a second time for it
FOLDING = ("line", "dots", "multiples", "slope", "likert", "heat", "funnel")
EMPTY_HEIGHT = {"sparkline": 36}


@lru_cache(maxsize=1)
def _cached_template() -> Any:
    return get_template("_charts/chart.svg")


def draw(
    kind: str, data: Mapping[str, Any], *, title: str, alt: str, theme: Theme = "page", width: float | None = None
) -> SafeString:
    """A complete <svg>. Shapes of `data` are in docs/howto/pages.md; `width` in the drawing's own units.

    `title` is the message, `alt` what the drawing shows; both become its name. With nothing to draw it says so.
    Raises KeyError for a kind that is not in the kit and ValueError for an empty alt.
    """
    if not clean(alt):
        raise ValueError("a chart needs an alt text")
    drawing, usual_width = KINDS[kind]
    wide = float(width or usual_width)
    canvas = drawing(data, theme, wide) or _nothing(wide, EMPTY_HEIGHT.get(kind, 96), theme)
    template = get_template("_charts/chart.svg") if settings.DEBUG else _cached_template()
    context = {
        "marks": canvas.marks,
        "width": f"{canvas.width:g}",
        "height": f"{canvas.height:g}",
        "kind": kind,
        "role": "group" if canvas.linked else "img",
        "title": clean(title),
        "alt": clean(alt),
        "fonts": FONTS if theme == "print" else "",
    }
    return SafeString(template.render(context).strip())


def draw_for_page(
    kind: str, data: Mapping[str, Any], *, title: str, alt: str, width: float | None = None
) -> SafeString:
    """The chart as a page shows it: for kinds that fold, also a narrow drawing, of which the style sheet shows one."""
    wide = draw(kind, data, title=title, alt=alt, width=width)
    if kind not in FOLDING:
        return wide
    narrow = draw(kind, data, title=title, alt=alt, width=NARROW)
    return format_html('<div class="chart-fold"><div>{}</div><div>{}</div></div>', wide, narrow)


def _nothing(width: float, height: float, theme: Theme) -> Canvas:
    """A calm sheet that says there is nothing to show."""
    canvas = Canvas(width, height, theme)
    canvas.rect(0.5, 0.5, width - 1, height - 1, "cell-empty")
    style = "empty" if width > 200 else "small"
    canvas.text(width / 2, height / 2 + 5, _("No data"), style, "middle")
    return canvas


__all__ = ["KINDS", "draw", "draw_for_page"]
