"""A report's figures as data, as they are printed: no number here that the PDF does not show.

What is drawn finer than it is written (points of a line, intervals, the curves of what is compared) is left out, and a
number is rounded to what stands on paper: nobody can work out from the file what the report withholds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from styrkedja.reports.blocks import Block, Callout, Chart, Figures, Heading, Table, Text
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.renderers import wording

SCHEMA = "styrkedja/report/1"


def printed(document: ReportDocument) -> dict[str, Any]:
    """{"schema", head of the report, "blocks": [...]}. Call under `translation.override(document.language)`."""
    head = ("title", "subtitle", "organiser", "node", "period", "language", "status")
    return {
        "schema": SCHEMA,
        **{name: getattr(document, name) for name in head},
        "made_at": document.made_at.isoformat(),
        "blocks": [said for block in document.blocks if (said := _block(block))],
    }


def _block(block: Block) -> dict[str, Any] | None:
    match block:
        case Heading():
            return {"block": "heading", "level": block.level, "text": block.text}
        case Text():
            return {"block": "text", "lead": block.lead, "text": block.text, "author": block.author}
        case Callout():
            return {"block": "callout", "kind": block.kind, "title": block.title, "text": block.text}
        case Table():
            return {"block": "table", "caption": block.caption, "header": block.header, "rows": block.rows,
                    "note": block.note}  # fmt: skip
        case Figures():
            items = [
                {
                    "label": item.label,
                    "display": item.display,
                    "state": item.state,
                    "said": wording.said(item),
                    "facts": wording.facts(item),
                }
                for item in block.items
            ]
            return {"block": "figures", "items": items}
        case Chart():
            return {"block": "chart", "kind": block.kind, "title": block.title, "text": block.alt, "note": block.note,
                    "points": list(_points(block))}  # fmt: skip
    return None


def _points(chart: Chart) -> Iterator[dict[str, str]]:
    """What the chart's alternative text says of each point, one by one."""
    if chart.kind == "line":
        yield from (_point(chart.data["label"], p["period"], p) for p in chart.data["points"])
    elif chart.kind == "dots":
        yield from (_point(item["label"], chart.data.get("period", ""), item) for item in chart.data["items"])
    elif chart.kind == "multiples":
        for panel in chart.data["panels"]:
            yield from (_point(panel["label"], p["period"], p) for p in panel["points"])


def _point(label: str, period: str, held: dict[str, Any]) -> dict[str, str]:
    return {"label": label, "period": period, "display": held["display"], "state": held["state"]}
