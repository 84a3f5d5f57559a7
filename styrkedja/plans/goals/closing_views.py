"""The page where a node's period is closed: what is left to do, each with its way there."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.organisation.shell import node_shell

from . import closing, closing_actions, queries
from .views import attempt


@requires(P.PLAN_DECIDE)
def period_close(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Initiatives that wait to be judged and goals without an outcome; then the closing itself."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    sent = request.POST or request.GET
    running = periods.school_year_on(access.today)
    period = sent.get("period", "")
    if not periods.is_period(period):
        period = periods.school_year(periods.end_year(running) - 1)
    if request.method == "POST":
        if attempt(request, lambda: closing_actions.close_period(node=here, period=period, by=access.person)):
            messages.success(request, _("%(period)s is closed.") % {"period": period})
            return redirect(reverse("plans:whereto", args=[here.pk], query={"period": period}))
        return redirect(reverse("plans:period_close", args=[here.pk], query={"period": period}))
    context = {
        "period": period,
        "periods": [p for p in queries.periods_of(here, period, access.today) if _is_over(p, access.today)],
        "over": _is_over(period, access.today),
        "closed": queries.is_closed(here, period),
        "unjudged": closing.unjudged(here, period),
        "open_goals": closing.open_goals(here, period),
    }
    return render(request, "plans/goals/period.html", {**node_shell(access, here, "outcome"), **context})


def _is_over(period: str, today: dt.date) -> bool:
    return periods.bounds(period)[1] < today
