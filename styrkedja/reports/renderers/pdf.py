"""A report as PDF/UA-1 and PDF/A-2a, set by Typst.

Everything somebody wrote travels as JSON data and is never read as markup. The same document gives
the same bytes: no clock, no machine fonts. Sources: ISO 14289-1 (PDF/UA-1), ISO 19005-2 (PDF/A-2a).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst
from django.utils import translation
from django.utils.translation import gettext as _

from styrkedja.core.charts import draw
from styrkedja.core.printable import SANS, fonts, printable
from styrkedja.core.words import WRITTEN_IN
from styrkedja.reports.blocks import (
    Block,
    Callout,
    Chart,
    FigureItem,
    Figures,
    Heading,
    PageBreak,
    Table,
    Text,
    paragraphs,
)
from styrkedja.reports.document import ReportDocument

from . import wording

FOLDER = Path(__file__).parent / "typst"
FONT_FAMILY = re.compile(r' font-family="[^"]*"')
REGIONS = {"sv": "SE", "en": "GB"}
CONTENTS_FROM = 6  # headings; a shorter report is its own overview
TABLE_SIZES = ((5, 9.0), (9, 8.0), (12, 7.2))  # columns up to, points
SMALLEST = 6.5
WHOLE_TABLE = 14  # rows; a shorter table is kept on one page
SHORTEST_COLUMN, LONGEST_COLUMN = 8, 48  # letters
WIDEST_NAME = 36  # of the column that names the rows, which is broken last where there are several others
MOST_HEADER = 60  # letters in all the headings of figures; beyond this they are broken, so that names keep their room
CHART_WIDTHS = {"dots": 640.0, "likert": 640.0, "line": 560.0, "slope": 560.0, "funnel": 560.0}  # letters as in notes


@dataclass(frozen=True, slots=True)
class PreparedInput:
    """All that Typst needs: the document as JSON with its charts drawn, and the moment it was made."""

    document: str
    timestamp: int


def render_pdf(document: ReportDocument) -> bytes:
    """The report as a PDF file. Raises typst.TypstError when the file would not be accessible."""
    return compile_pdf(prepare(document))


def prepare(document: ReportDocument) -> PreparedInput:
    """Words, charts and blocks as the template wants them; characters no font has are replaced."""
    with translation.override(document.language):
        data, replaced = printable(_head(document) | {"blocks": _blocks(document)}, FOLDER, fonts())
        if replaced:
            data["closing"] = _("%(sign)s stands for a sign this file has no letter for; the web version shows it.") % {
                "sign": "▯"
            }
        for block in data["blocks"]:
            if block["block"] == "chart":
                block["svg"] = _drawn(block["kind"], block.pop("data"), block["title"], block["alt"])
    return PreparedInput(json.dumps(data, ensure_ascii=False), int(document.made_at.timestamp()))


def compile_pdf(prepared: PreparedInput) -> bytes:
    """The bare setting of a prepared report."""
    compiler = typst.Compiler(
        FOLDER / "report.typ",
        root=FOLDER,
        font_paths=fonts(),
        ignore_system_fonts=True,
        sys_inputs={"document": prepared.document},
    )
    pdf = compiler.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=prepared.timestamp)
    assert isinstance(pdf, bytes)  # one file, no output path
    return pdf


def _drawn(kind: str, data: dict[str, Any], title: str, alt: str) -> str:
    """The chart in the report's own sans: Typst knows no generic family."""
    svg = draw(kind, data, title=title, alt=alt, theme="print", width=CHART_WIDTHS.get(kind))
    return FONT_FAMILY.sub("", svg).replace("<svg ", f'<svg font-family="{SANS}" ', 1)


def _head(document: ReportDocument) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organiser": document.organiser,
        "description": " · ".join(part for part in (document.subtitle, document.node, document.period) if part),
        "running": document.title,
        "foot": " · ".join(part for part in (document.node, document.period, document.status) if part),
        "lang": document.language,
        "region": REGIONS[document.language],
        "words_lang": WRITTEN_IN,
        "words_region": REGIONS[WRITTEN_IN],
        "facts": wording.about(document),
        "with_contents": len(document.contents) >= CONTENTS_FROM,
        "words": {"contents": _("Contents"), "page": _("Page %(page)s of %(pages)s")},
        "closing": "",
    }


def _blocks(document: ReportDocument) -> list[dict[str, Any]]:
    anchors, numbers = document.anchors, document.numbers
    return [
        {"block": type(block).__name__.lower(), **_block(block, anchors.get(place, ""), numbers.get(place, 0))}
        for place, block in enumerate(document.blocks)
    ]


def _block(block: Block, anchor: str, number: int) -> dict[str, Any]:
    match block:
        case Heading():
            return {"text": block.text, "level": block.level, "anchor": anchor, "listed": block.listed}
        case Text():
            return {
                "lead": _parts(block.lead),
                "parts": _parts(block.text),
                "author": block.author,
                "words": block.words,
            }
        case Figures():
            return {"items": [_item(item) for item in block.items]}
        case Table():
            return _table(block) | {"label": wording.table_label(number)}
        case Chart():
            return {
                "kind": block.kind,
                "data": block.data,
                "title": block.title,
                "alt": block.alt,
                "note": block.note,
                "label": wording.chart_label(number),
            }
        case Callout():
            return {
                "kind": block.kind,
                "word": wording.callout_word(block.kind),
                "title": block.title,
                "parts": _parts(block.text),
                "words": block.words,
            }
        case PageBreak():
            return {}


def _parts(text: str) -> list[dict[str, Any]]:
    return [{"lines": part.lines, "is_list": part.is_list} for part in paragraphs(text)]


def _item(item: FigureItem) -> dict[str, Any]:
    return {
        "label": item.label,
        "display": item.display,
        "known": item.value is not None,
        "state": wording.state_word(item.state),
        "said": wording.said(item),
        "facts": wording.facts(item),
    }


def _table(table: Table) -> dict[str, Any]:
    columns = len(table.header)
    return {
        "title": table.caption,
        "header": table.header,
        "rows": table.rows,
        "numeric": table.numeric,
        "words": table.words,
        "note": table.note,
        "breakable": len(table.rows) > WHOLE_TABLE,
        "size": next((size for upto, size in TABLE_SIZES if columns <= upto), SMALLEST),
        "widths": [_width(table, column) for column in range(columns)],
    }


def _width(table: Table, column: int) -> int:
    """A column's share of the line, by its longest cell; 0 for figures and periods, which take what they need."""
    if column in table.numeric:
        headings = sum(len(table.header[place]) for place in table.numeric)
        return 0 if headings <= MOST_HEADER else _narrow(table, column)
    longest = max(len(cells[column]) for cells in (table.header, *table.rows))
    if column and longest <= SHORTEST_COLUMN:
        return 0
    share = min(max(longest, SHORTEST_COLUMN), LONGEST_COLUMN)
    return min(share * 3 // 2, WIDEST_NAME) if column == 0 and len(table.header) > 2 else share


def _narrow(table: Table, column: int) -> int:
    """The room of a column of figures whose heading is broken: its longest figure or half its longest word."""
    longest_word = max(len(word) for word in table.header[column].split() or [""])
    return max(*(len(row[column]) for row in table.rows), longest_word // 2 + 3, SHORTEST_COLUMN)
