"""Pages that end a year: what is undone by activity, what becomes of it, and the closing itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState

from . import closing, closing_actions, queries
from .forms import SettleForm
from .views import attempt, chain_to, expected_of, shell


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_close(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """Everything undone, late first; when nothing is left, the closing."""
    access, found = access_of(request), queries.cycle(cycle_id)
    if found.state != CycleState.PUBLISHED:
        return redirect("wheel:year", found.pk)
    if request.method == "POST":
        expected = expected_of(request)
        if attempt(request, lambda: closing_actions.close(cycle=found, expected=expected, by=access.person)):
            messages.success(request, _("%(year)s is closed.") % {"year": found})
            return redirect("wheel:year", found.pk)
        return redirect("wheel:year_close", found.pk)
    tasks = closing.tasks_of(found)
    standing = closing.standing(tasks, evidence_of(tasks, access.today), access.today)
    context = {
        "undone": [s for s in standing if s.undone],
        "dropped": [s for s in standing if s.dropped],
        "left": sum(len(s.undone) for s in standing),
        "done": sum(s.done for s in standing),
        "ended": sum(s.carried + s.dropped for s in standing),
        "over": queries.is_over(found, access.today),
        "later": closing.later_years(found),
        "chain": chain_to(found, _("Close the year")),
    }
    return render(request, "wheel/years/close.html", {**shell(access, found), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_settle(request: HttpRequest, cycle_id: UUID, year_activity_id: UUID) -> HttpResponse:
    """What becomes of one activity's undone tasks."""
    access, found = access_of(request), queries.cycle(cycle_id)
    activity = _of(found, year_activity_id)
    if found.state != CycleState.PUBLISHED or activity.cancelled_at is not None:
        return redirect("wheel:year", found.pk)
    tasks = [t for t in closing.tasks_of_activity(activity) if not t.outcome]
    shown = evidence_of(tasks, access.today)
    undone = [t for t in tasks if t.pk not in shown]
    if not undone:
        return redirect("wheel:year_close", found.pk)
    form = SettleForm(
        request.POST or None,
        places=[(str(t.pk), t.node.name) for t in undone],
        later=closing.later_years(found),
    )

    def write() -> None:
        data, chosen = form.cleaned_data, [UUID(pk) for pk in form.cleaned_data["tasks"]]
        if form.to is None:
            closing_actions.drop(cycle=found, tasks=chosen, reason=data["reason"], by=access.person)
        else:
            said = {"to": form.to, "ends": data["ends"], "reason": data["reason"]}
            closing_actions.carry_over(cycle=found, tasks=chosen, by=access.person, **said)

    if form.is_valid() and saved(form, write):
        count = len(form.cleaned_data["tasks"])
        dropped = ngettext("%(count)s task is dropped.", "%(count)s tasks are dropped.", count)
        carried = ngettext("%(count)s task goes on.", "%(count)s tasks go on.", count)
        messages.success(request, (carried if form.to else dropped) % {"count": count})
        return redirect("wheel:year_close", found.pk)
    context = {
        "form": form, "activity": activity, "chain": chain_to(found, activity.title),
        "cancel": reverse("wheel:year_close", args=[found.pk]),
    }  # fmt: skip
    return render(request, "wheel/years/settle.html", {**shell(access, found), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_POST
def year_take_back(request: HttpRequest, cycle_id: UUID, year_activity_id: UUID) -> HttpResponse:
    """What was dropped of an activity is to be done after all."""
    access, found = access_of(request), queries.cycle(cycle_id)
    tasks = [t.pk for t in closing.tasks_of_activity(_of(found, year_activity_id)) if t.outcome == "dropped"]
    if attempt(request, lambda: closing_actions.take_back(cycle=found, tasks=tasks, by=access.person)):
        messages.success(request, _("It is open again."))
    return redirect("wheel:year_close", found.pk)


def _of(found: AnnualCycle, year_activity_id: UUID) -> Activity:
    activity = queries.activity(year_activity_id)
    if activity.cycle_id != found.pk:
        raise Http404
    return activity
