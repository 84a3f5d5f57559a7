"""The year of a node as a picture: what the wheel shows, and the files it is kept as."""

from __future__ import annotations

import datetime as dt

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from styrkedja.organisation.models import Node, Organiser
from styrkedja.wheel.drawing import files
from styrkedja.wheel.drawing.layout import More
from styrkedja.wheel.drawing.picture import Scene

from . import choosing, reading
from .reading import Shown

FORMATS = {  # of a picture: what it is called in the address, its type, what the file is called
    "svg": ("image/svg+xml", "arshjul.svg"),
    "png": ("image/png", "arshjul.png"),
    "a4": ("application/pdf", "arshjul-a4.pdf"),
    "a3": ("application/pdf", "arshjul-a3.pdf"),
}


def scene(shown: Shown) -> Scene:
    """What the wheel shows; an arc for many leads to the list of its month and ring."""
    here = reverse("wheel:node", args=[shown.node.pk])

    def listed(more: More) -> str:
        return here + shown.choice.address(view=choosing.LIST, ring=more.ring, month=f"{more.month:%Y-%m}")

    return Scene(
        entries=shown.entries,
        year=shown.year,
        today=shown.today,
        title=_("Annual wheel"),
        subtitle=shown.node.name,
        returns=shown.returns,
        more_url=listed,
        returns_url=address_of("dialogues:node", shown.node.pk),
        rings=shown.choice.ringed,
    )


def rendered(shown: Shown, form: str) -> bytes:
    drawn = scene(shown)
    if form == "svg":
        return files.as_svg(drawn).encode()
    if form == "png":
        return files.as_png(drawn)
    organiser = Organiser.objects.first()
    return files.as_pdf(files.Sheet(drawn, organiser.name if organiser else ""), form)


def svg_of(node: Node, period: str, today: dt.date, rings: str = "") -> str:
    """The year of a node as everybody may see it, for the command line: published years only."""
    return files.as_svg(scene(reading.everybodys(node, period, today, rings)))


def address_of(name: str, *args: object) -> str:
    """ "" where the page does not exist."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
