"""Compares two texts word by word, so that two editors see what differs and no version is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WRITTEN_IN = "sv"  # the language of what people have written, whatever language they read the pages in
PIECES = re.compile(r"\S+\s*|\s+")
LONGEST = 20_000  # pieces; beyond this the whole texts are shown as replaced, comparing would take seconds


def changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Pieces of text in reading order, each with its kind: "same", "del" or "ins"."""
    old, new = PIECES.findall(before), PIECES.findall(after)
    if len(old) + len(new) > LONGEST:
        yield from (("del", before), ("ins", after))
        return
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(new[b1:b2])
            continue
        if a2 > a1:
            yield "del", "".join(old[a1:a2])
        if b2 > b1:
            yield "ins", "".join(new[b1:b2])


def compare_words(before: str, after: str) -> SafeString:
    """The comparison as HTML with <del> and <ins>; everything else escaped."""
    return format_html_join(
        "",
        "{}",
        (
            (text if kind == "same" else format_html(f"<{kind}>{{}}</{kind}>", text),)
            for kind, text in changes(before, after)
        ),
    )
