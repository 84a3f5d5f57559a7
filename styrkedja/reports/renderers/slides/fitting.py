"""Whether a text has room, without a font to ask: the municipality's own is not on this machine.

A letter is taken to be as wide as those of broad typefaces are on average, so that a text rather becomes too small.
"""

from __future__ import annotations

from collections.abc import Sequence

EM = 0.56  # a letter's breadth, of the size
LEADING = 1.25
BETWEEN = 0.4  # of a line, between paragraphs
POINT = 12_700  # in the units of a presentation


def height_of(paragraphs: Sequence[str], size: float, width: int) -> int:
    """How high the paragraphs become at a size in points, set to a width in the presentation's units."""
    lines = sum(_lines(text, width / POINT / (size * EM)) for text in paragraphs)
    return int((lines * LEADING + max(0, len(paragraphs) - 1) * BETWEEN) * size * POINT)


def size_for(paragraphs: Sequence[str], width: int, height: int, sizes: Sequence[int]) -> int:
    """The first of the sizes that has room, else the last."""
    return next((size for size in sizes if height_of(paragraphs, size, width) <= height), sizes[-1])


def _lines(text: str, letters: float) -> int:
    lines, used = 1, 0
    for word in text.split(" "):
        needed = len(word) + (1 if used else 0)
        if used and used + needed > letters:
            lines, used, needed = lines + 1, 0, len(word)
        used += needed
        while used > letters > 1:  # a word longer than the line is broken
            lines, used = lines + 1, used - int(letters)
    return lines
