"""What a change in a published year means, shown before it is made: what becomes another, for whom, and who is told."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from styrkedja.access.gate import access_of
from styrkedja.core.errors import Refused
from styrkedja.organisation.models import Node
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.dates import remarks
from styrkedja.wheel.models import Activity, DoneCheck
from styrkedja.wheel.tasks.asking import asked_of

from . import changing_actions
from .activity_form import ActivityForm
from .telling import Concerned, concerned, concerned_by
from .views import chain_to, shell

TO_ONESELF = {"_key", "csrfmiddlewaretoken", "confirmed", "again"}  # of a form that is shown and sent once more
NAMES = 30  # of people and places on the page; more are counted
CHECK = {"done_check", "done_with"}


def changed(request: HttpRequest, found: Activity, form: ActivityForm) -> HttpResponse:
    """Of an activity: row by row from what to what, places that get it and lose it, and those it concerns or did."""
    access, fields = access_of(request), form.written()
    differing = changing_actions.changes(found, fields)
    becomes = changing_actions.becoming(found, fields)
    moved = changing_actions.shift(found, becomes)
    told = concerned(found) | concerned_by(becomes, [*changing_actions.tasks_after(becomes, moved)])
    moves = any(name in differing for name in changing_actions.MOVING)
    context = {
        "activity": found,
        "rows": _compared(form, found, becomes, differing.keys()),
        "moves": moves,
        "remarks": remarks(becomes.starts, becomes.ends) if moves else [],
        "gained": _named(node.name for node in moved.gained),
        "lost": _named(task.node.name for task in moved.lost),
        "unread": _done(found) if CHECK & differing.keys() else 0,
        **_told(told.but(access.person)),
        "sent": _sent(request),
        "chain": chain_to(found.cycle, found.title),
    }
    return render(request, "wheel/years/confirm.html", {**shell(access, found.cycle), **context})


def added(request: HttpRequest, node: Node, form: ActivityForm, *, unless_plain: bool = False) -> HttpResponse | None:
    """Of a new one: its days, the places that get it, and who is told. None where it cannot be added, which saving it
    says; and, `unless_plain`, where there is nothing to be told of it.
    """
    access, cycle = access_of(request), form.cycle
    try:
        tasks = changing_actions.laid_out(cycle, node, form.written(), access.person)
    except Refused:
        return None
    made = tasks[0].activity
    told, said = concerned_by(made, tasks).but(access.person), remarks(made.starts, made.ends)
    if unless_plain and not told.people and not said:
        return None
    context = {
        "activity": made,
        "adds": True,
        "gained": _named(task.node.name for task in tasks),
        "remarks": said,
        **_told(told),
        "sent": _sent(request),
        "chain": chain_to(cycle, made.title),
    }
    return render(request, "wheel/years/confirm.html", {**shell(access, cycle), **context})


def _compared(form: ActivityForm, found: Activity, becomes: Activity, differing: Iterable[str]) -> list[dict[str, Any]]:
    names = {"done_check" if name in CHECK else name for name in differing}
    return [
        {"label": field.label, "before": _said(form, name, found), "after": _said(form, name, becomes)}
        for name, field in form.fields.items()
        if name in names
    ]


def _said(form: ActivityForm, name: str, one: Activity) -> str:
    """The value of a field in words, as the form says it."""
    value = getattr(one, name)
    if name == "done_check":
        return asked_of(one) if one.done_with or value == DoneCheck.TICK else str(DoneCheck(value).label)
    if name == "participants":
        value = [f"{who['role']}@{who['level']}" for who in value]
    choices = dict(getattr(form.fields[name], "choices", ()))
    if name == "school_forms" and not value:
        return _("All")
    if isinstance(value, list):
        return ", ".join(str(choices.get(each, each)) for each in value) or _("(empty)")
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return str(choices.get(value, value)) or _("(empty)")


def _done(found: Activity) -> int:
    """How many places something shows to be done today."""
    tasks = list(found.tasks.filter(outcome="").select_related("activity__cycle"))
    return len(evidence_of(tasks)) if tasks else 0


def _told(told: Concerned) -> dict[str, Any]:
    return {"told": told, **{name: value for name, value in _named(p.name for p in told.people).items() if value}}


def _named(names: Iterable[str]) -> dict[str, Any]:
    """{"names": those there is room for, "more": how many beside them}."""
    held = list(names)
    return {"names": held[:NAMES], "more": max(len(held) - NAMES, 0)}


def _sent(request: HttpRequest) -> list[tuple[str, str]]:
    """What was sent, for hidden fields: the same form once more."""
    return [(n, str(v)) for n, values in request.POST.lists() if n not in TO_ONESELF for v in values]
