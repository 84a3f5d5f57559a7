"""Pages of one activity of a year: read it, add one, change it, cancel it. What is published shows first what moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.access.views.saving import saved
from styrkedja.organisation.models import Node, NodeKind, SchoolForm
from styrkedja.wheel.models import Activity, CycleState

from . import changing_actions, drafting_actions, queries
from .forms import LEVELS, ActivityForm, CancelForm
from .views import chain_to, shell

WRITTEN = ("title_sv", "title_en", "starts", "ends", "kind", "role", "about_sv", "public")
TO_ONESELF = {"_key", "csrfmiddlewaretoken", "confirmed", "again"}  # of a form that is shown and sent once more
TEXTS = (
    ("about", pgettext_lazy("activity", "More about it")),
    ("before", gettext_lazy("What it needs before")),
    ("leaves", gettext_lazy("What it leaves behind")),
    ("routine", gettext_lazy("Routine")),
)
OTHERS = 30  # names of people on the page; more are counted


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
        "participants": [f"{role_name(w['role'])} ({names.get(w['level'], w['level'])})" for w in found.participants],
        "school_forms": [str(SchoolForm(f).label) for f in found.school_forms if f in SchoolForm.values],
        "may_write": found.cycle.state != CycleState.CLOSED and queries.may_write(access, found),
        "chain": chain_to(found.cycle, found.title),
    }
    return render(request, "wheel/years/activity.html", {**shell(access, found.cycle), **context})


@requires(P.WHEEL_PLAN, node=queries.node_of)
def year_activity_add(request: HttpRequest, cycle_id: UUID) -> HttpResponse:
    """An activity that no wheel has, in a draft or in a published year."""
    access, found = access_of(request), queries.cycle(cycle_id)
    if found.state == CycleState.CLOSED or found.deleted_at is not None:
        return redirect("wheel:year", found.pk)
    draft = found.state == CycleState.DRAFT
    form = ActivityForm(request.POST or None, period=found.period, initial={"version": found.version})

    def write() -> None:
        fields = form.written()
        if draft:
            expected = form.cleaned_data["version"] or 0
            drafting_actions.add(cycle=found, expected=expected, fields=fields, by=access.person)
        else:
            changing_actions.add(cycle=found, node=found.node, fields=fields, by=access.person)

    if form.is_valid() and saved(form, write):
        told = _("The activity is added.") if draft else _("The activity is added, and those concerned are told.")
        messages.success(request, told)
        return redirect("wheel:year", found.pk)
    context = {"form": form, "title": _("Add an activity"), "action": _("Add"), "chain": chain_to(found, _("Add"))}
    cancel = reverse("wheel:year", args=[found.pk])
    return render(request, "wheel/years/edit.html", {**shell(access, found), **context, "cancel": cancel})


@requires(P.WHEEL_ADD)
def own_add(request: HttpRequest, cycle_id: UUID, node_id: UUID) -> HttpResponse:
    """An activity of a unit's or team's own, beside what comes from above."""
    access, found = access_of(request), queries.cycle(cycle_id)
    here = access.tree.nodes[node_id]
    if found.state == CycleState.DRAFT:
        raise Http404
    if found.state == CycleState.CLOSED or here not in queries.own_places(access, found, access.tree):
        messages.error(request, _("%(node)s has no part in this year.") % {"node": here.name})
        return redirect("wheel:year", found.pk)
    levels = _levels_within(access, here)
    form = ActivityForm(request.POST or None, period=found.period, levels=levels, own=True, initial=_proposed(here))
    made: list[Activity] = []

    def write() -> None:
        made.append(changing_actions.add(cycle=found, node=here, fields=form.written(), by=access.person))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The activity is added."))
        return redirect("wheel:year", found.pk)
    title = _("An activity of %(node)s's own") % {"node": here.name}
    context = {"form": form, "title": title, "action": _("Add"), "chain": chain_to(found, title), "node": here}
    cancel = reverse("wheel:year", args=[found.pk])
    return render(request, "wheel/years/edit.html", {**shell(access, found), **context, "cancel": cancel})


def _levels_within(access: Access, here: Node) -> list[str]:
    below = {n.kind for n in access.tree.descendants(here.pk)}
    order = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)
    return [here.kind, *(kind.value for kind in order if kind in below and kind != here.kind)]


def _proposed(here: Node) -> dict[str, str]:
    return {"level": here.kind, "role": "principal" if here.kind == NodeKind.UNIT else "team_lead", "kind": "day"}


@requires(P.WHEEL_PLAN, P.WHEEL_ADD, node=queries.node_of_activity)
def activity_change(request: HttpRequest, year_activity_id: UUID) -> HttpResponse:
    """Write over an activity. Of a published year: what moves and who is told first, then the change."""
    access = access_of(request)
    found = queries.activity_to_write(access, year_activity_id)
    cycle = found.cycle
    if cycle.state == CycleState.CLOSED or found.cancelled_at is not None:
        return redirect("wheel:year_activity", found.pk)
    draft = cycle.state == CycleState.DRAFT
    version = cycle.version if draft else found.version
    names = [*WRITTEN, "level", "school_forms", "done_check"]
    initial = {**{name: getattr(found, name) for name in names}, "version": version}
    data = None if request.method != "POST" else request.POST
    form = _form_of(found, data, initial)

    def write() -> None:
        fields, expected = form.written(), form.cleaned_data["version"] or 0
        if draft:
            drafting_actions.change(cycle=cycle, expected=expected, activity=found.pk, fields=fields, by=access.person)
        else:
            changing_actions.change(activity=found, expected=expected, fields=fields, by=access.person)

    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if not draft and "confirmed" not in request.POST:
            return _preview(request, access, found, form)
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


def _form_of(found: Activity, data: Any, initial: dict[str, Any]) -> ActivityForm:
    draft, own = found.cycle.state == CycleState.DRAFT, found.node_id != found.cycle.node_id
    form = ActivityForm(data, period=found.cycle.period, levels=_roles_at(found), fixed=not draft, initial=initial)
    if own:
        for name in ("public", "title_en"):
            del form.fields[name]
    return form


def _roles_at(found: Activity) -> tuple[str, ...]:
    """Levels whose roles are offered: the activity's own is always among them."""
    return LEVELS if found.level in LEVELS else (*LEVELS, found.level)


def _preview(request: HttpRequest, access: Access, found: Activity, form: ActivityForm) -> HttpResponse:
    """What would be another than it is, for how many places, and who is told of it."""
    differing = changing_actions.changes(found, form.written())
    told = changing_actions.concerned(found)
    rows = [
        {"label": form.fields[name].label, "before": _said(form, name, a), "after": _said(form, name, b)}
        for name, (a, b) in differing.items()
    ]
    context = {
        "activity": found,
        "rows": rows,
        "moves": any(name in differing for name in changing_actions.MOVING),
        "told": told,
        "names": [p.name for p in told.people if p.pk != access.person.pk][:OTHERS],
        "more": max(len(told.people) - OTHERS, 0),
        "sent": [(n, v) for n, values in request.POST.lists() if n not in TO_ONESELF for v in values],
        "chain": chain_to(found.cycle, found.title),
    }
    return render(request, "wheel/years/confirm.html", {**shell(access, found.cycle), **context})


def _said(form: ActivityForm, name: str, value: Any) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(choices.get(value, value)) or _("(empty)")


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
        "told": changing_actions.concerned(found),
        "chain": chain_to(found.cycle, found.title),
    }
    status = 409 if hasattr(form, "conflict") else 200
    return render(request, "wheel/years/cancel.html", {**shell(access, found.cycle), **context}, status=status)
