"""Pages that end a year: what is undone, what becomes of it, and the closing itself.

Those who plan the year decide on one activity, on several at once, and on what units and teams have added as one. Those
who have added something decide on their own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.organisation.models import Node
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState

from . import closing, closing_actions, queries
from .forms import SettleForm
from .views import attempt, chain_to, expected_of, shell

ONE, OWN = "aktivitet", "egna"  # of an address: activities, and what units and teams have added
TO_ONESELF = {"_key", "csrfmiddlewaretoken", "confirmed", "again", "count"}  # of a form that is sent once more


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
    standing = closing.standing(found, access.today)
    years_own = [s for s in standing if not closing.is_own(s.activity)]
    undone = [s for s in years_own if s.undone]
    closing.name_places(undone)
    context = {
        "undone": undone,
        "units_own": closing.Together.of([s for s in standing if closing.is_own(s.activity)]),
        "ended": [s for s in years_own if s.ended],
        "counts": closing.Together.of(standing),
        "over": queries.is_over(found, access.today),
        "later": closing.later_years(found),
        "chain": chain_to(found, _("Close the year")),
    }
    return render(request, "wheel/years/close.html", {**shell(access, found), **context})


def node_of_activity(cycle_id: UUID, year_activity_id: UUID) -> Node:
    """Whose the activity is. Raises Http404 for one of another year."""
    return _of(cycle_id, year_activity_id).node


@requires(P.WHEEL_PLAN, P.WHEEL_ADD, node=node_of_activity)
def year_settle(request: HttpRequest, cycle_id: UUID, year_activity_id: UUID) -> HttpResponse:
    """What becomes of one activity's undone tasks: by those who plan the year, or who have added it."""
    access, activity = access_of(request), _of(cycle_id, year_activity_id)
    found = activity.cycle
    _refuse_others(access, activity)
    if found.state != CycleState.PUBLISHED or activity.cancelled_at is not None:
        return redirect("wheel:year", found.pk)
    tasks = closing.tasks_of_activity(activity)
    shown = evidence_of(tasks, access.today)
    places = [(str(t.pk), closing.place_of(t)) for t in tasks if not t.outcome and t.pk not in shown]
    back = _back(access, found)
    if not places:
        decided = any(t.outcome in ("carried", "dropped") for t in tasks)
        return _nothing_left(request, access, activity, back) if decided else redirect(back)
    form = SettleForm(request.POST or None, places=places, later=closing.later_years(found))
    return _settle(
        request, access, found, form, back, lambda: [UUID(pk) for pk in form.cleaned_data["tasks"]], [activity]
    )


def _nothing_left(request: HttpRequest, access: Access, activity: Activity, back: str) -> HttpResponse:
    """Everything of it is done or decided on; what was decided can be taken back."""
    found = activity.cycle
    context = {"activities": [activity], "chain": chain_to(found, activity.title), "cancel": back, "activity": activity}
    return render(request, "wheel/years/settle.html", {**shell(access, found), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_settle_many(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """What becomes of everything undone in the activities of the address, and of what units and teams have added."""
    access, found = access_of(request), queries.cycle(cycle_id)
    back = reverse("wheel:year_close", args=[found.pk])
    if found.state != CycleState.PUBLISHED:
        return redirect("wheel:year", found.pk)
    held = [s for s in _chosen(request, access, found) if s.undone]
    if not held:
        messages.error(request, _("Choose at least one activity with something undone."))
        return redirect(back)
    form = SettleForm(request.POST or None, places=None, later=closing.later_years(found))
    return _settle(request, access, found, form, back, lambda: closing.undone_ids(held), [s.activity for s in held])


def _chosen(request: HttpRequest, access: Access, found: AnnualCycle) -> list[closing.Standing]:
    """What the address names. Six queries, however much it is."""
    named, own = set(request.GET.getlist(ONE)), OWN in request.GET
    held = queries.activities_of_year(found)
    ids = [pk for pk, is_own in held if (own and is_own) or str(pk) in named]
    return closing.standing(found, access.today, ids)


def _settle(
    request: HttpRequest,
    access: Access,
    found: AnnualCycle,
    form: SettleForm,
    back: str,
    chosen: Callable[[], list[UUID]],
    activities: list[Activity],
) -> HttpResponse:
    """The form, then what happens, then the decision. More than was shown is shown again first."""
    context = {
        "form": form, "activities": activities[:queries.NAMED], "more": len(activities[queries.NAMED:]),
        "chain": chain_to(found, _("What becomes of what is undone")), "cancel": back,
    }  # fmt: skip
    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        tasks = chosen()
        if request.POST.get("confirmed") and request.POST.get("count") == str(len(tasks)):
            if saved(form, lambda: _decide(found, form, tasks, access)):
                messages.success(request, _said(form, len(tasks)))
                return redirect(back)
        else:
            context |= _happens(request, form, len(tasks), len(activities))
            return render(request, "wheel/years/settle_confirm.html", {**shell(access, found), **context})
    return render(request, "wheel/years/settle.html", {**shell(access, found), **context})


def _decide(found: AnnualCycle, form: SettleForm, tasks: list[UUID], access: Access) -> None:
    data = form.cleaned_data
    if form.to is None:
        closing_actions.drop(cycle=found, tasks=tasks, reason=data["reason"], by=access.person)
    else:
        said = {"to": form.to, "ends": data["ends"], "reason": data["reason"]}
        closing_actions.carry_over(cycle=found, tasks=tasks, by=access.person, **said)


def _happens(request: HttpRequest, form: SettleForm, tasks: int, activities: int) -> dict[str, Any]:
    """What the decision means, for the page that asks."""
    data = form.cleaned_data
    return {
        "tasks": tasks,
        "count": activities,
        "to": form.to,
        "starts": closing_actions.first_day_in(form.to, data["ends"]) if form.to else None,
        "ends": data.get("ends"),
        "reason": data["reason"],
        "changed": "confirmed" in request.POST,
        "sent": [(n, v) for n, values in request.POST.lists() if n not in TO_ONESELF for v in values],
    }


def _said(form: SettleForm, count: int) -> str:
    dropped = ngettext("%(count)s task is dropped.", "%(count)s tasks are dropped.", count)
    carried = ngettext("%(count)s task goes on.", "%(count)s tasks go on.", count)
    return (carried if form.to else dropped) % {"count": count}


@requires(P.WHEEL_PLAN, P.WHEEL_ADD, node=node_of_activity)
@require_POST
def year_take_back(request: HttpRequest, cycle_id: UUID, year_activity_id: UUID) -> HttpResponse:
    """What was dropped or carried over of an activity is to be done in this year after all."""
    access, activity = access_of(request), _of(cycle_id, year_activity_id)
    _refuse_others(access, activity)
    return _take_back(request, access, activity.cycle, [activity.pk], _back(access, activity.cycle))


@requires(P.WHEEL_PLAN, node=queries.node_of)
@require_POST
def year_take_back_own(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """As `year_take_back`, of everything that units and teams have added."""
    access, found = access_of(request), queries.cycle(cycle_id)
    own = [pk for pk, is_own in queries.activities_of_year(found) if is_own]
    return _take_back(request, access, found, own, reverse("wheel:year_close", args=[found.pk]))


def _take_back(
    request: HttpRequest, access: Access, found: AnnualCycle, activities: list[UUID], back: str
) -> HttpResponse:
    tasks = queries.decided_on(activities)
    if attempt(request, lambda: closing_actions.take_back(cycle=found, tasks=tasks, by=access.person)):
        messages.success(request, _("It is open again."))
    return redirect(back)


def _refuse_others(access: Access, activity: Activity) -> None:
    """Raises PermissionDenied but for those who plan the year, and those whose own it is."""
    if not queries.may_settle(access, activity):
        raise PermissionDenied


def _back(access: Access, found: AnnualCycle) -> str:
    plans = access.can(P.WHEEL_PLAN, found.node)
    return reverse("wheel:year_close" if plans else "wheel:year", args=[found.pk])


def _of(cycle_id: UUID, year_activity_id: UUID) -> Activity:
    activity = queries.activity(year_activity_id)
    if activity.cycle_id != cycle_id:
        raise Http404
    return activity
