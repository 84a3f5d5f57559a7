"""Two versions beside each other: which texts are changed, added or taken away, and which words.

A room gives each body as lines in reading order; the comparison is the same for all. Readable without colour and
without sight: what is inserted or deleted is said in words too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from styrkedja.core.words import changes


@dataclass(frozen=True)
class Line:
    """One text of a version. key: the same in every version, whatever it says. part: under which heading it stands."""

    key: str
    part: str
    label: str
    text: str


class Change(StrEnum):
    SAME = "same"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Compared:
    """A line of either version, as it became what it is."""

    line: Line
    change: Change
    words: SafeString


@dataclass(frozen=True)
class Part:
    """What stands under one heading."""

    name: str
    rows: tuple[Compared, ...]

    @property
    def different(self) -> list[Compared]:
        return [row for row in self.rows if row.change is not Change.SAME]

    @property
    def same(self) -> list[Compared]:
        return [row for row in self.rows if row.change is Change.SAME]


def compare(before: Sequence[Line], after: Sequence[Line]) -> list[Part]:
    """Every line of both, in the order of `after`; what was taken away stands where it stood."""
    parts: dict[str, list[Compared]] = {}
    for old, new in _pairs(before, after):
        line = new or old
        assert line is not None
        parts.setdefault(line.part, []).append(_compared(line, old.text if old else None, new.text if new else None))
    return [Part(name, tuple(rows)) for name, rows in parts.items()]


def _pairs(before: Sequence[Line], after: Sequence[Line]) -> Iterator[tuple[Line | None, Line | None]]:
    old, new = {line.key: line for line in before}, {line.key: line for line in after}
    was, now = list(old), list(new)
    for _kind, a1, a2, b1, b2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        gone = [key for key in was[a1:a2] if key not in new]  # one that has only moved stands in its new place
        yield from ((old[key], None) for key in gone)
        yield from ((old.get(key), new[key]) for key in now[b1:b2])


def _compared(line: Line, before: str | None, after: str | None) -> Compared:
    if before is None:
        return Compared(line, Change.ADDED, marked("", line.text))
    if after is None:
        return Compared(line, Change.REMOVED, marked(line.text, ""))
    change = Change.SAME if before == after else Change.CHANGED
    return Compared(line, change, marked(before, after))


def marked(before: str, after: str) -> SafeString:
    """`after` with what differs from `before` in <ins> and <del>, each said in words to who does not see it."""
    said = {"ins": _("added:"), "del": _("removed:")}
    hidden = '<{0}><span class="visually-hidden">[{1} </span>{2}<span class="visually-hidden">] </span></{0}>'
    return format_html_join(
        "",
        "{}",
        (
            (text if kind == "same" else format_html(hidden, SafeString(kind), said[kind], text),)
            for kind, text in changes(before, after)
            if text
        ),
    )
