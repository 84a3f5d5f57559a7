"""The package: the PDF as it was first set, the figures in it as data, a description in XML, and every file's checksum.

A version's package is the same bytes whenever it is fetched: nothing in it is of today, and nothing is compressed.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import dataclass
from io import BytesIO

from django.utils import timezone, translation

from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Organiser
from styrkedja.reports import files, queries
from styrkedja.reports.document import Language
from styrkedja.reports.models import CaseNumber, Report

from .fgs import Enclosed, description
from .printed import printed

LANGUAGE: Language = "sv"  # what an authority files
PDF, DATA, ABOUT, MANIFEST = "kvalitetsrapport.pdf", "siffror.json", "arende.xml", "manifest-sha256.txt"


@dataclass(frozen=True, slots=True)
class Package:
    """A zip file and its checksum."""

    content: bytes
    sha256: str


def packed(report: Report, version: DocumentVersion, organiser: Organiser) -> Package:
    """The zip file of a version: the same bytes each time."""
    document = queries.document_of(report, LANGUAGE)
    with translation.override(LANGUAGE):
        data = json.dumps(printed(document), ensure_ascii=False, indent=1).encode() + b"\n"
        pdf = files.pdf_of(report, LANGUAGE)
        enclosed = [
            _enclosed(PDF, "Rapporten, PDF/UA-1 och PDF/A-2a", "application/pdf", pdf),
            _enclosed(DATA, "Rapportens text och siffror som data", "application/json", data),
        ]
        about = description(report, version, document, organiser, enclosed)
    whole = [*((one.name, one.content) for one in enclosed), (ABOUT, about)]
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in whole)
    content = _zipped([*whole, (MANIFEST, sums.encode())], version)
    return Package(content, hashlib.sha256(content).hexdigest())


def _enclosed(name: str, says: str, kind: str, content: bytes) -> Enclosed:
    return Enclosed(name, says, kind, content, hashlib.sha256(content).hexdigest())


def _zipped(whole: list[tuple[str, bytes]], version: DocumentVersion) -> bytes:
    """Stored, not compressed, and dated when the report was established."""
    made = BytesIO()
    moment = timezone.localtime(version.made_at).timetuple()[:6]
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in whole:
            entry = zipfile.ZipInfo(name, moment)
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return made.getvalue()


def case_number(report: Report) -> str:
    """The number that holds; "" until one has come back."""
    return CaseNumber.objects.filter(report=report).values_list("number", flat=True).first() or ""
