"""`styrkedja report quality`: a quality report as a file, from the version there is or a new one."""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from styrkedja.config.cli import Unusable

if TYPE_CHECKING:
    from styrkedja.organisation.models import Node
    from styrkedja.reports.document import Language
    from styrkedja.reports.models import Report

HELP = "skriv en kvalitetsrapport som PDF, HTML eller bildspel"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=("quality",), help="vilken rapport")
    parser.add_argument("--node", required=True, metavar="KOD", help="en enhets kod, eller huvudman för vår egen")
    parser.add_argument("--period", required=True, metavar="P", help="läsår, som 2024/25")
    parser.add_argument("--format", required=True, choices=("pdf", "html", "pptx"), help="filens slag")
    parser.add_argument("--output", required=True, type=Path, metavar="FIL", help="var den skrivs")
    parser.add_argument("--language", choices=("sv", "en"), default="sv", help="rapportens språk")
    parser.add_argument("--new", action="store_true", help="gör en ny version också där det finns en")


def run(options: argparse.Namespace) -> int:
    from django.utils import timezone

    from styrkedja.core.periods import bounds, is_period

    if not is_period(options.period):
        raise Unusable(f"inte en period (2024/25 eller 2024): {options.period}")
    if bounds(options.period)[0] > timezone.localdate():
        raise Unusable(f"{options.period} har inte börjat än; det finns inget att rapportera")
    if not options.output.parent.is_dir():
        raise Unusable(f"det finns ingen mapp {options.output.parent}")
    report = _report(_node(options.node), options.period, new=options.new)
    _write(options.output, _rendered(report, options.format, options.language))
    print(f"{report.node.name}, {report.period}, version {report.number}: {options.output}")
    return 0


def _node(code: str) -> Node:
    from styrkedja.organisation.queries import node_by_code

    node = node_by_code(code)
    if node is None:
        raise Unusable(
            "det finns ingen huvudman än" if code == "huvudman" else f"ingen enhet har koden {code or '(tom)'}"
        )
    return node


def _report(node: Node, period: str, *, new: bool) -> Report:
    from styrkedja.core.errors import Refused
    from styrkedja.reports.actions import make_report
    from styrkedja.reports.queries import latest_report

    made = None if new else latest_report(node, period)
    if made and not made.has_words:
        raise Unusable(f"rapporten för {node.name}, {period}, är gallrad")
    try:
        return made or make_report(node=node, period=period, by=None)
    except Refused as refused:
        raise Unusable(str(refused)) from refused


def _rendered(report: Report, form: str, language: Language) -> bytes:
    from styrkedja.reports import slide_templates
    from styrkedja.reports.files import pdf_of
    from styrkedja.reports.queries import document_of
    from styrkedja.reports.renderers.html import render_page
    from styrkedja.reports.renderers.pptx import render_pptx

    if form == "pdf":
        return pdf_of(report, language)
    if form == "pptx":
        return render_pptx(document_of(report, language), slide_templates.content())
    return render_page(document_of(report, language)).encode()


def _write(path: Path, content: bytes) -> None:
    """The whole file or none: a file of that name is replaced only when the new one is complete."""
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=".styrkedja-", delete=False) as file:
            file.write(content)
        whole = Path(file.name)
        whole.chmod(0o644)  # an ordinary file, as any program would write it
        whole.replace(path)
    except OSError as error:
        raise Unusable(f"det går inte att skriva {path}") from error
