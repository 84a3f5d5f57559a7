"""The closed vocabulary of a report. Sections build blocks; every renderer knows every block.

A block holds plain data that survives JSON, so a snapshot of a report is the list of its blocks:
figures are frozen, already through `indicators.disclosure`, and text is text, never markup.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    level: Literal[1, 2, 3] = 2  # the report's title is level 0 and belongs to the snapshot
    listed: bool = True  # in the contents; a heading that is a sentence is not


@dataclass(frozen=True, slots=True)
class Text:
    """Paragraphs as the author wrote them, separated by blank lines; lines starting "- " are a list."""

    text: str
    author: str = ""  # shown as a byline where the words are somebody's
    words: bool = False  # people's own, in the language they wrote: Swedish, whatever the report's
    lead: str = ""  # what the report itself says above people's own words


@dataclass(frozen=True, slots=True)
class FigureItem:
    """One frozen figure, as it may leave: `value` is None unless state is shown or a numeric approximate."""

    label: str
    display: str  # "79,2 %", ".." - what is printed; never computed again
    state: str
    value: float | None = None
    unit: str = ""
    n: int | None = None
    interval: tuple[float, float] | None = None
    period: str = ""
    source: str = ""
    change: str = ""  # "▲ +3,1 procentenheter sedan 2023/24", in words
    comparison: str = ""  # "kommunen 71,0 %"


@dataclass(frozen=True, slots=True)
class Figures:
    """A row of key figures."""

    items: tuple[FigureItem, ...]


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]  # display strings; the first column names the row
    numeric: tuple[int, ...] = ()  # columns set right, tabular figures
    note: str = ""  # source, period, what the symbols mean
    words: tuple[tuple[int, int], ...] = ()  # (row, column) from 0 of cells that hold people's own words


def told(table: Table) -> Table:
    """The table without the columns in which no row says anything; the first, which names the row, stays."""
    kept = [c for c in range(len(table.header)) if not c or any(row[c] for row in table.rows)]
    return replace(
        table,
        header=tuple(table.header[c] for c in kept),
        rows=tuple(tuple(row[c] for c in kept) for row in table.rows),
        numeric=tuple(place for place, c in enumerate(kept) if c in table.numeric),
        words=tuple((row, kept.index(c)) for row, c in table.words if c in kept),
    )


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the kit. `kind` names the kit's drawing, `data` its input; `alt` says what it shows."""

    kind: Literal["line", "dots", "multiples", "slope", "likert", "heat", "funnel", "sparkline"]
    title: str  # the message, not the variable
    alt: str  # never empty: PDF/UA refuses it and so do we
    data: dict[str, Any] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class Callout:
    kind: Literal["info", "attention", "decision", "good"]
    title: str
    text: str
    words: bool = False  # the text is people's own, as in `Text`


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


Block = Heading | Text | Figures | Table | Chart | Callout | PageBreak
KINDS: dict[str, type[Block]] = {
    c.__name__.lower(): c for c in (Heading, Text, Figures, Table, Chart, Callout, PageBreak)
}


def to_data(block: Block) -> dict[str, Any]:
    """A block as JSON data, its kind under "block"."""
    return {"block": type(block).__name__.lower(), **asdict(block)}


def from_data(data: dict[str, Any]) -> Block:
    """The block that `to_data` wrote. Raises KeyError for a kind that is not in the vocabulary."""
    kind: type[Any] = KINDS[data["block"]]
    known = {f.name for f in fields(kind)}
    values = {key: value for key, value in data.items() if key in known}
    if kind is Figures:
        values["items"] = tuple(
            FigureItem(**{**item, "interval": tuple(item["interval"]) if item.get("interval") else None})
            for item in values["items"]
        )
    if kind is Table:
        values["header"] = tuple(values["header"])
        values["rows"] = tuple(tuple(row) for row in values["rows"])
        values["numeric"] = tuple(values.get("numeric", ()))
        values["words"] = tuple((row, column) for row, column in values.get("words", ()))
    block: Block = kind(**values)
    return block


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as the author broke its lines, or the points of a list."""

    lines: tuple[str, ...]
    is_list: bool


def paragraphs(text: str) -> list[Paragraph]:
    """How a text is set: blank lines part paragraphs, lines starting "- " are the points of a list.

    Nothing else is markup: `*`, `#`, `<` stand as written.
    """
    runs: list[tuple[bool, list[str]]] = []
    after_blank = True
    for line in (line.strip() for line in text.splitlines()):
        point = line.startswith("- ")
        joins = bool(runs) and runs[-1][0] == point and (point or not after_blank)
        if line and not joins:
            runs.append((point, []))
        if line:
            runs[-1][1].append(line[2:].strip() if point else line)
        after_blank = not line
    return [Paragraph(tuple(lines), is_list) for is_list, lines in runs]
