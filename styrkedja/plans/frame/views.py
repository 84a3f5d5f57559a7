"""Pages of the frame: a node's decisions, one decision, entering one, and how this organiser works."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import compared, saved
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import Decision, PlanSettings

from . import actions, beside, queries
from .forms import DecisionForm, SettingsForm, uuid_or_none
from .global_goals import global_goals


@requires(P.PLAN_READ, any_day=True)
@require_GET
def decisions(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """What the node has decided: what holds now, what comes, what held before; and what holds for it from above."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    above = [d for d in queries.from_above(access.tree, here, access.today) if d.node_id != here.pk]
    context = {
        "decisions": queries.decisions_of(here, access.today),
        "from_above": above,
        "may_enter": access.can(P.DECISION_ENTER, here),
        "beside": beside.a_nodes_decisions(request, here),
    }
    return render(request, "plans/frame/decisions.html", {**node_shell(access, here, "whereto"), **context})


@requires(P.PLAN_READ, node=queries.node_of_decision, any_day=True)
@require_GET
def decision(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """One decision, and what stands above and below it."""
    access, found = access_of(request), queries.decision(decision_id)
    context = {
        "decision": found,
        "state": queries.state_of(found, access.today),
        "replaced_by": getattr(found, "replaced_by", None),
        "global_goals": [global_goals()[number] for number in found.global_goals if number in global_goals()],
        "below": queries.above_and_below([found.pk]),
        "may_replace": access.can(P.DECISION_ENTER, found.node) and not hasattr(found, "replaced_by"),
        "beside": beside.a_decision(request, found),
    }
    return render(request, "plans/frame/decision.html", {**node_shell(access, found.node, "whereto"), **context})


@requires(P.DECISION_ENTER)
def decision_add(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Enter a decision; `?ersatter=` begins from the one it replaces."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    replaceable = list(queries.that_may_be_replaced(here).select_related("node"))
    form = DecisionForm(
        request.POST or None,
        initial=_beginning(request, replaceable),
        units=access.tree.units(here.pk),
        above=queries.that_may_be_carried_out(access.tree, here, access.today),
        replaceable=replaceable,
    )
    made: list[Decision] = []

    def write() -> None:
        made.append(actions.enter_decision(node=here, by=access.person, **form.cleaned_data))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The decision has been entered."))
        return redirect("plans:decision", made[0].pk)
    context = {
        "form": form,
        "title": _("Enter a decision, %(node)s") % {"node": here},
        "explanation": _("What is entered stays. If something is wrong, enter it again and say which one it replaces."),
        "action": _("Enter"),
        "cancel": reverse("plans:decisions", args=[here.pk]),
    }
    return render(request, "plans/frame/edit.html", {**node_shell(access, here, "whereto"), **context})


def _beginning(request: HttpRequest, replaceable: list[Decision]) -> dict[str, Any]:
    """The fields of the decision that is to be replaced, to be corrected."""
    wanted = uuid_or_none(request.GET.get("ersatter", ""))
    old = next((one for one in replaceable if one.pk == wanted), None)
    if old is None:
        return {}
    same = ("kind", "title", "text", "decided_on", "paragraph", "registry_number", "valid_from", "valid_to")
    ties = {"addressed_to": old.addressed_to_id, "above": old.above_id, "replaces": old.pk}
    return {name: getattr(old, name) for name in same} | {"global_goals": old.global_goals} | ties


@requires(P.CHAIN_EDIT)
def settings(request: HttpRequest) -> HttpResponse:
    """How often one follows up, and how many goals and initiatives are many: set by those who set up the chain."""
    row = queries.settings()
    if request.method == "POST" and request.POST.get("keep") == "theirs":
        return redirect("plans:settings")
    fields = ("follow_up", "goals_at_most", "initiatives_at_most")
    form = SettingsForm(request.POST or None, initial={name: getattr(row, name) for name in (*fields, "version")})

    def write() -> None:
        data = dict(form.cleaned_data)
        actions.change_settings(expected=data.pop("version"), by=access_of(request).person, **data)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("Saved."))
        return redirect("plans:settings")
    theirs = {name: str(getattr(row, name)) for name in fields}
    theirs["follow_up"] = str(PlanSettings.Cycle(row.follow_up).value)
    context = {"form": form, "conflict": compared(form, **theirs)}
    return render(request, "plans/frame/settings.html", context)
