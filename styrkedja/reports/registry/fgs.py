"""The description of a package in XML, modelled on Riksarkivet's FGS Ärendehantering.

Its names of elements and attributes are used as they are publicly known; the file is not checked against the schema,
and no registry's import has been tried (docs/adr/0026). Dates are ISO 8601.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from django.utils.timezone import localtime

from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.models import Organiser
from styrkedja.reports.document import ReportDocument
from styrkedja.reports.models import Report

NAMESPACE = "http://xml.ra.se/e-arkiv/FGS-ERMS"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file of the package."""

    name: str
    says: str
    kind: str  # media type
    content: bytes
    sha256: str


def description(
    report: Report, version: DocumentVersion, document: ReportDocument, organiser: Organiser, files: Iterable[Enclosed]
) -> bytes:
    """The whole file: one case, one record, its attachments with checksums. The same input gives the same bytes."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_named("Leveransobjekt"))
    case = _below(_below(root, "ArkivobjektListaArenden"), "ArkivobjektArende")
    case.set("Systemidentifierare", str(version.document_id))
    if version.registry_number:
        _below(case, "ArkivobjektID", version.registry_number)
    _below(case, "Arendemening", f"{document.title}, {document.node}")
    _below(case, "Arendetyp", "Kvalitetsrapport")
    maker = _below(case, "Agent")
    _below(maker, "Roll", "Arkivbildare")
    _below(maker, "Namn", organiser.name)
    _below(maker, "IDnummer", organiser.organisation_number)
    _below(case, "Skapad", localtime(report.made_at).isoformat(timespec="seconds"))
    if version.decided_on:
        _below(case, "Beslutat", version.decided_on.isoformat())
    record = _below(_below(case, "ArkivobjektListaHandlingar"), "ArkivobjektHandling")
    record.set("Systemidentifierare", str(report.pk))
    _below(record, "ArkivobjektID", f"v{report.number}")
    _below(record, "Handlingstyp", "Kvalitetsrapport")
    _below(record, "Rubrik", f"{document.title}, {document.node}")
    _below(record, "Beskrivning", document.status)
    _below(record, "Skapad", localtime(report.made_at).isoformat(timespec="seconds"))
    _below(record, "Upprattad", localtime(version.made_at).isoformat(timespec="seconds"))
    for file in files:
        _below(record, "Bilaga").attrib.update(_attachment(file))
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _attachment(file: Enclosed) -> dict[str, str]:
    return {
        "Namn": file.name,
        "Lank": file.name,
        "Beskrivning": file.says,
        "Mimetyp": file.kind,
        "Storlek": str(len(file.content)),
        "ChecksummaMetod": "SHA-256",
        "Checksumma": file.sha256,
    }


def _below(parent: ET.Element, name: str, text: str = "") -> ET.Element:
    made = ET.SubElement(parent, _named(name))
    made.text = _plain(text) or None
    return made


def _named(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"


def _plain(text: str) -> str:
    """Without signs no XML can hold."""
    return "".join(sign for sign in text if sign in "\t\n" or (sign >= " " and not 0xD800 <= ord(sign) <= 0xDFFF))
