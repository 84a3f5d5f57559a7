"""Workbooks made for the tests: honest ones of any size, and hostile ones."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from styrkedja.intake.formats._contract import column_letters

CONTENT_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELS = (
    f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
)
WORKBOOK = (
    f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets>'
    "</workbook>"
)
WORKBOOK_RELS = (
    f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)
SHEET_START = f'<worksheet xmlns="{MAIN}"><sheetData>'
SHEET_END = "</sheetData></worksheet>"


def write_workbook(
    path: Path,
    sheet: bytes | Iterable[bytes],
    *,
    strings: bytes | Iterable[bytes] = b"",
    extra: Sequence[tuple[str, bytes]] = (),
) -> Path:
    """A workbook of one sheet whose XML is given; `extra` parts follow it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", CONTENT_TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("xl/workbook.xml", WORKBOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", WORKBOOK_RELS)
        _write(archive, "xl/sharedStrings.xml", strings or f'<sst xmlns="{MAIN}"/>'.encode())
        _write(archive, "xl/worksheets/sheet1.xml", sheet)
        for name, content in extra:
            archive.writestr(name, content)
    return path


def _write(archive: zipfile.ZipFile, name: str, content: bytes | Iterable[bytes]) -> None:
    with archive.open(name, "w") as part:
        for piece in [content] if isinstance(content, bytes) else content:
            part.write(piece)


def cell(column: int, row: int, value: str | float | None) -> str:
    if value is None:
        return ""
    reference = f"{column_letters(column)}{row}"
    if isinstance(value, str):
        text = value.replace("&", "&amp;").replace("<", "&lt;")
        return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'
    return f'<c r="{reference}"><v>{value}</v></c>'


def sheet_of(rows: Sequence[Sequence[str | float | None]], *, first_row: int = 1, first_column: int = 0) -> bytes:
    """Sheet XML of rows of values; None leaves a cell out."""
    lines = []
    for number, row in enumerate(rows, start=first_row):
        cells = "".join(cell(first_column + i, number, value) for i, value in enumerate(row))
        lines.append(f'<row r="{number}">{cells}</row>')
    return (SHEET_START + "".join(lines) + SHEET_END).encode()


def wide_rows(schools: int, measures: int = 49) -> list[list[str | float | None]]:
    """Rows in the shape of "Underlag för analys": the nation, an organiser per 8 schools, schools; all states."""
    headings = ["RIKET: TOTALT"]
    organisers = [f"{5560000000 + number * 7:010d}" for number in range(schools // 8 + 1)]
    headings += [f"HUVUDMAN {number} AB ({number}): HUVUDMAN" for number in organisers]
    for school in range(schools):
        number = organisers[school % len(organisers)]
        headings.append(f"HUVUDMAN {number} AB ({number}): SKOLA {school} ({10000000 + school * 13})")
    marks: list[str | float] = [".", "..", "...", "-"]
    rows: list[list[str | float | None]] = [["Underlag för analys för grundskola efter mått, huvudman och läsår"], []]
    rows += [[None, *headings], [None, *["2024/25"] * len(headings)]]
    for measure in range(measures):
        values = [
            marks[(column + measure) % 4]
            if (column * 7 + measure) % 3
            else round((column * 31 + measure) % 1000 / 10, 1)
            for column in range(len(headings))
        ]
        name = "Kostnader" if measure % 5 == 0 else "Delmål 1"
        rows.append([f"{name}: Andel (%) elever som mått {measure} avser", *values])
    return [*rows, [], ["Statistikdatabasen uppdateras löpande."], ["TECKENFÖRKLARINGAR\n(.) Uppgiften saknas"]]


def lie_about_sizes(path: Path, name: str, size: int) -> None:
    """Make both headers of an entry state another inflated size, and its checksum be that of nothing."""
    data = bytearray(path.read_bytes())
    encoded = name.encode()
    for signature, offset, name_at in ((b"PK\3\4", 22, 30), (b"PK\1\2", 24, 46)):
        at = data.find(signature)
        while at >= 0:
            if data[at + name_at : at + name_at + len(encoded)] == encoded:
                data[at + offset : at + offset + 4] = struct.pack("<I", size)
            at = data.find(signature, at + 4)
    path.write_bytes(bytes(data))
