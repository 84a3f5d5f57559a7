"""An established report and the registry: fetching the package, and entering the number that comes back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core.errors import Refused
from styrkedja.organisation.shell import node_shell

from . import queries, standing
from .forms import CaseNumberForm
from .models import Report
from .registry import package_actions
from .registry.package import LANGUAGE
from .registry.package import case_number as number_of
from .serving import attached, file_name

HANDLES = (P.REPORT_MAKE, P.DECISION_ENTER, P.DOCUMENT_ARCHIVE)


def registry_of(access: Access, report: Report) -> dict[str, Any] | None:
    """What the report's page says of the registry; None for one nobody has established."""
    if standing.established_as(report) is None:
        return None
    handles = access.reaches(report.node_id, *HANDLES)
    return {"number": number_of(report), "may_fetch": handles, "may_enter": handles}


@requires(*HANDLES, node=queries.node_of, any_day=True)
@require_POST
def package(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """The package as a zip file. A form, not a link: that it is fetched is written down."""
    access = access_of(request)
    report = queries.report_to_read(access, report_id)
    try:
        made = package_actions.fetch_package(report=report, by=access.person)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("reports:read", report.pk)
    return attached(made.content, file_name(report, LANGUAGE, "zip"), "application/zip")


@requires(*HANDLES, node=queries.node_of, any_day=True)
def case_number(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Enter the number the case got in the registry."""
    access = access_of(request)
    report = queries.report_to_read(access, report_id)
    if standing.established_as(report) is None:
        return redirect("reports:read", report.pk)
    held = number_of(report)
    form = CaseNumberForm(request.POST or None, initial={"number": held, "seen": held})

    def write() -> None:
        data = form.cleaned_data
        package_actions.enter_case_number(report=report, number=data["number"], seen=data["seen"], by=access.person)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The number is entered."))
        return redirect("reports:read", report.pk)
    context = {**node_shell(access, report.node, current="reports"), "report": report, "form": form}
    return render(request, "reports/case_number.html", context)
