"""The page of a task: all there is to know of it and what to do, and the page of an activity of many places."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.access.views.saving import compared, saved
from styrkedja.dialogues.pressing import attempt
from styrkedja.organisation.models import Person
from styrkedja.organisation.shell import node_shell
from styrkedja.wheel.checks import done_of
from styrkedja.wheel.dates import remarks
from styrkedja.wheel.models import Activity, CycleState, DoneCheck, Task

from . import actions, asking, places, queries, responsible, settings_actions
from .forms import HolderForm, NoteForm, SettingsForm, TickForm
from .reading import state_of

reads = requires(P.WHEEL_READ, node=queries.node_of, any_day=True)


@reads
@require_GET
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """What, when, who, how one sees that it is done, and what showed it."""
    found = queries.task(task_id)
    return _page(request, found)


def _page(request: HttpRequest, found: Task, status: int = 200, **forms: Any) -> HttpResponse:
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    people = responsible.responsible_of([found], access.tree)[found.pk]
    done = done_of([found]).get(found.pk)
    works = is_open(found) and queries.works_on(access, found, people)
    state = state_of(found, access.today, done=done is not None)
    context = {
        **node_shell(access, here, "wheel"),
        "task": found,
        "activity": found.activity,
        "state": state,
        "days_late": (access.today - found.activity.ends).days if state == "late" else 0,
        "done": done,
        "asked": asking.asked_of(found.activity),
        "calls": asking.who_calls(access.tree, found) if is_open(found) and done is None else "",
        "work": asking.where(access, found) if is_open(found) and done is None else None,
        "responsible": responsible.words(people, found.activity),
        "role": role_name(found.activity.role),
        "named": found.holder if found.holder in people else None,
        "part": queries.taking_part(found.activity),
        "ticks": list(found.ticks.select_related("made_by")) if _ticked(found) else [],
        "ticked": _ticked(found),
        "works": works,
        **_said(found.activity),
        "own": found.activity.node_id != found.activity.cycle.node_id,
    }
    if works:
        context |= {
            "tick_form": TickForm(),
            "note_form": NoteForm(task=found),
            "holder_form": _holder_form(request, found),
        }
    return render(request, "wheel/tasks/task.html", {**context, **forms}, status=status)


def _said(of: Activity) -> dict[str, Any]:
    """What is written about it, in the reader's language; and what is to be said of its days."""
    return {name: of.said(name) for name in ("about", "before", "leaves", "routine")} | {
        "remarks": remarks(of.starts, of.ends)
    }


def is_open(found: Task) -> bool:
    """Can anything be done with it still?"""
    of = found.activity
    return of.cycle.state == CycleState.PUBLISHED and of.cancelled_at is None and not found.outcome


def _ticked(found: Task) -> bool:
    return found.activity.done_check == DoneCheck.TICK


def _holder_form(request: HttpRequest, found: Task, data: Any = None) -> HolderForm:
    people: list[Person] = queries.people_at(access_of(request), found.node)
    if found.holder and found.holder not in people:
        people = [found.holder, *people]
    return HolderForm(
        data,
        task=found,
        people=people,
        role=_("Whoever is %(role)s") % {"role": role_name(found.activity.role).lower()},
    )


@reads
@require_POST
def tick(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Say that it is done, or take it back."""
    access, found = access_of(request), queries.task(task_id)
    queries.worked_on(access, found)
    form, done = TickForm(request.POST), request.POST.get("done") == "1"
    words = form.cleaned_data["words"] if form.is_valid() else ""
    if not form.is_valid():
        return _page(request, found, 400, tick_form=form)
    said = _("It is noted as done.") if done else _("It is open again.")
    attempt(request, lambda: actions.tick(task=found, done=done, words=words, by=access.person), said)
    return redirect("wheel:task", found.pk)


@reads
@require_POST
def note(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """The place's own note."""
    access, found = access_of(request), queries.task(task_id)
    queries.worked_on(access, found)
    if request.POST.get("keep") == "theirs":
        return redirect("wheel:task", found.pk)
    form = NoteForm(request.POST, task=found)
    if form.is_valid() and saved(
        form,
        lambda: actions.complement(
            task=found, note=form.cleaned_data["note"], expected=form.cleaned_data["version"], by=access.person
        ),
    ):
        messages.success(request, _("The note is saved."))
        return redirect("wheel:task", found.pk)
    conflict = compared(form, note=form.conflict.note) if hasattr(form, "conflict") else []
    return _page(request, queries.task(task_id), note_form=form, conflict=conflict)


@reads
@require_POST
def holder(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Name who does it."""
    access, found = access_of(request), queries.task(task_id)
    queries.worked_on(access, found)
    form = _holder_form(request, found, request.POST)
    if form.is_valid() and saved(
        form,
        lambda: actions.name_holder(
            task=found, holder=form.chosen(), tree=access.tree, expected=form.cleaned_data["version"], by=access.person
        ),
    ):
        messages.success(request, _("Saved. It stands on their list."))
        return redirect("wheel:task", found.pk)
    return _page(request, queries.task(task_id), holder_form=form)


@requires(P.WHEEL_READ, any_day=True)
@require_GET
def activity(request: HttpRequest, node_id: UUID, year_activity_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """One activity at all its places at the node and below it, the late first."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    found = queries.activity_at(access, here, year_activity_id)
    context = {
        **node_shell(access, here, "wheel"),
        "activity": found,
        "asked": asking.asked_of(found),
        "role": role_name(found.role),
        "part": queries.taking_part(found),
        **_said(found),
        **places.at_places(access, here, found),
    }
    return render(request, "wheel/tasks/activity.html", context)


@requires(P.WHEEL_PLAN)
def settings(request: HttpRequest) -> HttpResponse:
    """How the organiser's year is run: for whoever plans all of it, not a part."""
    if not queries.plans_all(access_of(request)):
        raise PermissionDenied
    row = queries.settings()
    initial = {"version": row.version, "escalate_after": row.escalate_after}
    form = SettingsForm(request.POST or None, initial=initial)
    if form.is_valid():
        data = form.cleaned_data
        if saved(
            form,
            lambda: settings_actions.change_settings(
                escalate_after=data["escalate_after"], expected=data["version"], by=access_of(request).person
            ),
        ):
            messages.success(request, _("The settings are saved."))
            return redirect("wheel:settings")
    return render(request, "wheel/tasks/settings.html", {"form": form})
