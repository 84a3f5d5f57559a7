"""The start page: what is mine to do, and where I stand in the chain."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.organisation import actions
from styrkedja.organisation.models import Mail
from styrkedja.organisation.shell import node_shell

from . import duties, meetings, news, queries
from . import handover as handing_over
from . import search as searching
from .forms import MailForm

SHOWN = 12  # tasks of the year, the latest first; the rest stand in the wheel


@requires()
def start(request: HttpRequest) -> HttpResponse:
    """Everyone's own page; without a role it says whom to ask."""
    access = access_of(request)
    answered = duties.answered_for(access)
    found = meetings.meetings(access)
    owed, initiatives, year = duties.owed(access, answered), duties.initiatives(access), duties.year(access, answered)
    context = {
        "places": queries.places(access),
        "owed_by_me": _tasks(owed.by_me),
        "to_accept": _tasks(owed.to_accept),
        "year_mine": _tasks(year.mine[:SHOWN]),
        "year_more": max(0, len(year.mine) - SHOWN),
        "agreed": _tasks(meetings.agreed(access)),
        "to_minute": _tasks(found.to_minute),
        "called": _tasks(found.called),
        "year_beside": _tasks(year.beside),
        "tasks": queries.tasks(access),
        "to_evaluate": _tasks(initiatives.to_evaluate),
        "to_follow_up": _tasks(initiatives.to_follow_up),
        "to_hand_on": _tasks(initiatives.to_hand_on),
        "owed_to_me": _tasks(owed.to_me),
        "overviews": queries.overviews(access),
        "news": news.since_last_time(access, found.news),
        "imports": queries.imports(access),
        "reports": queries.latest_reports(access),
        "reads_reports": access.holds(Permission.REPORT_READ),
        "edits_people": access.holds(Permission.PEOPLE_EDIT),
        "edits_chain": access.holds(Permission.CHAIN_EDIT),
    }
    return render(request, "desk/start.html", context)


def _tasks(found: list[duties.Duty]) -> list[dict[str, Any]]:
    return [duty.as_task for duty in found]


@requires()
def mail(request: HttpRequest) -> HttpResponse:
    """Which mail one wants; everything, until one says otherwise."""
    person = access_of(request).person
    form = MailForm(request.POST or None, initial={"wanted": [k for k in Mail.values if k not in person.mail_declined]})
    if request.method == "POST" and form.is_valid():
        declined = [kind for kind in Mail.values if kind not in form.cleaned_data["wanted"]]
        actions.choose_mail(person=person, declined=declined, by=person)
        messages.success(request, _("Your choice of mail has been saved."))
        return redirect("desk:mail")
    return render(request, "desk/mail.html", {"form": form})


@requires()
@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """What one may read that holds the words; the question stands in the address, so it can be kept and shared."""
    access = access_of(request)
    question = " ".join(request.GET.get("q", "").split())[:200]
    found = searching.results(access, question)
    context = {
        "question": question,
        "results": found,
        "more": len(found) == searching.SHOWN,
        "shortcuts": searching.shortcuts(access, question),
        "reads_plans": access.holds(Permission.PLAN_READ),
    }
    return render(request, "desk/search.html", context)


@requires(Permission.REQUEST_ANSWER)
@require_GET
def handover(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """Everything whoever answers for a node takes over; prints as one paper."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = {**node_shell(access, here, "handover"), **handing_over.handover(access, here)}
    return render(request, "desk/handover.html", context)
