"""Figures as CSV for a spreadsheet: UTF-8 with a mark Excel knows, semicolons, decimal comma, no cell that acts.

The figures are those of the page, through the same disclosure. Where the reader sees small groups others may not,
each such row says so, for a file is easily passed on.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from styrkedja.core.templatetags.components import state_word

from . import display
from .figures import Figure
from .sources import source_name

ACTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")  # a cell that begins so may be run as a formula (ASVS 1.2.10)


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs."""
    return "'" + text if text.startswith(ACTS) else text


def decimal(value: float | None) -> str:
    """A number as a Swedish spreadsheet reads it; "" for none. Numbers stay numbers, negative ones too."""
    return "" if value is None else f"{value:.10g}".replace(".", ",")


def figures_csv(figures: Iterable[Figure]) -> bytes:
    """One row a figure."""
    about = (_("Unit"), _("Code"), _("Indicator"), _("Part"), _("Period"), _("Group"), _("Place"))
    value = (_("Value"), _("Unit of value"), _("State"), _("As the source wrote it"), "n")
    origin = (_("Interval from"), _("Interval to"), _("Source"), _("Read on"), _("Remark"))
    header = (*about, *value, *origin)
    return _written(header, map(_row, figures))


def csv_response(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _row(f: Figure) -> list[str]:
    interval = f.interval or (None, None)
    return [
        safe_cell(f.name or f.code),
        safe_cell(f.code),
        safe_cell(str(f.definition.name)),
        safe_cell(str(f.definition.part(f.part).name) if f.part else ""),
        f.period,
        display.group_word(f.group),
        display.place_word(f.place),
        decimal(f.value),
        display.unit_word(f.definition),
        state_word(f.state),
        safe_cell(f.raw or ""),
        "" if f.n is None else str(f.n),
        decimal(interval[0] and round(interval[0], 1)),
        decimal(interval[1] and round(interval[1], 1)),
        safe_cell(str(source_name(f.source))),
        f.retrieved_at.date().isoformat(),
        _("Few people: not to be passed on") if f.small else "",
    ]


def _written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")
