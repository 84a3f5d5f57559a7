"""The template for a huvudman's own figures, as CSV and as a workbook with instructions, indicators and units."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from styrkedja.core.spreadsheets import as_csv
from styrkedja.organisation.models import Node

from .context import LocalIndicator
from .formats.local import TEMPLATE_HEADER

ROWS_PREPARED = 500


def as_csv_file() -> bytes:
    """Only the header: an example row left in would be imported as a figure."""
    return as_csv(TEMPLATE_HEADER, [])


def as_workbook(indicators: Sequence[LocalIndicator], units: Sequence[Node]) -> bytes:
    """Four sheets; the first is filled in, the others say how."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    heading = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(pgettext("import", "Figures"))
    sheet.write_row(0, 0, TEMPLATE_HEADER, heading)
    sheet.set_column(0, 4, 18, text)  # as text: a code keeps its zeros, 2024/25 does not become a date
    sheet.set_column(5, 8, 12)
    sheet.freeze_panes(1, 0)
    sheet.data_validation(1, 4, ROWS_PREPARED, 4, {"validate": "list", "source": ["T", "K", "M"]})
    _fill(
        book.add_worksheet(_("Instructions")), heading, (_("Column"), _("What to write"), _("Example")), _instructions()
    )
    _fill(book.add_worksheet(_("Indicators")), heading, *_indicator_table(indicators))
    unit_rows = ((node.statistical_code, node.name) for node in units)
    _fill(book.add_worksheet(_("Units")), heading, (_("Code"), _("Name")), unit_rows)
    book.close()
    return buffer.getvalue()


def _instructions() -> list[tuple[str, str, str]]:
    unit, indicator, part, period, group, value, numerator, denominator, people = TEMPLATE_HEADER
    return [
        (unit, _("The unit's code, as on the sheet with units."), "12345678"),
        (indicator, _("The indicator's id, as on the sheet with indicators."), "absence_total"),
        (part, _("Only where the indicator has parts, such as a subject; otherwise left empty."), "ma9"),
        (period, _("A school year or a calendar year."), "2024/25"),
        (group, _("T for all, K for girls, M for boys. Empty means all."), "T"),
        (
            value,
            _("The figure. Or a mark: .. for withheld, . for missing. Left empty where the next two are given."),
            "92,5",
        ),
        (numerator, _("How many the figure counts, for example those who reached the goal."), "37"),
        (denominator, _("Out of how many. With both, the program works out the figure and how certain it is."), "40"),
        (
            people,
            _(
                "How many people the figure is about, where numerator and denominator do not say it: means, indices, "
                "absence. Without it the figure of a unit is shown to the unit and its organiser only."
            ),
            "",
        ),
        ("", _("Never write personal identity numbers or names: such a file is refused whole."), ""),
    ]


def _indicator_table(indicators: Sequence[LocalIndicator]) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    second = (get_language() or "sv").startswith("en")
    language = "en" if second else "sv"
    rows: list[tuple[str, ...]] = []
    for entry in indicators:
        unit = entry.unit[language]
        rows.append((entry.id, "", entry.name[language], unit))
        rows += [
            (entry.id, part[0], f"{entry.name[language]}: {part[2 if second else 1]}", unit) for part in entry.parts
        ]
    return (TEMPLATE_HEADER[1], TEMPLATE_HEADER[2], _("Name"), _("Counted in")), rows


def _fill(
    sheet: xlsxwriter.worksheet.Worksheet, heading: object, header: Iterable[str], rows: Iterable[Sequence[str]]
) -> None:
    sheet.write_row(0, 0, header, heading)
    widths = [12, 12, 12, 12]
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cell)
            widths[column] = min(max(widths[column], len(cell)), 80)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width + 2)
    sheet.freeze_panes(1, 0)
