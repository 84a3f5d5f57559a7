"""Operational plans by the renderers of reports: a page to print, and tagged PDF."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from styrkedja.access.gate import access_of, requires
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.operational import queries as plans

from .plan_document import plan_document
from .renderers.html import render_html
from .renderers.pdf import render_pdf
from .serving import attached, language_of


@requires(*plans.ESTABLISHED, node=plans.node_of, any_day=True)
@require_safe
def plan(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A version of a plan as it is printed."""
    version = _version(request, document_id)
    document = plan_document(version, language_of(request))
    context = {
        **node_shell(access_of(request), version.document.node, current="plans"),
        "version": version,
        "document": document,
        "article": render_html(document),
    }
    return render(request, "reports/plan.html", context)


@requires(*plans.ESTABLISHED, node=plans.node_of, any_day=True)
@require_safe
def plan_pdf(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """A version of a plan as tagged PDF, to keep."""
    version = _version(request, document_id)
    document = plan_document(version, language_of(request))
    name = f"{document.title.replace('/', '-')} {plain(document.node)} v{version.number}.pdf"
    return attached(render_pdf(document), name, "application/pdf")


def _version(request: HttpRequest, document_id: UUID) -> DocumentVersion:
    """The version asked for (`version`), or the latest this person may read. Raises Http404, PermissionDenied."""
    wanted = request.GET.get("version", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 10 else None
    return plans.version_to_read(access_of(request), plans.plan(document_id), number)


def plain(name: str) -> str:
    """A name as part of a file's name."""
    return "".join(sign for sign in name if sign.isprintable() and sign not in '\\/:*?"<>|')
