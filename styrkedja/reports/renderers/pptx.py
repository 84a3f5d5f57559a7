"""A report as slides in the organiser's own template: native charts, speaker notes, alternative texts, language.

Last step of the cycle, *Hur blev det?*: what the committee is shown. Content and order are `slides.deck`; here it is
put where the template has room. Source of the format: ECMA-376 (Office Open XML).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from copy import deepcopy
from io import BytesIO
from typing import Any

from django.utils import translation
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, MSO_AUTO_SIZE
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.util import Emu, Pt

from styrkedja.core.words import WRITTEN_IN
from styrkedja.reports.document import ReportDocument

from .slides import charts
from .slides.deck import Grid, Slide, Words, deck_of
from .slides.fitting import POINT, height_of, size_for
from .slides.layouts import Area, Chosen, chosen, opened
from .slides.plain import plain

LANGUAGES = {"sv": "sv-SE", "en": "en-GB"}
TITLES = (36, 32, 28, 24, 22, 20, 18, 16, 14)
TEXTS = (24, 22, 20, 18, 16, 14, 12)
CELLS = (16, 14, 13, 12, 11, 10)
UNDER = (12, 11, 10, 9)
QUESTION = 14
UNDER_AT_MOST = 0.24  # of the room, for what a chart rests on
INSET = 91_440  # of a text box, on each side; PowerPoint's own


def render_pptx(document: ReportDocument, template: bytes = b"") -> bytes:
    """The report as a .pptx file, in the template or, without one, in the plain one. Raises as `layouts.chosen`."""
    with translation.override(document.language):
        slides = deck_of(document)
    deck = opened(template or plain())
    layouts = chosen(deck)
    writer = _Writer(deck, layouts, document.language)
    for place, slide in enumerate(slides):
        with translation.override(document.language):
            writer.opening(slide) if place == 0 else writer.content(slide)
    _describe(deck, document)
    made = BytesIO()
    deck.save(made)
    return made.getvalue()


def _describe(deck: Deck, document: ReportDocument) -> None:
    """What the file says of itself; nothing of who made the template."""
    said = deck.core_properties
    said.title, said.subject = document.title, f"{document.node}, {document.period}"
    said.author = said.last_modified_by = document.organiser
    said.language = LANGUAGES[document.language]
    said.comments = said.keywords = said.category = ""
    said.created = said.modified = document.made_at.replace(tzinfo=None)
    said.revision = 1


class _Writer:
    """Puts slides into a presentation, one after the other."""

    def __init__(self, deck: Deck, layouts: Chosen, language: str) -> None:
        self.deck, self.layouts = deck, layouts
        self.languages = {False: LANGUAGES[language], True: LANGUAGES[WRITTEN_IN]}

    def opening(self, said: Slide) -> None:
        slide = self._slide(self.layouts.opening, said)
        rest = [one for one in slide.placeholders if one.placeholder_format.idx != 0]
        if rest and self.layouts.opening is not self.layouts.content:
            self._fill(rest[0], said.lines, _inner(rest[0]), TEXTS)
            _without_bullets(rest[0])
            _keep(slide, rest[:1])
        else:
            self._text(slide, said.lines, self.layouts.area)
        self._finish(slide, said)

    def content(self, said: Slide) -> None:
        slide = self._slide(self.layouts.content, said)
        area = self._question(slide, said.question, self.layouts.area)
        area = self._under(slide, said.under, area, high=said.chart is None)
        if said.chart is not None:
            _keep(slide, [])
            self._chart(slide, said, area)
        elif said.grid is not None:
            _keep(slide, [])
            self._table(slide, said.grid, area)
        else:
            self._text(slide, said.lines, area)
        self._finish(slide, said)

    def _slide(self, layout: Any, said: Slide) -> Any:
        slide = self.deck.slides.add_slide(layout)
        title = slide.shapes.title
        self._fill(title, [Words(said.title)], _inner(title), TITLES)
        tree = slide.shapes._spTree
        tree.remove(title._element)
        tree.insert(2, title._element)  # first of what is read, after what the group itself is
        return slide

    def _question(self, slide: Any, question: str, area: Area) -> Area:
        """Which of the four questions, above the rest."""
        if not question:
            return area
        height = int(QUESTION * 1.6 * POINT)
        box = self._box(slide, Area(area.left, area.top, area.width, height), [Words(question)], (QUESTION,))
        for run in box.text_frame.paragraphs[0].runs:
            run.font.bold = True
            run.font.color.theme_color = MSO_THEME_COLOR.TEXT_2
        return Area(area.left, area.top + height, area.width, area.height - height)

    def _under(self, slide: Any, lines: Sequence[str], area: Area, *, high: bool) -> Area:
        """Source, period and number, below the rest; it is read after what it is about (`_finish`)."""
        if not lines:
            return area
        most = int(area.height * UNDER_AT_MOST)
        size = size_for(lines, area.width - 2 * INSET, most, UNDER)
        height = min(height_of(lines, size, area.width - 2 * INSET) + int(size * POINT), area.height // 2)
        box = self._box(
            slide, Area(area.left, area.bottom - height, area.width, height), [Words(line) for line in lines], (size,)
        )
        box.name = "under"
        box.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM if not high else MSO_ANCHOR.TOP
        return Area(area.left, area.top, area.width, area.height - height)

    def _text(self, slide: Any, lines: Sequence[Words], area: Area) -> None:
        """In the template's own frame where its layout has one, with its bullets."""
        frames = [one for one in slide.placeholders if one.placeholder_format.idx != 0]
        if not frames:
            self._box(slide, area, lines, TEXTS)
            return
        frame = frames[0]
        frame.left, frame.top, frame.width, frame.height = (
            Emu(v) for v in (area.left, area.top, area.width, area.height)
        )
        self._fill(frame, lines, area, TEXTS)
        if len(lines) == 1:
            _without_bullets(frame)
        _keep(slide, [frame])

    def _box(self, slide: Any, area: Area, lines: Sequence[Words], sizes: Sequence[int]) -> Any:
        box = slide.shapes.add_textbox(*(Emu(v) for v in (area.left, area.top, area.width, area.height)))
        self._fill(box, lines, area, sizes)
        return box

    def _fill(self, shape: Any, lines: Sequence[Words], area: Area, sizes: Sequence[int]) -> None:
        """The words, each in its language, as large as there is room for."""
        frame = shape.text_frame
        frame.word_wrap, frame.auto_size = True, MSO_AUTO_SIZE.NONE
        indent = Pt(28) if shape.is_placeholder and len(lines) > 1 else 0
        texts = [line.text for line in lines]
        size = size_for(texts, max(1, area.width - 2 * INSET - indent), area.height - INSET, sizes)
        for place, line in enumerate(lines):
            paragraph = frame.paragraphs[0] if place == 0 else frame.add_paragraph()
            self._run(paragraph, line, size)
            if place:
                paragraph.space_before = Pt(size * 0.4)

    def _run(self, paragraph: Any, words: Words, size: float | None = None) -> None:
        run = paragraph.add_run()
        run.text = _plain(words.text)
        run._r.get_or_add_rPr().set("lang", self.languages[words.own])
        if size:
            run.font.size = Pt(size)

    def _chart(self, slide: Any, said: Slide, area: Area) -> None:
        assert said.chart is not None
        shape = charts.shape_of(said.chart)
        place = (Emu(v) for v in (area.left, area.top, area.width, area.height))
        frame = slide.shapes.add_chart(charts.kind_of(shape), *place, charts.data_of(shape))
        charts.dress(frame.chart, said.chart, shape, 14 if len(shape.categories) <= 8 else 12)
        _name(frame, said.chart.title, said.chart.alt)
        for properties in frame.chart._chartSpace.iter(qn("a:defRPr"), qn("a:rPr"), qn("a:endParaRPr")):
            properties.set("lang", self.languages[False])

    def _table(self, slide: Any, grid: Grid, area: Area) -> None:
        rows, columns = len(grid.rows) + 1, len(grid.header)
        widths = _widths(grid, area.width)
        size = next((s for s in CELLS if sum(_row_heights(grid, widths, s)) <= area.height), CELLS[-1])
        heights = _row_heights(grid, widths, size)
        frame = slide.shapes.add_table(rows, columns, Emu(area.left), Emu(area.top), Emu(area.width), Emu(sum(heights)))
        table = frame.table
        for column, width in enumerate(widths):
            table.columns[column].width = Emu(width)
        for row, cells in enumerate([grid.header, *grid.rows]):
            table.rows[row].height = Emu(heights[row])
            for column, text in enumerate(cells):
                cell = table.cell(row, column)
                self._run(cell.text_frame.paragraphs[0], Words(text, own=bool(row) and column == grid.own), size)
        _name(frame, grid.alt, grid.alt)

    def _finish(self, slide: Any, said: Slide) -> None:
        """What stands under comes last, then the number of the slide; and the notes."""
        tree = slide.shapes._spTree
        for shape in [one for one in slide.shapes if one.name == "under"]:
            tree.remove(shape._element)
            tree.append(shape._element)
        _number(slide, self.languages[False])
        notes = slide.notes_slide.notes_text_frame
        lines = [Words(line) for line in (said.question,) if line]
        for place, words in enumerate([*lines, *said.notes]):
            self._run(notes.paragraphs[0] if place == 0 else notes.add_paragraph(), words)


def _plain(text: str) -> str:
    """Without signs no XML can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and not 0xD800 <= ord(sign) <= 0xDFFF))


def _inner(shape: Any) -> Area:
    return Area(shape.left, shape.top, shape.width, shape.height)


def _keep(slide: Any, frames: Iterable[Any]) -> None:
    """Take away the frames nothing was written in: they would be read aloud as empty."""
    kept = {one._element for one in frames}
    for one in list(slide.placeholders):
        if one.placeholder_format.idx != 0 and one._element not in kept:
            one._element.getparent().remove(one._element)


def _without_bullets(shape: Any) -> None:
    for paragraph in shape.text_frame.paragraphs:
        properties = paragraph._p.get_or_add_pPr()
        properties.set("marL", "0")
        properties.set("indent", "0")
        if properties.find(qn("a:buNone")) is None:
            properties.insert_element_before(
                properties.makeelement(qn("a:buNone"), {}), "a:buAutoNum", "a:buChar", "a:buBlip", "a:tabLst",
                "a:defRPr", "a:extLst",
            )  # fmt: skip


def _name(frame: Any, title: str, alt: str) -> None:
    """The alternative text of a chart or table."""
    properties = frame._element.nvGraphicFramePr.cNvPr
    properties.set("title", _plain(title))
    properties.set("descr", _plain(alt))


def _number(slide: Any, language: str) -> None:
    """The number of the slide, where the layout has a place for it."""
    for one in slide.slide_layout.placeholders:
        if one._element.find(f".//{qn('p:ph')}").get("type") == "sldNum":
            copied = deepcopy(one._element)
            for properties in copied.iter(qn("a:rPr"), qn("a:endParaRPr")):
                properties.set("lang", language)
            slide.shapes._spTree.append(copied)
            return


def _widths(grid: Grid, width: int) -> list[int]:
    """By the longest of each column's texts, within bounds; together the whole width."""
    longest = [max(len(row[c]) for row in (grid.header, *grid.rows)) for c in range(len(grid.header))]
    shares = [min(max(letters, 8), 42) for letters in longest]
    widths = [width * share // sum(shares) for share in shares]
    return [*widths[:-1], width - sum(widths[:-1])]


def _row_heights(grid: Grid, widths: Sequence[int], size: int) -> list[int]:
    room = int(2 * 45_720 + 0.2 * size * POINT)
    return [
        max(height_of([text], size, width - 2 * INSET) for text, width in zip(row, widths, strict=True)) + room
        for row in (grid.header, *grid.rows)
    ]
