"""What is written in an initiative: the proposal saved as one types, its activities, and changes after the decision.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else a page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from styrkedja.access.gate import access_of
from styrkedja.access.views.saving import saved
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.plans.models import Activity, Initiative, InitiativeState

from . import actions, activity_actions, offering, queries
from .forms import ActivityForm, ProposalForm
from .views import attempt, found_for, reads, saved_page, shown, worked_on, writes


@writes
def initiative_change(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Write the proposal. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403."""
    access, found = found_for(request, initiative_id)
    if request.method != "POST":
        if found.state != InitiativeState.PROPOSED or found.deleted_at:
            return redirect("plans:initiative", found.pk)
        return _editing(request, found, offering.proposal_form(access, found))
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    if request.POST.get("keep") == "theirs":
        return redirect("plans:initiative_change", found.pk)
    form = offering.proposal_form(access, found, request.POST)
    if not form.is_valid():
        return _not_accepted(request, found, form)
    try:
        kept = _save(found, form, access.person)
    except Conflict as conflict:
        return _both(request, found, form, conflict.current)
    except Refused as refused:
        if autosaving.by_script(request):
            return autosaving.refused(str(refused))
        form.add_error(None, str(refused))
        return _editing(request, found, form, status=422)
    if autosaving.by_script(request):
        return autosaving.kept(kept.version, kept.changed_at)
    messages.success(request, _("Saved %(time)s.") % {"time": autosaving.clock(kept.changed_at)})
    return redirect("plans:initiative_decide" if "decide" in request.POST else "plans:initiative", found.pk)


def _save(found: Initiative, form: ProposalForm, by: Any) -> Initiative:
    said = form.cleaned_data
    return actions.change(
        initiative=found,
        expected=said["version"],
        fields=form.written(),
        needs=said["needs"],
        participants=[UUID(i) for i in said["participants"]],
        by=by,
    )


def _editing(
    request: HttpRequest, found: Initiative, form: ProposalForm, status: int = 200, **more: Any
) -> HttpResponse:
    activities = offering.activity_forms(found)
    return shown(request, "edit", initiative=found, form=form, activities=activities, status=status, **more)


def _not_accepted(request: HttpRequest, found: Initiative, form: ProposalForm) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(autosaving.first_error(form))
    return _editing(request, found, form, status=422)


def _both(request: HttpRequest, found: Initiative, form: Any, current: Initiative) -> HttpResponse:
    """Both texts, and three ways on: mine, theirs, or one's own put together from both."""
    conflict = autosaving.conflict(current, offering.differences(form, current))
    if autosaving.by_script(request):
        return autosaving.both(request, conflict)
    mine = autosaving.mine_over(request, current)
    again = offering.proposal_form(access_of(request), found, mine)
    again.is_valid()
    return _editing(request, found, again, status=409, conflict=conflict)


# Activities.


def _to_activities(found: Initiative) -> HttpResponse:
    if found.state != InitiativeState.PROPOSED:
        return saved_page(found, "aktiviteter")
    return HttpResponseRedirect(reverse("plans:initiative_change", args=[found.pk], fragment="aktiviteter"))


@writes
def activity_add(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Of a proposal an empty row to write in; after the decision a form that asks for the reason."""
    access, found = found_for(request, initiative_id)
    if found.state == InitiativeState.PROPOSED:
        if request.method == "POST":
            attempt(request, lambda: activity_actions.add(initiative=found, by=access.person))
        return _to_activities(found)
    form = ActivityForm(request.POST or None, with_reason=True, initial={"version": 1})
    if form.is_valid() and saved(
        form,
        lambda: activity_actions.add(
            initiative=found, fields=form.written(), reason=form.cleaned_data["reason"], by=access.person
        ),
    ):
        return _to_activities(found)
    return shown(request, "form", form=form, initiative=found, title=_("Add an activity"), action=_("Add"))


@writes
def activity(request: HttpRequest, initiative_id: UUID, activity_id: UUID) -> HttpResponse:
    """Write an activity, saved as one types while it is a proposal's; after the decision with a reason."""
    _access, found = found_for(request, initiative_id)
    row = queries.activity(found, activity_id)
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    if request.POST.get("keep") == "theirs":
        return _to_activities(found)
    decided = found.state != InitiativeState.PROPOSED
    form = ActivityForm(request.POST or None, activity=row, with_reason=decided)
    if request.method == "POST" and not form.is_valid() and autosaving.by_script(request):
        return autosaving.refused(autosaving.first_error(form))
    if form.is_valid():
        if autosaving.by_script(request):
            return _saved_by_script(request, form, row)
        if saved(form, lambda: _write(request, form, row)):
            return _to_activities(found)
    conflict = _activity_conflict(form)
    page: dict[str, Any] = {"title": _("Change the activity"), "action": _("Save"), "conflict": conflict}
    return shown(request, "form", form=form, initiative=found, **page)


def _write(request: HttpRequest, form: ActivityForm, row: Activity) -> Activity:
    said = form.cleaned_data
    return activity_actions.change(
        activity=row,
        expected=said["version"],
        fields=form.written(),
        reason=said.get("reason", ""),
        by=access_of(request).person,
    )


def _saved_by_script(request: HttpRequest, form: ActivityForm, row: Activity) -> HttpResponse:
    try:
        kept = _write(request, form, row)
    except Refused as refused:
        return autosaving.refused(str(refused))
    except Conflict as conflict:
        form.conflict = conflict.current  # type: ignore[attr-defined]
        return autosaving.both(request, _activity_conflict(form) or {})
    return autosaving.kept(kept.version, timezone.now())


def _activity_conflict(form: ActivityForm) -> dict[str, Any] | None:
    current = getattr(form, "conflict", None)
    if current is None:
        return None
    names = [n for n in ("what", "who", "due") if form.cleaned_data.get(n) != getattr(current, n)]
    fields = [
        {
            "label": str(form.fields[n].label),
            "mine": str(form.cleaned_data.get(n) or ""),
            "theirs": str(getattr(current, n) or ""),
        }
        for n in names
    ]
    return {"fields": fields, "version": current.version}


@writes
@require_POST
def activity_remove(request: HttpRequest, initiative_id: UUID, activity_id: UUID) -> HttpResponse:
    access, found = found_for(request, initiative_id)
    row = queries.activity(found, activity_id)
    reason = request.POST.get("reason", "")
    attempt(request, lambda: activity_actions.remove(activity=row, reason=reason, by=access.person))
    return _to_activities(found)


@reads
@require_POST
def activity_done(request: HttpRequest, initiative_id: UUID, activity_id: UUID) -> HttpResponse:
    """Mark as done, or take the mark away."""
    access, found = worked_on(request, initiative_id)
    row, done = queries.activity(found, activity_id), request.POST.get("done") == "1"
    attempt(request, lambda: activity_actions.mark(activity=row, done=done, by=access.person))
    return _to_activities(found)


@writes
def initiative_adjust(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Dates, holder, participants and resources of what is decided, with a reason."""
    access, found = found_for(request, initiative_id)
    if request.POST.get("keep") == "theirs":
        return redirect("plans:initiative", found.pk)
    form = offering.adjust_form(access, found, request.POST or None)
    if form.is_valid() and saved(
        form,
        lambda: actions.change_decided(
            initiative=found,
            expected=form.cleaned_data["version"],
            fields=form.written(),
            participants=form.places(),
            reason=form.cleaned_data["reason"],
            by=access.person,
        ),
    ):
        messages.success(request, _("The change is saved, with its reason."))
        return saved_page(found)
    lead = _("Aim, expected effect and target do not change after the decision.")
    both = (
        {"fields": offering.differences(form, form.conflict), "version": form.conflict.version}
        if (hasattr(form, "conflict"))
        else None
    )
    page: dict[str, Any] = {"title": _("Change dates, holder or resources"), "lead": lead, "action": _("Save")}
    return shown(request, "form", form=form, initiative=found, conflict=both, **page)
