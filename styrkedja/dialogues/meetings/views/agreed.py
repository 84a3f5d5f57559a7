"""The page of one thing that was agreed: done or dropped with words, another day, or somebody else."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.views.saving import saved
from styrkedja.dialogues.meetings import agreed_actions, queries, reading
from styrkedja.dialogues.meetings.forms import EndForm, HandOnForm
from styrkedja.dialogues.meetings.gate import may_end, reads_what_was_agreed, refuse, standing_of
from styrkedja.dialogues.models import AgreedPoint
from styrkedja.organisation.shell import node_shell


def at_agreed(*, ends: bool) -> Callable[..., Any]:
    """A view of an agreed point, for those who read its meeting or are to do it; `ends`: for those who may end it."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, agreed_id: UUID) -> HttpResponse:
            access, point = access_of(request), queries.agreed(agreed_id)
            standing = standing_of(access, point.meeting)
            may = may_end(access, point, standing)
            if not may and (ends or not reads_what_was_agreed(standing)):
                if standing.takes_part:
                    raise PermissionDenied
                refuse(access, point.meeting)
            request.standing, request.may_end = standing, may  # type: ignore[attr-defined]
            return view(request, point)

        gated: Callable[..., HttpResponse] = requires()(guarded)
        return gated

    return decorate


@at_agreed(ends=False)
@require_GET
def show(request: HttpRequest, point: AgreedPoint) -> HttpResponse:
    return _page(request, point)


def _page(request: HttpRequest, point: AgreedPoint, **forms: Any) -> HttpResponse:
    access = access_of(request)
    is_open = not (point.done_at or point.dropped_at)
    may = request.may_end and is_open  # type: ignore[attr-defined]
    versioned = {"version": point.version}
    context = {
        **node_shell(access, point.node, "meetings"),
        "point": point,
        "late": (access.today - point.due).days if is_open and point.due < access.today else 0,
        "reads_meeting": request.standing.knows,  # type: ignore[attr-defined]
        "end_form": EndForm(initial=versioned, auto_id="end-%s") if may else None,
        "hand_on_form": _hand_on_form(point) if may else None,
        **forms,
    }
    return render(request, "dialogues/meetings/agreed.html", context)


def _hand_on_form(point: AgreedPoint, data: Any = None) -> HandOnForm:
    people = {p.person.pk: p.person for p in reading.people(point.meeting)}
    if point.holder:
        people.setdefault(point.holder.pk, point.holder)
    return HandOnForm(data, point=point, people=people.values())


@at_agreed(ends=True)
@require_POST
def end(request: HttpRequest, point: AgreedPoint) -> HttpResponse:
    """Done, or (`how` is "drop") dropped."""
    form, by = EndForm(request.POST, auto_id="end-%s"), access_of(request).person
    drops = request.POST.get("how") == "drop"
    if form.is_valid():
        words, version = form.cleaned_data["words"], form.cleaned_data["version"]

        def write() -> object:
            if drops:
                return agreed_actions.drop(point=point, reason=words, expected=version, by=by)
            return agreed_actions.done(point=point, words=words, expected=version, by=by)

        if saved(form, write):
            messages.success(request, _("Dropped, with your reason.") if drops else _("Marked as done."))
            return redirect("dialogues:agreed", point.pk)
    return _page(request, point, end_form=form, form=form)


@at_agreed(ends=True)
@require_POST
def hand_on(request: HttpRequest, point: AgreedPoint) -> HttpResponse:
    form, by = _hand_on_form(point, request.POST), access_of(request).person
    if form.is_valid():
        version = form.cleaned_data["version"]
        if saved(form, lambda: agreed_actions.hand_on(point=point, expected=version, by=by, **form.said())):
            messages.success(request, _("Saved. The minutes keep what was agreed at first."))
            return redirect("dialogues:agreed", point.pk)
    return _page(request, point, hand_on_form=form, form=form)
