"""Reports on the web: which there are, what is ready, making one, reading it, its PDF and its slides."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Refused
from styrkedja.documents import queries as documents
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.comparing import compare as compare_lines
from styrkedja.documents.models import DocumentState
from styrkedja.documents.transitions import Move, offered
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell, opened

from . import actions, comparing, files, queries, slide_templates, slide_views, standing
from .forms import PeriodForm
from .models import Basis, Report
from .registry_views import registry_of
from .renderers.html import render_html
from .renderers.pptx import render_pptx
from .serving import PPTX, attached, file_name, language_of


@requires(P.REPORT_READ)
@require_safe
def list_reports(request: HttpRequest) -> HttpResponse:
    """Every report the person may read, and where they may make one."""
    access = access_of(request)
    makes = access.nodes_for(P.REPORT_MAKE)
    own = [
        n for a in access.assignments if (n := access.tree.nodes[a.node_id]).pk in makes and n.kind in actions.REPORTED
    ]
    return render(
        request,
        "reports/list.html",
        {
            "entries": queries.by_node(standing.in_lists(queries.readable(access))),
            "make_at": list({n.pk: n for n in own}.values()),
            "sets_template": slide_views.sets_for_all(access),
        },
    )


@requires(P.REPORT_READ, any_day=True)
@require_safe
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """A node's reports of a year, and what a new one would be built on."""
    access, here = access_of(request), _node(request)
    form = PeriodForm({"period": request.GET.get("period", "")})
    if not form.is_valid():
        form = PeriodForm({"period": queries.period_opened(access, here)})
        form.full_clean()
    period = form.cleaned_data["period"]
    return render(
        request,
        "reports/node.html",
        {
            **node_shell(access, here, current="reports"),
            "form": form,
            "period": period,
            "ready": queries.readiness(access, here, period),
            "versions": queries.versions(access, here, period),
            "others": standing.with_standings(
                standing.in_lists(queries.readable(access)).filter(node=here).exclude(period=period)
            ),
            "archived": _archived(access, here, period),
            "reported": here.kind in actions.REPORTED,
            "unit": access.tree.unit_of(here.pk),
            "makes": access.can(P.REPORT_MAKE, here),
            "analysis_url": opened(access, "analyses:node", here),
        },
    )


@requires(P.REPORT_MAKE)
@require_POST
def make(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Make a new version of the node's report for a year, and open it."""
    try:
        made = actions.make_report(
            node=_node(request), period=request.POST.get("period", ""), by=access_of(request).person
        )
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("reports:node", node_id=node_id)
    messages.success(request, _("Version %(number)s has been made.") % {"number": made.number})
    return redirect("reports:read", report_id=made.pk)


@requires(P.REPORT_READ, node=queries.node_of, any_day=True)
@require_safe
def read(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as a page, with its other versions."""
    access = access_of(request)
    report = queries.report_to_read(access, report_id)
    document = queries.document_of(report, language_of(request))
    versions = queries.versions(access, report.node, report.period)
    standing.with_standings([report])
    return render(
        request,
        "reports/read.html",
        {
            **node_shell(access, report.node, current="reports"),
            "report": report,
            "document": document,
            "article": render_html(document),
            "versions": versions,
            "newest": versions[0] if versions else report,
            "registry": registry_of(access, report),
            **_moves(access, report, newest=not versions or versions[0].pk == report.pk),
        },
    )


@requires(P.REPORT_READ, node=queries.node_of, any_day=True)
@require_safe
def compare(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report beside another of its versions (`fran`: its number), word by word; without a choice the one before."""
    access = access_of(request)
    report = queries.report_to_read(access, report_id)
    others = [one for one in queries.versions(access, report.node, report.period) if one.pk != report.pk]
    before = next((one for one in others if str(one.number) == request.GET.get("fran", "")), None)
    before = before or next((one for one in others if one.number < report.number), None) or next(iter(others), None)
    parts = []
    if before is not None:
        both = (queries.report_to_read(access, before.pk), report)
        language = language_of(request)
        parts = compare_lines(*(comparing.lines(queries.document_of(one, language)) for one in both))
    context = {
        **node_shell(access, report.node, current="reports"),
        "report": report,
        "others": others,
        "before": before,
        "parts": parts,
        "differ": any(part.different for part in parts),
    }
    return render(request, "reports/compare.html", context)


def _archived(access: Access, here: Node, period: str) -> list[Report]:
    """The node's reports of other years that are archived."""
    every = queries.readable(access).filter(node=here).exclude(period=period)
    listed = set(standing.in_lists(every).values_list("pk", flat=True))
    return standing.with_standings(r for r in every if r.pk not in listed)


def _moves(access: Access, report: Report, newest: bool) -> dict[str, Any]:
    """What this person can do with the report as it stands, and what was said when it came back."""
    document = standing.document_behind(report)
    may_make = newest and report.basis == Basis.ESTABLISHED and access.can(P.REPORT_MAKE, report.node)
    if document is None:
        return {"may_hand_in": may_make}
    here = report.handed_in is not None and report.standing == document.state  # it is this one that stands there
    waits = not document.is_open and (here or not document.holds)
    submitted = here and document.state == DocumentState.SUBMITTED
    others = (Move.GIVE_BACK, Move.ARCHIVE, *((Move.PUBLISH,) if report.made_by_id != access.person.pk else ()))
    return {
        "may_hand_in": may_make and not waits,
        "may_establish": submitted and way_to_establish(access, document) is not None,
        **{f"may_{move}": here and offered(access, document, move) for move in others},
        "returned": documents.returned(document),
    }


@requires(P.REPORT_READ, node=queries.node_of, any_day=True)
@require_safe
def pdf(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as tagged PDF, to keep."""
    report = queries.report_to_read(access_of(request), report_id)
    language = language_of(request)
    return attached(files.pdf_of(report, language), file_name(report, language), "application/pdf")


@requires(P.REPORT_READ, node=queries.node_of, any_day=True)
@require_safe
def slides(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The report as slides in the organiser's own template, to show and to edit."""
    report = queries.report_to_read(access_of(request), report_id)
    language = language_of(request)
    made = render_pptx(queries.document_of(report, language), slide_templates.content())
    return attached(made, file_name(report, language, "pptx"), PPTX)


def _node(request: HttpRequest) -> Node:
    found = request.node  # type: ignore[attr-defined]
    assert isinstance(found, Node)
    return found
