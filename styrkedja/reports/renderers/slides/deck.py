"""What the slides of a report say: eight to twelve, each with one message, out of the report's frozen blocks alone.

Nothing is computed anew and nothing is read but the document. What has no room on a slide stands whole in its notes.
Call under `translation.override(document.language)`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from styrkedja.core.guidance import points
from styrkedja.reports.blocks import Block, Callout, Chart, FigureItem, Figures, Heading, Table, Text, paragraphs
from styrkedja.reports.catalogue import outline
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.renderers import wording

from . import charts

MOST = 12
LINES, ROWS, SOURCES = 5, 6, 10  # on one slide
LONGEST, LONGEST_GROUND = 170, 110  # letters; the whole stands in the notes


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph. own: people's own words, in the language they wrote."""

    text: str
    own: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first column names the row. own: the column that holds people's own words."""

    alt: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Slide:
    """One slide. question: which of the four it answers; under: what the chart or table rests on."""

    title: str
    question: str = ""
    lines: tuple[Words, ...] = ()
    grid: Grid | None = None
    chart: Chart | None = None
    under: tuple[str, ...] = ()
    notes: tuple[Words, ...] = ()


Sections = dict[str, list[Block]]


def deck_of(document: ReportDocument) -> tuple[Slide, ...]:
    """The slides in order; titles are unique, so that a list of contents and a screen reader can tell them apart."""
    found = _sections(document)
    before = [_opening(document, found), _standing(document, found)]
    after = [
        *_causes(found),
        *_attainment(found),
        *_priorities(found),
        _decision(found),
        _questions(),
        *_sources(document, found),
    ]
    shown = _charts(document, found, room=max(1, MOST - len(before) - len(after)))
    return tuple(_with_unique_titles([*before, *shown, *after]))


def _with_unique_titles(slides: Sequence[Slide]) -> Iterator[Slide]:
    seen: Counter[str] = Counter()
    for slide in slides:
        seen[slide.title] += 1
        times = seen[slide.title]
        yield slide if times == 1 else replace(slide, title=f"{slide.title} ({times})")


def _sections(document: ReportDocument) -> Sections:
    """The blocks under each heading of level 1, by the section's id, or where no section is called so by it."""
    ids = {str(section.name): section.id for section in outline("quality").sections}
    found: Sections = {}
    here: list[Block] = []
    for block in document.blocks:
        if isinstance(block, Heading) and block.level == 1:
            here = found.setdefault(ids.get(block.text, block.text), [])
        else:
            here.append(block)
    return found


def _opening(document: ReportDocument, found: Sections) -> Slide:
    about = [f"{name}: {value}" for name, value in wording.about(document)]
    named = [name for name in dict.fromkeys((document.node, document.organiser)) if name not in document.subtitle]
    lines = [document.subtitle, *named, document.status, wording.made_on(document.made_at)]
    notes = [*map(Words, about), *_told(found.get("process", []))]
    return Slide(document.title, lines=tuple(Words(line) for line in lines if line), notes=tuple(notes))


def _standing(document: ReportDocument, found: Sections) -> Slide:
    """The report's message, with its key figures."""
    blocks = found.get("summary", [])
    message = next((b.text for b in blocks if isinstance(b, Heading) and b.level == 2), _("The key figures"))
    items = next((b.items for b in blocks if isinstance(b, Figures)), ())
    said = tuple(_told([b for b in blocks if isinstance(b, Callout) and b.kind in ("good", "attention")]))
    if not items:
        texts = tuple(_told([b for b in blocks if isinstance(b, Text)][:1]))
        return Slide(message, _("Where are we?"), lines=texts, notes=said or texts)
    header = (_("Indicator"), _("Value"), pgettext("of a figure", "Change"), _("Comparison"), _("Period"))
    rows = tuple((i.label, _value(i), i.change or "–", i.comparison or "–", _counted(i)) for i in items)
    alt = " ".join(f"{i.label}: {', '.join([_value(i), *wording.said(i)])}." for i in items)
    sources = dict.fromkeys(item.source for item in items if item.source)
    under = (document.node, *sources)
    return Slide(message, _("Where are we?"), grid=Grid(alt, header, rows), under=under, notes=(*said, Words(alt)))


def _value(item: FigureItem) -> str:
    word = wording.state_word(item.state)
    return f"{item.display} – {word.lower()}" if word and item.value is None else item.display


def _counted(item: FigureItem) -> str:
    return ", ".join(part for part in (item.period, f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{item.n}"
                                       if item.n is not None else "") if part)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A chart that can be a slide, where it stands in the report, and what is said beside it."""

    place: int
    section: str
    heading: str
    chart: Chart
    said: tuple[Words, ...]


def _charts(document: ReportDocument, found: Sections, room: int) -> list[Slide]:
    """What the report's first page speaks of comes first, one for each heading; safety and conditions get one each."""
    front = " ".join(b.text for b in found.get("summary", []) if isinstance(b, Callout))
    every = sorted(_candidates(found), key=lambda c: (c.chart.title not in front, c.chart.kind != "line", c.place))
    firsts = list({(c.section, c.heading): c for c in reversed(every)}.values())[::-1]
    firsts.sort(key=every.index)
    results = [c for c in firsts if c.section == "results"]
    others = [next((c for c in firsts if c.section == name), None) for name in ("safety", "conditions")]
    chosen = [*results[: max(1, room - 2)], *(c for c in others if c)]
    chosen += [c for c in [*results, *firsts, *every] if c not in chosen]
    unique = list(dict.fromkeys(c.place for c in chosen))[:room]
    return [_chart(document, c) for c in sorted(every, key=lambda c: c.place) if c.place in unique]


def _candidates(found: Sections) -> Iterator[_Candidate]:
    place = 0
    for section in ("conditions", "results", "safety"):
        heading, area = "", tuple[Words, ...]()
        blocks = found.get(section, [])
        for position, block in enumerate(blocks):
            place += 1
            if isinstance(block, Heading):
                heading = block.text
                area = () if block.level == 2 else area
            elif isinstance(block, Text) and not block.words and not area:
                area = tuple(_told([block]))
            elif isinstance(block, Chart) and charts.can_be_drawn(block):
                beside = [b for b in blocks[position + 1 : position + 2] if isinstance(b, Text) and not b.words]
                yield _Candidate(place, section, heading, block, (*_told(beside), *area))


def _chart(document: ReportDocument, candidate: _Candidate) -> Slide:
    chart = candidate.chart
    under = (charts.about(chart, document.node), *charts.hidden(chart), chart.note)
    return Slide(
        chart.title,
        _("Where are we?"),
        chart=chart,
        under=tuple(part for part in under if part),
        notes=(Words(candidate.heading), Words(chart.alt), *candidate.said, Words(chart.note)),
    )


def _causes(found: Sections) -> Iterator[Slide]:
    blocks = found.get("causes", [])
    texts = [own for b, own in pairwise(blocks) if isinstance(b, Heading) and b.level == 3
             and isinstance(own, Text) and own.words]  # fmt: skip
    title = ngettext("The analysis sees %(count)s cause", "The analysis sees %(count)s causes", len(texts))
    if not texts:
        title = _("No causes have been named")
    lines = [Words(short(t.text), own=True) for t in texts] or _told([b for b in blocks if not isinstance(b, Heading)])
    yield from _listed(title % {"count": len(texts)}, _("Where are we?"), lines, tuple(_told(blocks)))


def _attainment(found: Sections) -> Iterator[Slide]:
    blocks, question = found.get("goals", []), _("How did it go?")
    notes = tuple(_told(blocks))
    table = next((b for b in blocks if isinstance(b, Table)), None)
    if table is None:
        yield from _listed(_("Goal attainment has not been assessed"), question, _told(blocks), notes)
        return
    title = ngettext(
        "%(count)s goal area has been assessed", "%(count)s goal areas have been assessed", len(table.rows)
    ) % {"count": len(table.rows)}
    rows = tuple((*row[:2], short(row[2], LONGEST_GROUND)) for row in table.rows)
    for start in range(0, min(len(rows), 2 * ROWS), ROWS):
        part = rows[start : start + ROWS]
        under = (_more(len(rows) - 2 * ROWS),) if start and len(rows) > 2 * ROWS else ()
        yield Slide(title, question, grid=Grid(table.caption, table.header, part, own=2), under=under, notes=notes)


def _priorities(found: Sections) -> Iterator[Slide]:
    blocks = found.get("needs", [])
    texts = [own for b, own in pairwise(blocks) if isinstance(b, Heading)
             and isinstance(own, Text) and own.words]  # fmt: skip
    title = ngettext("%(count)s prioritised area", "%(count)s prioritised areas, in order", len(texts))
    if not texts:
        title = _("No priorities have been set")
    lines = [Words(short(t.text), own=True) for t in texts] or _told(blocks)
    yield from _listed(title % {"count": len(texts)}, _("Where are we going?"), lines, tuple(_told(blocks)))


def _decision(found: Sections) -> Slide:
    proposed = [b for b in found.get("summary", []) if isinstance(b, Callout) and b.kind == "decision"]
    title = proposed[0].title if proposed else _("No decision is proposed yet")
    lines = tuple(_lines(proposed[0].text)) if proposed else ()
    return Slide(title, _("How do we do it?"), lines=lines, notes=tuple(_told(proposed)))


def _questions() -> Slide:
    asked = tuple(Words(line) for line in points("bildspel-fragor"))
    why = _("Let everybody think for a minute alone before you talk. Write down what you agree on and who sees to it.")
    return Slide(_("Questions to talk about"), lines=asked, notes=(Words(why), *asked))


def _sources(document: ReportDocument, found: Sections) -> Iterator[Slide]:
    """The appendix's table of sources; without one, what stands under the charts."""
    blocks = found.get("appendix", [])
    table = next((t for h, t in pairwise(blocks) if isinstance(t, Table)
                  and isinstance(h, Heading) and h.text == _("Sources")), None)  # fmt: skip
    if table is not None:
        held = list(dict.fromkeys(_("%(source)s, read on %(date)s") % {"source": r[0], "date": r[1]}
                                  for r in table.rows))  # fmt: skip
    else:
        held = list(dict.fromkeys(b.note for b in document.blocks if isinstance(b, Chart) and b.note))
    signs = [b for b in blocks if isinstance(b, Text)][-1:]
    lines = [Words(line) for line in held] or [Words(_("There are no figures in this report."))]
    yield from _listed(_("Sources"), "", lines, (*lines, *_told(signs)), most=SOURCES)


def _listed(
    title: str, question: str, lines: Sequence[Words] | Iterator[Words], notes: tuple[Words, ...], most: int = LINES
) -> Iterator[Slide]:
    """A list on one slide, or two; what is left over is counted, and stands in the notes."""
    held = list(lines)
    for start in range(0, max(1, min(len(held), 2 * most)), most):
        under = (_more(len(held) - 2 * most),) if start and len(held) > 2 * most else ()
        yield Slide(title, question, lines=tuple(held[start : start + most]), under=under, notes=notes)


def _more(count: int) -> str:
    return ngettext("%(count)s more stands in the report.", "%(count)s more stand in the report.", count) % {
        "count": count
    }


def short(text: str, longest: int = LONGEST) -> str:
    """What a text says first, whole words, as much as there is room for."""
    words = " ".join(text.split())
    start, stop, _rest = words.partition(". ")
    first = f"{start}." if stop else words
    return first if len(first) <= longest else first[:longest].rsplit(" ", 1)[0] + " …"


def _lines(text: str, own: bool = False) -> Iterator[Words]:
    for part in paragraphs(text):
        yield from (Words(line, own) for line in part.lines)


def _told(blocks: Sequence[Block]) -> Iterator[Words]:
    """The words of blocks, as somebody would read them aloud."""
    for block in blocks:
        match block:
            case Heading():
                yield Words(block.text)
            case Text():
                yield from _lines(block.lead)
                yield from _lines(block.text, block.words)
            case Callout():
                yield Words(f"{block.title}:")
                yield from _lines(block.text, block.words)
            case Table():
                yield Words(block.caption)
                yield from (Words(" – ".join(cell for cell in row if cell)) for row in block.rows)
