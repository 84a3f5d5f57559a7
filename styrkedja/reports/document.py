"""One whole report, frozen: what a snapshot keeps and every renderer is given.

Last step of the cycle, *Hur blev det?*: figures and words leave as they stood. A document that a
screen reader could not follow (a chart without alternative text, a skipped heading level, a row
shorter than its header) is never made, so no renderer has to guess. Source of the rules: PDF/UA-1
(ISO 14289-1) §7 and WCAG 2.2, 1.1.1 and 1.3.1.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.text import slugify

from styrkedja.core.words import WRITTEN_IN

from .blocks import Block, Callout, Chart, Heading, Table, from_data, to_data

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = ("sv", "en")


class BrokenDocument(ValueError):
    """The report cannot be set. `problems` says why, one sentence each, with the block's number."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: `anchor` is the heading's id on the page."""

    text: str
    level: int
    anchor: str


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """A report as it is printed. All strings are in `language` and are shown as they stand.

    Raises BrokenDocument when it could not be rendered accessibly.
    """

    title: str
    subtitle: str
    organiser: str  # whose report: "Ekköpings kommun"
    node: str  # about whom: "Björkskolan"
    period: str
    language: Language
    made_at: dt.datetime  # aware; also the creation date of the PDF
    status: str  # "Utkast", "Fastställd av nämnden 20 november 2025"
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        problems = [*_head_problems(self), *_block_problems(self.blocks)]
        if problems:
            raise BrokenDocument(problems)

    @property
    def words_language(self) -> str:
        """The language to mark people's own words with; empty where it is the report's."""
        return "" if self.language == WRITTEN_IN else WRITTEN_IN

    @property
    def anchors(self) -> dict[int, str]:
        """The id of each heading by the place of its block: readable, unique, ASCII."""
        seen: Counter[str] = Counter()
        found = {}
        for place, block in enumerate(self.blocks):
            if isinstance(block, Heading):
                name = f"r-{slugify(block.text)[:60].strip('-') or 'avsnitt'}"
                seen[name] += 1
                found[place] = name if seen[name] == 1 else f"{name}--{seen[name]}"
        return found

    @property
    def numbers(self) -> dict[int, int]:
        """Charts and tables are counted, each kind for itself, so that minutes can cite "Diagram 3"."""
        seen: Counter[type] = Counter()
        found = {}
        for place, block in enumerate(self.blocks):
            if isinstance(block, Chart | Table):
                seen[type(block)] += 1
                found[place] = seen[type(block)]
        return found

    @property
    def contents(self) -> tuple[Entry, ...]:
        """The listed headings of level 1 and 2, in order."""
        headings = ((block, anchor) for place, anchor in self.anchors.items() if (block := self.blocks[place]))
        return tuple(
            Entry(b.text, b.level, anchor)
            for b, anchor in headings
            if isinstance(b, Heading) and b.level < 3 and b.listed
        )

    def to_data(self) -> dict[str, Any]:
        """Plain JSON data; `from_data` reads it back equal. The contents follow from the blocks."""
        head = {name: getattr(self, name) for name in HEAD}
        return head | {"made_at": self.made_at.isoformat(), "blocks": [to_data(block) for block in self.blocks]}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> ReportDocument:
        """The document `to_data` wrote. Raises KeyError on missing parts, BrokenDocument on unreadable ones."""
        head = {name: data[name] for name in HEAD}
        blocks = tuple(from_data(block) for block in data["blocks"])
        return cls(**head, made_at=dt.datetime.fromisoformat(data["made_at"]), blocks=blocks)


HEAD = ("title", "subtitle", "organiser", "node", "period", "language", "status")


def _head_problems(document: ReportDocument) -> Iterator[str]:
    if not document.title.strip():
        yield "the report has no title"
    if document.language not in LANGUAGES:
        yield f"unknown language {document.language!r}"
    if document.made_at.tzinfo is None:
        yield "made_at has no time zone"


def _block_problems(blocks: tuple[Block, ...]) -> Iterator[str]:
    level = 0
    for place, block in enumerate(blocks):
        for problem in _problems_of(block):
            yield f"block {place}: {problem}"
        if isinstance(block, Heading):
            if block.level > level + 1:
                yield f"block {place}: heading {block.text!r} of level {block.level} follows level {level}"
            level = block.level


def _problems_of(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text) if not text.strip():
            yield "a heading without words"
        case Chart() if not block.alt.strip():
            yield f"the chart {block.title!r} has no alternative text"
        case Chart() if not block.title.strip():
            yield "a chart has no title"
        case Callout(title=title) if not title.strip():
            yield "a callout has no title"
        case Table():
            yield from _table_problems(block)


def _table_problems(table: Table) -> Iterator[str]:
    if not table.caption.strip():
        yield "a table has no caption"
    if not table.header:
        yield f"the table {table.caption!r} has no header"
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.header):
            yield f"row {number} of the table {table.caption!r} has {len(row)} cells, its header {len(table.header)}"
