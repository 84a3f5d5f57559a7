"""What is checked of an upload before anything parses it (trust.md §8), in the child, standard library only.

Size, kind by content, and for a workbook every part of its zip: counted while inflating (headers lie), no DTD in any
encoding, no macros, no encryption, no entry twice, no sheet whose corners alone would fill the memory. What is safe to
parse may still hold what we refuse to keep: personal numbers, in any sheet or pivot cache, are a look of its own.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from styrkedja.intake.formats._contract import FileWarning
from styrkedja.intake.messages import UnusableFile
from styrkedja.intake.personal_numbers import Tally, heading_in_xml

MB = 1024 * 1024
MAX_FILE_BYTES = 50 * MB
MAX_ENTRIES = 500
MAX_INFLATED_BYTES = 100 * MB
MAX_RATIO = 100  # an honest sheet shrinks to a tenth, a very empty one to a fortieth
RATIO_FREE_BYTES = 4 * MB
MAX_BOX_CELLS = 2_000_000  # rows x columns between the first and the last filled cell; the wide workbook has 378,000
PIECE = 1 * MB
OVERLAP = 256
ERROR_CELL = b't="e"'

LOCAL_HEADER = struct.Struct("<4s5H3I2H")
ROW = re.compile(rb'<row\b[^<>]{0,200}?\br="(\d{1,9})"')
CELL = re.compile(rb'<c\b[^<>]{0,200}?\br="([A-Z]{1,3})(\d{1,7})"')

SIGNATURES = (
    (b"%PDF", "is_pdf"),
    (b"\x89PNG", "is_picture"),
    (b"\xff\xd8\xff", "is_picture"),
    (b"GIF8", "is_picture"),
    (b"PAR1", "is_binary"),
    (b"\x1f\x8b", "is_archive"),
    (b"7z\xbc\xaf", "is_archive"),
    (b"Rar!", "is_archive"),
    (b"BZh", "is_archive"),
    (b"\xfd7zXZ", "is_archive"),
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass
class Inspection:
    """What the check learnt. kind: "xlsx" or "text"; inflated: bytes to be parsed; first_column: see `Table`."""

    kind: str
    sha256: str
    inflated: int
    first_column: int | None = 0


def inspect(path: Path) -> Inspection:
    """Check that one file is safe to parse. Raises `UnusableFile`."""
    size = path.stat().st_size
    if size == 0:
        raise UnusableFile("empty_file")
    if size > MAX_FILE_BYTES:
        raise UnusableFile("too_large", megabytes=str(MAX_FILE_BYTES // MB))
    with path.open("rb") as file:
        start = file.read(8)
        if start.startswith(OLE):
            raise UnusableFile("is_encrypted" if _names_encryption(path) else "is_old_excel")
        for signature, code in SIGNATURES:
            if start.startswith(signature):
                raise UnusableFile(code)
        digest = hashlib.file_digest(cast(io.BufferedReader, _rewound(file)), "sha256").hexdigest()
        if start.startswith(b"PK"):
            return _inspect_workbook(file, digest, size)
    return Inspection("text", digest, size)


def _rewound(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    return file


def _names_encryption(path: Path) -> bool:
    return "EncryptedPackage".encode("utf-16-le") in path.read_bytes()


def look_through(path: Path, inspection: Inspection) -> list[FileWarning]:
    """What an inspected workbook holds that its reader should know of. Raises `UnusableFile` for personal numbers.

    May go on while the workbook is read. A text file is looked through when it is decoded.
    """
    if inspection.kind == "text":
        return []
    with path.open("rb") as file:
        contents = _Contents()
        for entry in zipfile.ZipFile(file).infolist():
            part = _Part(entry)
            contents.start(part)
            for window, seen in part.windows(file):
                contents.add(window, seen)
    return contents.warnings()


def _inspect_workbook(file: BinaryIO, digest: str, size: int) -> Inspection:
    try:
        entries = zipfile.ZipFile(_rewound(file)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error, EOFError) as error:
        raise UnusableFile("broken_zip", detail=str(error)) from error
    _check_entries(entries)
    shape = _Shape(size)
    for entry in entries:
        part = _Part(entry, shape.count)
        shape.start(part)
        for window, _seen in part.windows(file):
            shape.add(window)
        shape.end()
    return Inspection("xlsx", digest, shape.inflated, shape.first_column())


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename.lower().replace("\\", "/") for entry in entries]
    if len(entries) > MAX_ENTRIES:
        raise UnusableFile("too_many_entries", entries=str(MAX_ENTRIES))
    if len(set(names)) < len(names):
        raise UnusableFile("entry_twice")
    if any("vbaproject" in name or "macrosheets/" in name for name in names):
        raise UnusableFile("has_macros")
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise UnusableFile("is_encrypted")
    if "xl/workbook.xml" not in names:
        raise UnusableFile("not_a_workbook")
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise UnusableFile("broken_zip", detail="compression method")
    stated = sum(entry.file_size for entry in entries)
    if stated > MAX_INFLATED_BYTES:
        raise UnusableFile("inflates_too_much", megabytes=str(MAX_INFLATED_BYTES // MB))


def _inflated(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's content in pieces, from its compressed bytes alone: what headers say of the size is not believed."""
    try:
        file.seek(entry.header_offset)
        header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    except (struct.error, ValueError, OSError) as error:
        raise UnusableFile("broken_zip", detail=str(error)) from error
    if header[0] != b"PK\x03\x04" or header[3] != entry.compress_type:
        raise UnusableFile("broken_zip", detail="local header")
    file.seek(header[9] + header[10], 1)
    produced = 0
    inflate = zlib.decompressobj(-15) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left = entry.compress_size
    while left > 0:
        packed = file.read(min(left, 64 * 1024))
        if not packed:
            raise UnusableFile("broken_zip", detail="ends early")
        left -= len(packed)
        for piece in _pieces(inflate, packed):
            produced += len(piece)
            yield piece
    if produced != entry.file_size:
        raise UnusableFile("broken_zip", detail="stated size is not the real one")


def _pieces(inflate: zlib._Decompress | None, packed: bytes) -> Iterator[bytes]:
    if inflate is None:
        yield packed
        return
    while packed:
        try:
            piece = inflate.decompress(packed, PIECE)
        except zlib.error as error:
            raise UnusableFile("broken_zip", detail=str(error)) from error
        if piece:
            yield piece
        packed = inflate.unconsumed_tail
        if not piece and packed:
            raise UnusableFile("broken_zip", detail="stuck")


class _Part:
    """One entry of the zip, by what its name says it is; `count` is told the bytes of each piece."""

    def __init__(self, entry: zipfile.ZipInfo, count: Callable[[int], None] | None = None) -> None:
        self.entry, self.count = entry, count
        self.name = entry.filename.lower().replace("\\", "/")
        self.is_xml = self.name.endswith((".xml", ".rels", ".vml"))
        self.is_sheet = self.name.startswith("xl/worksheets/") and self.name.endswith(".xml")
        self.is_pivot_cache = "pivotcache/pivotcachedefinition" in self.name and self.is_xml

    def windows(self, file: BinaryIO) -> Iterator[tuple[bytes, int]]:
        """The pieces of an XML part after the end of the one before, and how long that is; of any other part none."""
        tail = b""
        for piece in _inflated(file, self.entry):
            if self.count:
                self.count(len(piece))
            if self.is_xml:
                window = tail + piece
                yield window, len(tail)
                tail = window[-OVERLAP:]


class _Shape:
    """Follows how large a workbook is, piece by piece while it is inflated; keeps counts, never a whole part."""

    def __init__(self, file_bytes: int) -> None:
        self.limit = min(MAX_INFLATED_BYTES, max(RATIO_FREE_BYTES, MAX_RATIO * file_bytes))
        self.inflated = 0
        self.first_columns: set[int] = set()

    def count(self, number: int) -> None:
        self.inflated += number
        if self.inflated > self.limit:
            raise UnusableFile("inflates_too_much", megabytes=str(self.limit // MB))

    def start(self, part: _Part) -> None:
        self.part = part
        self.row = 0
        self.corner = [0, 0]  # last filled row and column, from 1
        self.first_column_of_part: int | None = None

    def add(self, window: bytes) -> None:
        self._refuse_dtd(window)
        if self.part.is_sheet:
            self._measure(window)

    def _refuse_dtd(self, window: bytes) -> None:
        if b"\0" in window:  # XML in UTF-16 or UTF-32: no spreadsheet program writes it, and it may hide a DTD
            raise UnusableFile("xml_encoding", place=self.part.name)
        at = window.find(b"<!") if b"!" in window else -1  # the rare byte first: a tenth of the time
        while at >= 0:
            if window[at + 2 : at + 9].upper() in (b"DOCTYPE", b"ENTITY ", b"ELEMENT"):
                raise UnusableFile("has_dtd", place=self.part.name)
            at = window.find(b"<!", at + 2)

    def _measure(self, window: bytes) -> None:
        """Follow the first and last filled cell of each row; crafted orders that escape this meet the memory limit."""
        begin = 0
        for match in ROW.finditer(window):
            self._measure_row(window, begin, match.start())
            self.row, begin = int(match[1]), match.end()
        self._measure_row(window, begin, len(window))
        if self.corner[0] * self.corner[1] > MAX_BOX_CELLS:
            raise UnusableFile("sheet_too_wide", cells=f"{MAX_BOX_CELLS:,}".replace(",", " "))

    def _measure_row(self, window: bytes, begin: int, end: int) -> None:
        last = max(window.rfind(b"<v", begin, end), window.rfind(b"<is", begin, end))
        first = CELL.search(window, begin, end) if last >= 0 else None
        if first is None:
            return
        column = _column_number(first[1])
        self.first_column_of_part = min(column, self.first_column_of_part or column)
        self.corner[0] = max(self.corner[0], self.row, int(first[2]))
        cell = CELL.match(window, window.rfind(b"<c ", begin, last))
        if cell:
            self.corner[1] = max(self.corner[1], _column_number(cell[1]))

    def end(self) -> None:
        if self.part.is_sheet and self.first_column_of_part is not None:
            self.first_columns.add(self.first_column_of_part)

    def first_column(self) -> int | None:
        """From 0; None where the sheets differ, so that no wrong cell reference is given."""
        return self.first_columns.pop() - 1 if len(self.first_columns) == 1 else None


class _Contents:
    """Looks for what a workbook says that matters before it is read, over the windows of all its parts."""

    def __init__(self) -> None:
        self.numbers = Tally()
        self.error_cells = 0
        self.pivot_caches: list[str] = []

    def start(self, part: _Part) -> None:
        self.part = part
        if part.is_pivot_cache:
            self.pivot_caches.append(part.entry.filename)

    def add(self, window: bytes, seen: int) -> None:
        if self.part.is_sheet:
            self.error_cells += window.count(ERROR_CELL, max(0, seen - len(ERROR_CELL) + 1))
        if heading_in_xml(window):
            raise UnusableFile("personal_numbers", place=self.part.name)
        self.numbers.add(window, bare=False)
        if self.numbers.found:
            raise UnusableFile("personal_numbers", place=self.part.name)

    def warnings(self) -> list[FileWarning]:
        found = []
        if self.pivot_caches:
            found.append(FileWarning("pivot_caches", {"parts": ", ".join(sorted(self.pivot_caches)[:5])}))
        if self.error_cells:
            found.append(FileWarning("error_cells", {"cells": str(self.error_cells)}))
        return found


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
