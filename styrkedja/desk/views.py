"""The start page: what is mine to do, and where I stand in the chain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.organisation.models import Organiser

from . import queries


@requires()
def start(request: HttpRequest) -> HttpResponse:
    """Everyone's own page; without a role it says whom to ask."""
    access = access_of(request)
    context = {
        "places": queries.places(access),
        "tasks": queries.tasks(access),
        "imports": queries.imports(access),
        "reports": queries.latest_reports(access),
        "reads_reports": access.holds(Permission.REPORT_READ),
        "organiser_found": Organiser.objects.exists(),
        "edits_people": access.holds(Permission.PEOPLE_EDIT),
        "edits_chain": access.holds(Permission.CHAIN_EDIT),
    }
    return render(request, "desk/start.html", context)
