"""Two versions of a report beside each other, word by word: texts, figures and tables as they were printed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from styrkedja.documents.comparing import Line

from .blocks import Block, Callout, Chart, FigureItem, Figures, Heading, Table, Text
from .document import ReportDocument


def lines(document: ReportDocument) -> list[Line]:
    """What the report says, in reading order, under its listed headings. A line keeps its key in every version."""
    part, found = document.title, []
    seen: Counter[str] = Counter()
    for block in document.blocks:
        if isinstance(block, Heading) and block.listed:
            part = block.text
            continue
        for line in _said(block):
            key = f"{part}:{line.key}"
            seen[key] += 1
            found.append(replace(line, key=f"{key}:{seen[key]}", part=part))
    return found


def _said(block: Block) -> Iterator[Line]:
    match block:
        case Heading():
            yield Line("rubrik", "", _("Heading"), block.text)
        case Text():
            text = "\n\n".join(words for words in (block.lead, block.text) if words)
            yield Line(f"text:{block.author}", "", block.author or _("Text"), text)
        case Figures():
            yield from (Line(f"uppgift:{item.label}", "", item.label, _figure(item)) for item in block.items)
        case Table():
            for row in block.rows:
                yield Line(f"tabell:{block.caption}:{row[0]}", "", block.caption, " · ".join(c for c in row if c))
        case Chart():
            yield Line(f"diagram:{block.kind}", "", _("Chart"), f"{block.title}\n{block.alt}")
        case Callout():
            yield Line(f"ruta:{block.title}", "", block.title, block.text)


def _figure(item: FigureItem) -> str:
    return " · ".join(
        words for words in (item.display, item.period, item.change, item.comparison, item.source) if words
    )
