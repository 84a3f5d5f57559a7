"""CSV that spreadsheet programs open right and cannot be tricked by (trust.md §8, ASVS 1.2.10).

UTF-8 with a byte order mark, semicolons, decimal commas. A text that begins like a formula gets an apostrophe; numbers
stay numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
Cell = str | int | float | None


def safe(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet program would read a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in header])
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().replace("\0", "").encode("utf-8", "replace")


def csv_response(file_name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """The table as a download; `file_name` is one of ours, plain ASCII."""
    return attachment(file_name, as_csv(header, rows), "text/csv; charset=utf-8")


def attachment(file_name: str, content: bytes, content_type: str) -> HttpResponse:
    """Bytes to be saved, never shown in the browser as a page of ours."""
    answer = HttpResponse(content, content_type=content_type)
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _cell(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.15g}".replace(".", ",")
    if isinstance(cell, int):
        return str(cell)
    return safe(cell or "")
