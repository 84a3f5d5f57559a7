"""The template for units: what a huvudman without registers at hand fills in."""

from __future__ import annotations

import io

import xlsxwriter

from .reading import TEMPLATE

EXAMPLE = ("Exempelskolan", "12345678", "Förskoleklass, Grundskola, Fritidshem", "", "2024-08-01", "")
WIDTHS = (32, 14, 40, 32, 14, 14)


def as_csv() -> bytes:
    """Semicolons and a BOM, as spreadsheets here expect. One example row, to be overwritten."""
    return "".join(";".join(row) + "\r\n" for row in (TEMPLATE, EXAMPLE)).encode("utf-8-sig")


def as_xlsx() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        text = book.add_format({"num_format": "@"})  # codes keep their zeros, dates stay as written
        sheet = book.add_worksheet("Enheter")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width, text)
        sheet.write_row(0, 0, TEMPLATE, book.add_format({"bold": True}))
        sheet.write_row(1, 0, EXAMPLE, text)
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()
