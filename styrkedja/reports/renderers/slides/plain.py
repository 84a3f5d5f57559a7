"""The plain template: what is used where the organiser has no template of its own. Broad, calm, black on white."""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE as RT
from pptx.oxml.ns import qn
from pptx.util import Inches

KEPT = ("title", "obj")
# Of the design tokens in css/tokens.css: brand, accent, info, good, attention, bad.
COLOURS = {
    "dk1": "1D2429", "lt1": "FFFFFF", "dk2": "1F5A4C", "lt2": "F4F2EC", "accent1": "1F5A4C", "accent2": "B7791F",
    "accent3": "2B5C8A", "accent4": "2E7D4F", "accent5": "A15C00", "accent6": "B3261E", "hlink": "2B5C8A",
    "folHlink": "5C666D",
}  # fmt: skip
TYPEFACE = b"Arial"  # on every machine slides are shown on
# left, top, width, height in inches, by the kind of placeholder
MASTER = {"title": (0.7, 0.45, 11.93, 1.15), "body": (0.7, 1.75, 11.93, 5.0), "sldNum": (11.6, 6.95, 1.03, 0.35)}
OPENING = {"ctrTitle": (0.7, 1.7, 11.93, 2.0), "subTitle": (0.7, 3.9, 11.93, 2.4)}
SIZES = {"titleStyle": "2800", "bodyStyle": "2000"}


@lru_cache(maxsize=1)
def plain() -> bytes:
    """The template as a .pptx file without slides."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    for layout in list(deck.slide_layouts):
        if layout._element.get("type") not in KEPT:
            deck.slide_layouts.remove(layout)
    master = deck.slide_master
    _place(master, MASTER)
    for layout in deck.slide_layouts:
        _place(layout, OPENING)
    for style, size in SIZES.items():
        first = master._element.find(f".//{qn(f'p:{style}')}/{qn('a:lvl1pPr')}")
        first.set("algn", "l")
        first.find(qn("a:defRPr")).set("sz", size)
    for style in master._element.findall(f".//{qn('p:titleStyle')}//{qn('a:schemeClr')}"):
        style.set("val", "tx2")
    theme = master.part.part_related_by(RT.THEME)
    theme._blob = _theme(theme.blob)
    made = BytesIO()
    deck.save(made)
    return made.getvalue()


def _place(of: Any, where: dict[str, tuple[float, float, float, float]]) -> None:
    """Set each placeholder where it is to stand; those without a place go: a slide has no date and no foot."""
    for shape in list(of.placeholders):
        kind = shape._element.find(f".//{qn('p:ph')}").get("type", "obj")
        if kind in where:
            shape.left, shape.top, shape.width, shape.height = map(Inches, where[kind])
            shape.text_frame.word_wrap = True
            for properties in shape._element.findall(f".//{qn('a:lvl1pPr')}"):
                properties.set("algn", "l")
        elif kind in ("dt", "ftr"):
            shape._element.getparent().remove(shape._element)


def _theme(blob: bytes) -> bytes:
    """The theme with our colours and a typeface that is everywhere."""
    for name, colour in COLOURS.items():
        blob = re.sub(
            rb"(<a:%b>).*?(</a:%b>)" % (name.encode(), name.encode()),
            rb'\g<1><a:srgbClr val="%b"/>\g<2>' % colour.encode(),
            blob,
            flags=re.DOTALL,
        )
    return re.sub(rb'(<a:(?:major|minor)Font>\s*<a:latin typeface=")[^"]*', rb"\g<1>" + TYPEFACE, blob)
