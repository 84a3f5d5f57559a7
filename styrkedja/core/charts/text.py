"""Text in a drawing: how wide it is, what to do when it is too long, and which characters XML can hold."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import lru_cache

from django.utils.formats import get_format

# Widths in 1/1000 of the type size, the wider of IBM Plex Sans and Arial's metrics, rounded up to 40.
WIDTHS = {
    240: "'ij",
    280: " !,.:;l",
    320: "()[]f|·",
    360: "rt{}",
    400: '"-/I\\',
    440: "*",
    480: "svyz‥°",
    520: "Jckx",
    600: "$+0123456789<=>FTZ^`~–−≈±×§",
    680: "&ABEKPSVXYÅÄÉ",
    720: "#CDHNRUÜ",
    760: "GOQwÖ",
    840: "M",
    880: "m",
    920: "%",
    960: "W",
    1000: "@—…",
}
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
USUAL, WIDE = 560, 1000  # lower-case letters; scripts and pictures we have no metrics for
BOLD = 1.07
ELLIPSIS = "…"
# XML 1.0 has no place for control characters, lone surrogates or the two non-characters.
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: object) -> str:
    """The text on one line, without the characters XML cannot hold."""
    return " ".join(NOT_XML.sub("", str(text)).split())


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, *, bold: bool = False) -> float:
    """Estimated width in the drawing's units, rather too wide than too narrow."""
    thousandths = sum(WIDTH_OF.get(letter, USUAL if letter < "\u0250" else WIDE) for letter in text)
    return thousandths / 1000 * size * (BOLD if bold else 1)


@lru_cache(maxsize=4096)
def fit(text: str, width: float, size: float, *, bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than `width`."""
    if width_of(text, size, bold=bold) <= width:
        return text
    kept = text
    while kept and width_of(kept.rstrip() + ELLIPSIS, size, bold=bold) > width:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


@lru_cache(maxsize=4096)
def wrap(text: str, width: float, size: float, lines: int = 2, *, bold: bool = False) -> tuple[str, ...]:
    """The text on at most `lines` lines; the last one is cut with an ellipsis if need be."""
    rows: list[str] = []
    for word in text.split():
        joined = f"{rows[-1]} {word}" if rows else word
        if rows and width_of(joined, size, bold=bold) <= width:
            rows[-1] = joined
        else:
            rows.append(word)
    kept = [*rows[: lines - 1], " ".join(rows[lines - 1 :])] if len(rows) > lines else rows
    return tuple(fit(row, width, size, bold=bold) for row in kept)


def number(value: float, decimals: int | None = None) -> str:
    """A number as the reader's language writes it: 79.2 -> "79,2", -3 -> "−3". At most one decimal unless told."""
    if decimals is None:
        decimals = 0 if math.isclose(value, round(value), abs_tol=0.049) else 1
    written = f"{value:.{decimals}f}"
    if float(written) == 0:
        written = written.lstrip("-")
    return written.replace("-", "−").replace(".", str(get_format("DECIMAL_SEPARATOR")))


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, in the same order along the axis, at least `gap` apart, within low..high.

    Where there are too many for the room they are set evenly. Returned in the order given.
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    if len(order) > 1 and gap * (len(order) - 1) > high - low:
        gap = (high - low) / (len(order) - 1)
    places = [0.0] * len(wanted)
    previous = low - gap
    for i in order:
        previous = places[i] = max(wanted[i], previous + gap)
    following = high + gap
    for i in reversed(order):
        following = places[i] = min(places[i], following - gap)
    return places
