"""Pages of one activity of a year: read it, add one, change it, cancel it. What is published shows first what moves."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.access.views.saving import saved
from styrkedja.organisation.models import NodeKind, SchoolForm
from styrkedja.wheel.models import Activity, CycleState
from styrkedja.wheel.tasks.asking import asked_of

from . import changing_actions, drafting_actions, previewing, queries
from .activity_form import LEVELS, ActivityForm, who
from .forms import CancelForm
from .own_views import levels_within
from .telling import concerned
from .views import chain_to, shell

TEXTS = (
    ("about", pgettext_lazy("activity", "More about it")),
    ("before", gettext_lazy("What it needs before")),
    ("leaves", gettext_lazy("What it leaves behind")),
    ("routine", gettext_lazy("Routine")),
)


@requires(P.WHEEL_READ, P.WHEEL_PLAN, node=queries.node_of_activity, any_day=True)
@require_GET
def year_activity(request: HttpRequest, year_activity_id: UUID) -> HttpResponse:
    """One activity: when, what, who, and whether it has been moved or cancelled."""
    access = access_of(request)
    found = queries.activity_to_read(access, year_activity_id)
    names = dict(NodeKind.choices)
    context = {
        "activity": found,
        "texts": [(label, found.said(word)) for word, label in TEXTS if found.said(word)],
        "places": queries.places_of(found),
        "role": role_name(found.role),
        "level": names.get(found.level, found.level),
        "participants": [who(one["role"], one["level"]) for one in found.participants],
        "asked": asked_of(found),
        "school_forms": [str(SchoolForm(f).label) for f in found.school_forms if f in SchoolForm.values],
        "may_write": found.cycle.state != CycleState.CLOSED and queries.may_write(access, found),
        "chain": chain_to(found.cycle, found.title),
    }
    return render(request, "wheel/years/activity.html", {**shell(access, found.cycle), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_activity_add(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """An activity that no wheel has, in a draft or in a published year; there it is shown first whom it concerns."""
    access, found = access_of(request), queries.cycle(cycle_id)
    if found.state == CycleState.CLOSED or found.deleted_at is not None:
        return redirect("wheel:year", found.pk)
    draft = found.state == CycleState.DRAFT
    form = ActivityForm(request.POST or None, cycle=found, initial={"version": found.version})

    def write() -> None:
        fields = form.written()
        if draft:
            expected = form.cleaned_data["version"] or 0
            drafting_actions.add(cycle=found, expected=expected, fields=fields, by=access.person)
        else:
            changing_actions.add(cycle=found, node=found.node, fields=fields, by=access.person)

    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if not draft and "confirmed" not in request.POST and (page := previewing.added(request, found.node, form)):
            return page
        if saved(form, write):
            told = _("The activity is added.") if draft else _("The activity is added, and those concerned are told.")
            messages.success(request, told)
            return redirect("wheel:year", found.pk)
    context = {
        "form": form, "title": _("Add an activity"), "chain": chain_to(found, _("Add")),
        "action": _("Add") if draft else _("See what is added"), "cancel": reverse("wheel:year", args=[found.pk]),
    }  # fmt: skip
    return render(request, "wheel/years/edit.html", {**shell(access, found), **context})


@requires(P.WHEEL_PLAN, P.WHEEL_ADD, node=queries.node_of_activity)
def activity_change(request: HttpRequest, year_activity_id: UUID) -> HttpResponse:
    """Write over an activity. Of a published year: what moves and who is told first, then the change."""
    access = access_of(request)
    found = queries.activity_to_write(access, year_activity_id)
    cycle = found.cycle
    if cycle.state == CycleState.CLOSED or found.cancelled_at is not None:
        return redirect("wheel:year_activity", found.pk)
    draft = cycle.state == CycleState.DRAFT
    form = _form_of(access, found, request)

    def write() -> None:
        fields, expected = form.written(), form.cleaned_data["version"] or 0
        if draft:
            drafting_actions.change(cycle=cycle, expected=expected, activity=found.pk, fields=fields, by=access.person)
        else:
            changing_actions.change(activity=found, expected=expected, fields=fields, by=access.person)

    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if not draft and "confirmed" not in request.POST:
            return previewing.changed(request, found, form)
        if saved(form, write):
            messages.success(request, _("Saved.") if draft else _("It is changed, and those concerned are told."))
            return redirect("wheel:year", cycle.pk) if draft else redirect("wheel:year_activity", found.pk)
    conflict = hasattr(form, "conflict")
    context = {
        "form": form, "title": _("Change the activity"), "action": _("Save") if draft else _("See what changes"),
        "chain": chain_to(cycle, found.title), "cancel": reverse("wheel:year_activity", args=[found.pk]),
        "saved_row": queries.activity(found.pk) if conflict else None,
    }  # fmt: skip
    page = {**shell(access, cycle), **context}
    return render(request, "wheel/years/edit.html", page, status=409 if conflict else 200)


def _form_of(access: Access, found: Activity, request: HttpRequest) -> ActivityForm:
    """An own activity keeps to the levels of its place; of the year's, the one it has is always among those offered."""
    own, draft = found.node_id != found.cycle.node_id, found.cycle.state == CycleState.DRAFT
    here = access.tree.nodes.get(found.node_id)
    levels = levels_within(access.tree, here) if own and here else dict.fromkeys((*LEVELS, found.level))
    version = found.cycle.version if draft else found.version
    data = request.POST if request.method == "POST" else None
    return ActivityForm(
        data, cycle=found.cycle, levels=list(levels), activity=found, own=own, initial={"version": version}
    )


@requires(P.WHEEL_PLAN, P.WHEEL_ADD, node=queries.node_of_activity)
def activity_cancel(request: HttpRequest, year_activity_id: UUID) -> HttpResponse:
    """Cancel an activity of a published year: who is told, and why it is."""
    access = access_of(request)
    found = queries.activity_to_write(access, year_activity_id)
    if found.cycle.state != CycleState.PUBLISHED or found.cancelled_at is not None:
        return redirect("wheel:year_activity", found.pk)
    form = CancelForm(request.POST or None, initial={"version": found.version})

    def write() -> None:
        data = form.cleaned_data
        changing_actions.cancel(activity=found, expected=data["version"], reason=data["reason"], by=access.person)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The activity is cancelled, and those concerned are told."))
        return redirect("wheel:year_activity", found.pk)
    context = {
        "form": form,
        "activity": found,
        "told": concerned(found).but(access.person),
        "chain": chain_to(found.cycle, found.title),
    }
    status = 409 if hasattr(form, "conflict") else 200
    return render(request, "wheel/years/cancel.html", {**shell(access, found.cycle), **context}, status=status)
