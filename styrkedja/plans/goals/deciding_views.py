"""Pages where a goal is decided and ended: by the unit's leader, or as the committee's decision, by a registrar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import Goal, GoalState

from . import actions, queries, reading
from .forms import CommitteeForm, OutcomeForm
from .transitions import is_committees


@requires(P.PLAN_DECIDE, node=queries.node_of)
def goal_decide(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """Make a unit's or team's goal valid. Its words cannot be changed afterwards, so it is asked once."""
    access, found = access_of(request), queries.goal(goal_id)
    if found.state != GoalState.PROPOSED:
        return redirect("plans:goal", found.pk)
    if request.method == "POST":
        return _decided(request, found)
    context = {**node_shell(access, found.node, "whereto"), **reading.one(access, found)}
    return render(request, "plans/goals/decide.html", context)


def _decided(request: HttpRequest, found: Goal) -> HttpResponse:
    text = request.POST.get("version", "")
    expected = int(text) if text.isdecimal() and len(text) < 10 else 0
    try:
        actions.decide(goal=found, expected=expected, by=access_of(request).person)
    except Conflict:
        messages.warning(request, _("The goal was changed while you read it. Read it again before you decide."))
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The goal is decided."))
    return redirect("plans:goal", found.pk)


@requires(P.PLAN_DECIDE, node=queries.node_of)
def goal_close(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """What became of a goal; it ends, or is carried on into the next period as a new proposal."""
    found = queries.goal(goal_id)
    if found.state != GoalState.DECIDED:
        return redirect("plans:goal", found.pk)
    form = OutcomeForm(request.POST or None, initial={"version": found.version})
    if form.is_valid() and (after := _ended(request, found, form)):
        return redirect("plans:goal", after.pk)
    return _outcome_page(request, found, form)


@requires(P.DECISION_ENTER, node=queries.node_of)
def goal_register(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """The committee's goals: a registrar ties a proposal to the decision that makes it valid, or writes its outcome."""
    access, found = access_of(request), queries.goal(goal_id)
    if not is_committees(found.node.kind):
        raise Http404  # a unit's goal is decided by its leader
    if found.state == GoalState.DECIDED:
        form: forms.Form = OutcomeForm(request.POST or None, initial={"version": found.version})
        if form.is_valid() and (after := _ended(request, found, form)):
            return redirect("plans:goal", after.pk)
        return _outcome_page(request, found, form)
    if found.state == GoalState.CLOSED or found.deleted_at is not None:
        return redirect(reverse("plans:whereto", args=[found.node_id], query={"period": found.period}))
    choices = queries.committee_decisions(access.tree, found.node, found.period)
    initial = {"version": found.version, "decision": found.decision_id}
    form = CommitteeForm(request.POST or None, decisions=choices, initial=initial)
    if form.is_valid() and _registered(request, found, form):
        return redirect("plans:goal", found.pk)
    context = {**node_shell(access, found.node, "whereto"), **reading.one(access, found), "form": form}
    return render(request, "plans/goals/register.html", {**context, "choices": choices})


def _registered(request: HttpRequest, found: Goal, form: forms.Form) -> bool:
    data = form.cleaned_data
    by = access_of(request).person
    try:
        actions.decide(goal=found, expected=data["version"], decision=data["decision"], by=by)
    except (Conflict, Refused) as refusal:
        form.add_error(None, _said(refusal))
        return False
    messages.success(request, _("The goal is decided."))
    return True


def _ended(request: HttpRequest, found: Goal, form: forms.Form) -> Goal | None:
    """The goal, closed; or the proposal that carries it on. None where it was refused, which the form then says."""
    carry = request.POST.get("then") == "carry"
    act = actions.carry_on if carry else actions.close
    data: dict[str, Any] = form.cleaned_data
    try:
        after = act(goal=found, expected=data["version"], outcome=data["outcome"], by=access_of(request).person)
    except (Conflict, Refused) as refusal:
        form.add_error(None, _said(refusal))
        return None
    said = _("The goal is closed and proposed for the next period.") if carry else _("The goal is closed.")
    messages.success(request, said)
    return after if queries.reads_proposals(access_of(request), after.node) or not carry else found


def _said(refusal: Conflict | Refused) -> str:
    if isinstance(refusal, Conflict):
        return _("Somebody else was first. Look at how it stands now.")
    return str(refusal)


def _outcome_page(request: HttpRequest, found: Goal, form: forms.Form) -> HttpResponse:
    context = {"goal": found, "form": form, "following": queries.following(found.period)}
    shell = node_shell(access_of(request), found.node, "whereto")
    return render(request, "plans/goals/close.html", {**shell, **context})
