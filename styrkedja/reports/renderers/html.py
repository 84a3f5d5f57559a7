"""A report as HTML: part of a page, or one file on its own. The web version comes first (DOS-lagen).

Everything somebody wrote is escaped by the templates under `templates/reports/blocks`, one for each kind.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from styrkedja.core.charts import draw, draw_for_page
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
from styrkedja.reports.document import Entry, ReportDocument

from . import wording

Theme = Literal["page", "print"]
CALLOUT_SIGNS = {"info": "i", "attention": "!", "decision": "→", "good": "✓"}
WIDE = dict.fromkeys(("line", "dots", "slope", "likert", "funnel"), 720.0)  # as wide as they are shown: report.css
STYLES = ("css/tokens.css", "css/base.css", "css/report.css", "css/print.css")


def render_html(document: ReportDocument, *, theme: Theme = "page") -> SafeString:
    """The report as an `<article>` with its own h1, in its own language. Needs css/report.css on the page."""
    with translation.override(document.language):
        context = {
            "document": document,
            "about": wording.about(document),
            "contents": _contents(document.contents),
            "sections": _sections(document, theme),
        }
        return render_to_string("reports/document.html", context)


def render_page(document: ReportDocument) -> str:
    """The report as one HTML file that needs nothing beside it: styles within, charts in fixed colours."""
    context = {"document": document, "article": render_html(document, theme="print"), "style": _style()}
    with translation.override(document.language):
        return render_to_string("reports/page.html", context)


def _style() -> SafeString:
    """The stylesheets of the site, as one text. Our own files: safe as they stand."""
    found = (finders.find(name) for name in STYLES)
    return mark_safe("\n".join(Path(path).read_text() for path in found if path))  # noqa: S308


def _contents(entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    """The headings of level 1, each with those of level 2 under it."""
    parts: list[dict[str, Any]] = []
    for entry in entries:
        if entry.level == 1:
            parts.append({"entry": entry, "under": []})
        else:
            parts[-1]["under"].append(entry)
    return parts


def _sections(document: ReportDocument, theme: Theme) -> list[dict[str, Any]]:
    """The rendered blocks, a section for each heading of level 1 and one for what stands before the first."""
    anchors, numbers = document.anchors, document.numbers
    sections: list[dict[str, Any]] = []
    for place, block in enumerate(document.blocks):
        if not sections or (isinstance(block, Heading) and block.level == 1):
            sections.append({"anchor": anchors.get(place, ""), "blocks": []})
        context = {
            "block": block,
            "words_language": document.words_language if getattr(block, "words", False) else "",
            **_context(block, anchors.get(place, ""), numbers.get(place, 0), theme),
        }
        sections[-1]["blocks"].append(render_to_string(f"reports/blocks/{type(block).__name__.lower()}.html", context))
    return sections


def _context(block: Block, anchor: str, number: int, theme: Theme) -> dict[str, Any]:
    """What a block's template needs beside the block."""
    match block:
        case Heading():
            return {"rank": block.level + 1, "anchor": anchor}
        case Text():
            return {"lead": paragraphs(block.lead), "parts": paragraphs(block.text)}
        case Figures():
            return {"items": [_figure(item) for item in block.items]}
        case Table():
            return {"number": number, "label": wording.table_label(number), "rows": _marked(block)}
        case Chart():
            drawing = _drawn(block, theme)
            return {"drawing": drawing, "label": wording.chart_label(number)}
        case Callout():
            sign, word = CALLOUT_SIGNS[block.kind], wording.callout_word(block.kind)
            return {"sign": sign, "word": word, "parts": paragraphs(block.text)}
        case PageBreak():
            return {}


def _marked(table: Table) -> list[list[tuple[str, bool]]]:
    """Each cell, and whether it holds people's own words."""
    held = set(table.words)
    return [[(cell, (r, c) in held) for c, cell in enumerate(row)] for r, row in enumerate(table.rows)]


def _drawn(chart: Chart, theme: Theme) -> SafeString:
    """On a page also a narrow drawing for phones, of which the style sheet shows one; alone only the wide one."""
    if theme == "page":
        return draw_for_page(chart.kind, chart.data, title=chart.title, alt=chart.alt, width=WIDE.get(chart.kind))
    return draw(chart.kind, chart.data, title=chart.title, alt=chart.alt, theme=theme)


def _figure(item: FigureItem) -> dict[str, Any]:
    return {
        "figure": item,
        "state": wording.state_word(item.state),
        "said": wording.said(item),
        "facts": wording.facts(item),
    }
