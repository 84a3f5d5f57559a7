"""What is handed in: the document or figures asked for, where they are read, and the parts feedback can be about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import queries as analyses
from styrkedja.analyses import quoted
from styrkedja.analyses.models import Analysis
from styrkedja.dialogues.models import RequestReceiver, Submission, What
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.indicators import display
from styrkedja.indicators import queries as indicators
from styrkedja.indicators.sources import source_name
from styrkedja.plans.operational import queries as plans

SECTION = 90  # characters of a cause or need that name it


def document_to_hand_in(of: RequestReceiver) -> DocumentVersion | None:
    """The latest version of the document asked for that is handed in or established; None while there is none."""
    asked = of.request
    found = DocumentVersion.objects.filter(
        document__kind=asked.kind, document__node=of.node, document__period=asked.period
    )
    return found.select_related("document__node", "made_by").defer("body").order_by("-number").first()


def addresses_of(versions: Iterable[DocumentVersion | None], access: Access) -> dict[UUID, str]:
    """Where each version is read, of those that open for this person, by its id. One query where there are analyses."""
    found = {v.pk: v for v in versions if v is not None}
    about = [v.document_id for v in found.values() if v.document.kind == DocumentKind.ANALYSIS]
    analyses_by = dict(Analysis.objects.filter(document__in=about).values_list("document", "pk")) if about else {}
    told = {pk: _address(version, access, analyses_by) for pk, version in found.items()}
    return {pk: address for pk, address in told.items() if address}


def _address(version: DocumentVersion, access: Access, analyses_by: dict[UUID, UUID]) -> str | None:
    document, node = version.document, version.document.node
    if document.kind == DocumentKind.ANALYSIS:
        analysis = analyses_by.get(document.pk)
        opens = analysis and analyses.may_read(access, node, version.state)
        return reverse("analyses:read", args=[analysis, version.number]) if opens else None
    if document.kind == DocumentKind.QUALITY_REPORT:  # handed in by its name: its room lies above this one
        report = version.body.get("report")
        return reverse("reports:read", args=[report]) if report and access.reaches(node.pk, P.REPORT_READ) else None
    opens = plans.may_read(access, node, version.state)
    return reverse("plans:plan_read", args=[document.pk, version.number]) if opens else None


ANCHORS = {"orsak": "orsak-", "behov": "behov-", "avsnitt": "del-"}


def anchor(section: str) -> str:
    """Where a part feedback is about stands on its document's page: "#del-bakgrund"; "" where it has no place."""
    kind, _colon, key = section.partition(":")
    return f"#{ANCHORS[kind]}{key}" if kind in ANCHORS and key else ""


def sections(version: DocumentVersion | None) -> list[tuple[str, str]]:
    """The parts feedback can be about: (key, words).

    Of an analysis its areas, causes and needs; of a plan its sections, needs, goals, initiatives and measures.
    """
    body = version.body if version else {}
    if not isinstance(body, dict):
        return []
    name = "sv" if (get_language() or "sv").startswith("sv") else "en"
    named = [("omrade", body.get("areas", [])), ("avsnitt", body.get("sections", []))]
    written = [
        ("orsak", "text", body.get("causes", []), _("Cause: %(text)s")),
        ("behov", "text", body.get("needs", []), _("Need: %(text)s")),
        ("mal", "title", body.get("goals", []), _("Goal: %(text)s")),
        ("insats", "title", body.get("initiatives", []), _("Initiative: %(text)s")),
        ("atgard", "what", body.get("measures", []), _("Measure: %(text)s")),
    ]
    return [
        *((f"{kind}:{one['key']}", one.get(name, one["sv"])) for kind, parts in named for one in parts),
        *(
            (f"{kind}:{one['id']}", words % {"text": Truncator(one[field]).chars(SECTION)})
            for kind, field, parts, words in written
            for one in parts
        ),
    ]


def figures_shown(access: Access, submission: Submission | None) -> list[dict[str, Any]]:
    """Handed-in figures as this reader may see them."""
    if submission is None or not submission.figures:
        return []
    audience, today = quoted.audience_for(access), quoted.today_of(submission.figures)
    return [quoted.release(one, audience, today) for one in submission.figures]


def figures_to_hand_in(access: Access, of: RequestReceiver) -> list[dict[str, Any]]:
    """What would be handed in now, as this reader sees it: [{"label", "about", "display", "period", "source_name"}]."""
    if of.request.what != What.FIGURES:
        return []
    found = indicators.node_figures(
        access, of.node, period=of.request.period, years=1, indicators=of.request.indicators
    )
    return [
        {
            "label": f.definition.label(f.part),
            "about": quoted.about_words(f),
            "display": display.with_unit(f),
            "period": f.period,
            "source_name": str(source_name(f.source)),
        }
        for f in found
    ]
