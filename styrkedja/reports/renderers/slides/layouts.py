"""Which layouts of a template the slides use, and where on them there is room. Knows nothing but presentations."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER as Kind
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout

TYPES = "[Content_Types].xml"
OF_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
OF_DECK = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
TITLES = (Kind.TITLE, Kind.CENTER_TITLE)
FRAMES = (Kind.OBJECT, Kind.BODY)
SMALL = (Kind.DATE, Kind.FOOTER, Kind.SLIDE_NUMBER)
LEAST_WIDTH, LEAST_HEIGHT = 0.5, 0.4  # of the slide
GAP = 0.02  # of the slide's height
NAMED = {"obj": 0, "titleOnly": 1}  # what PowerPoint calls the layouts we would rather have


class NoRoom(ValueError):
    """No layout has both a title and room under it."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where one may draw, in the presentation's units."""

    left: int
    top: int
    width: int
    height: int

    @property
    def bottom(self) -> int:
        return self.top + self.height


@dataclass(frozen=True, slots=True)
class Chosen:
    """The layout of the first slide, that of all others, and the room on these."""

    opening: SlideLayout
    content: SlideLayout
    area: Area


def opened(content: bytes) -> Deck:
    """A template, .pptx or .potx, without its own slides."""
    deck = Presentation(BytesIO(_as_deck(content)))
    ids = deck.slides._sldIdLst
    for slide in list(ids):
        deck.part.drop_rel(slide.rId)
        ids.remove(slide)
    for told in ("p:custShowLst", "p:extLst"):  # what names the slides that were there
        for element in deck.part._element.findall(qn(told)):
            deck.part._element.remove(element)
    return deck


def _as_deck(content: bytes) -> bytes:
    """A .potx says that it is a template; what is made from it is a presentation."""
    with zipfile.ZipFile(BytesIO(content)) as packed:
        if OF_TEMPLATE not in packed.read(TYPES):
            return content
        made = BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as written:
            for name in packed.namelist():
                held = packed.read(name)
                written.writestr(name, held.replace(OF_TEMPLATE, OF_DECK) if name == TYPES else held)
        return made.getvalue()


def chosen(deck: Deck) -> Chosen:
    """Raises NoRoom."""
    found = [(NAMED.get(layout._element.get("type"), 2), place, layout, area)
             for place, layout in enumerate(deck.slide_layouts) if (area := area_of(layout, deck))]  # fmt: skip
    if not found:
        raise NoRoom
    _rank, _place, content, area = min(found, key=lambda one: one[:2])
    opening = next((one for one in deck.slide_layouts if _opens(one)), content)
    return Chosen(opening, content, area)


def _opens(layout: Any) -> bool:
    kinds = {one.placeholder_format.type for one in layout.placeholders}
    return Kind.SUBTITLE in kinds and bool(kinds & set(TITLES)) and all(map(_stands, layout.placeholders))


def area_of(layout: Any, deck: Any) -> Area | None:
    """Where its content stands, else what is free under its title; None where that is too little."""
    title = next((one for one in layout.placeholders if one.placeholder_format.type == Kind.TITLE), None)
    if title is None or not _stands(title):
        return None
    frames = [one for one in layout.placeholders if one.placeholder_format.type in FRAMES and _stands(one)]
    if len(frames) == 1:
        area = Area(frames[0].left, frames[0].top, frames[0].width, frames[0].height)
    else:
        area = _under(title, layout, deck)
    enough = area.width >= deck.slide_width * LEAST_WIDTH and area.height >= deck.slide_height * LEAST_HEIGHT
    return area if enough and area.top >= title.top + title.height else None


def _under(title: Any, layout: Any, deck: Any) -> Area:
    gap = int(deck.slide_height * GAP)
    small = [one.top for one in layout.placeholders if one.placeholder_format.type in SMALL and _stands(one)]
    bottom = min([deck.slide_height - 2 * gap, *(top - gap for top in small if top > deck.slide_height / 2)])
    top = title.top + title.height + gap
    return Area(title.left, top, title.width, max(0, bottom - top))


def _stands(shape: Any) -> bool:
    """It has a place and a size, of its own or of the master."""
    return None not in (shape.left, shape.top, shape.width, shape.height)
