"""Pages where goals are read and written: *Vart ska vi?* of a node, one goal, its form, its targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core import periods
from styrkedja.core.errors import Refused
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import Goal, GoalState

from . import actions, queries, reading, target_actions
from .forms import GoalForm, TargetForm


def attempt(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    return True


@requires(*queries.READ, any_day=True)
@require_GET
def whereto(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """*Vart ska vi?* The node's goals of a period, what comes from above, needs that wait for a goal."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = reading.whereto(access, here, request.GET.get("period", ""))
    return render(request, "plans/goals/whereto.html", {**node_shell(access, here, "whereto"), **context})


@requires(*queries.READ, node=queries.node_of, any_day=True)
@require_GET
def goal(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """One goal, and what can be done with it."""
    access = access_of(request)
    found = queries.goal_to_read(access, goal_id)
    context = reading.one(access, found)
    return render(request, "plans/goals/goal.html", {**node_shell(access, found.node, "whereto"), **context})


@requires(P.PLAN_WRITE)
def goal_add(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Propose a goal; the address may say for which period, and from what it stems."""
    access = access_of(request)
    here, sent = access.tree.nodes[node_id], request.POST or request.GET
    period = queries.chosen_period(sent.get("period", ""), access.today)
    if request.method == "POST" and not periods.is_period(request.POST.get("period", "")):
        raise BadRequest  # the form's own hidden field; nobody writes it
    get = request.GET
    begun = {"needs": get.getlist("behov"), "above": get.get("over", ""), "decision": get.get("beslut", "")}
    form = reading.form_for(access, here, period, request.POST, **begun)
    made: list[Goal] = []

    def write() -> None:
        made.append(actions.propose(node=here, period=period, by=access.person, **form.written()))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The goal has been proposed."))
        return redirect("plans:goal", made[0].pk)
    title = _("Propose a goal for %(period)s") % {"period": period}
    cancel = reverse("plans:whereto", args=[here.pk], query={"period": period})
    return _form_page(request, here, form, title=title, cancel=cancel)


@requires(P.PLAN_WRITE, node=queries.node_of)
def goal_change(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Write over a proposal. What is decided is read, not changed."""
    access, found = access_of(request), queries.goal(goal_id)
    cancel = reverse("plans:goal", args=[found.pk])
    if found.state != GoalState.PROPOSED or request.POST.get("keep") == "theirs":
        return redirect(cancel)
    form = reading.form_for(access, found.node, found.period, request.POST, **reading.as_written(found))

    def write() -> None:
        expected = form.cleaned_data["version"] or 0
        actions.change(goal=found, expected=expected, by=access.person, **form.written())

    if form.is_valid() and saved(form, write):
        messages.success(request, _("Saved."))
        return redirect(cancel)
    current = getattr(form, "conflict", None)
    conflict = reading.differences(form, queries.goal(current.pk)) if current else []
    return _form_page(request, found.node, form, title=_("Change the goal"), cancel=cancel, conflict=conflict)


def _form_page(request: HttpRequest, here: Node, form: GoalForm, **context: Any) -> HttpResponse:
    page = {**node_shell(access_of(request), here, "whereto"), "form": form, "areas": reading.grouped(form), **context}
    return render(request, "plans/goals/edit.html", page, status=409 if context.get("conflict") else 200)


@requires(P.PLAN_WRITE, node=queries.node_of)
@require_POST
def goal_delete(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    found = queries.goal(goal_id)
    if attempt(request, lambda: actions.delete_goal(goal=found, by=access_of(request).person)):
        messages.success(request, _("The proposal has been deleted. It can be put back for 30 days."))
        return redirect(reverse("plans:whereto", args=[found.node_id], query={"period": found.period}))
    return redirect("plans:goal", found.pk)


@requires(P.PLAN_WRITE, node=queries.node_of)
@require_POST
def goal_restore(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    found = queries.goal(goal_id)
    if attempt(request, lambda: actions.restore_goal(goal=found, by=access_of(request).person)):
        messages.success(request, _("The proposal has been put back."))
    return redirect("plans:goal", found.pk)


@requires(P.PLAN_WRITE, node=queries.node_of)
def target_add(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """A figure the goal aims at; where it stands now is frozen as this person may see it."""
    access, found = access_of(request), queries.goal(goal_id)
    if found.state != GoalState.PROPOSED:
        return redirect("plans:goal", found.pk)
    last = periods.bounds(found.period)[1]
    form = TargetForm(request.POST or None, measures=reading.measures(access, found.node), initial={"date": last})

    def write() -> None:
        data = form.cleaned_data
        indicator, _bar, part = data["measure"].partition("|")
        target_actions.add(
            goal=found,
            indicator=indicator,
            part=part,
            baseline=effects.freeze(access, found.node, indicator, part),
            value=data["value"],
            date=data["date"],
            by=access.person,
        )

    if form.is_valid() and saved(form, write):
        return redirect("plans:goal", found.pk)
    context = {
        "form": form,
        "title": _("A figure the goal aims at"),
        "explanation": found.title,
        "action": _("Add"),
        "cancel": reverse("plans:goal", args=[found.pk]),
    }
    return render(request, "plans/frame/edit.html", {**node_shell(access, found.node, "whereto"), **context})


@requires(P.PLAN_WRITE, node=queries.node_of)
@require_POST
def target_remove(request: HttpRequest, goal_id: UUID, target_id: UUID) -> HttpResponse:
    found, person = queries.goal(goal_id), access_of(request).person
    attempt(request, lambda: target_actions.remove(goal=found, target_id=target_id, by=person))
    return redirect("plans:goal", found.pk)
