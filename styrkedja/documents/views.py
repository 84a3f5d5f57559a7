"""The organiser's delegation rules: which there are, entering one, ending one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import Node, NodeKind

from . import delegation_actions, queries
from .forms import DelegationForm, EndForm
from .models import DelegationRule


def _node_of(rule_id: UUID, **_: Any) -> Node:
    """Where the rule's role is held, for `@requires`. Raises Http404."""
    return get_object_or_404(DelegationRule.objects.select_related("node"), pk=rule_id).node


@requires(P.PLAN_READ, P.DECISION_ENTER)
@require_safe
def delegations(request: HttpRequest) -> HttpResponse:
    """Every rule there is and has been: a delegation order is no secret."""
    access = access_of(request)
    rules = [
        {"rule": rule, "role": role_name(rule.role), "holds": rule.holds_on(access.today), "over": _over(rule, access)}
        for rule in queries.delegations()
    ]
    entering = access.nodes_for(P.DECISION_ENTER)
    archiving = access.holds(P.DOCUMENT_ARCHIVE, P.DOCUMENT_DISPOSE)
    context = {"rules": rules, "entering": entering, "archiving": archiving}
    return render(request, "documents/delegations.html", context)


def _over(rule: DelegationRule, access: Access) -> bool:
    return rule.valid_to is not None and rule.valid_to < access.today


@requires(P.DECISION_ENTER)
def delegation_new(request: HttpRequest) -> HttpResponse:
    """Enter a decision on delegation."""
    access = access_of(request)
    nodes = from_the_top(access)
    initial = {"level": NodeKind.UNIT, "node": nodes[0].pk if nodes else None}
    form = DelegationForm(request.POST or None, initial=initial, nodes=nodes)
    if form.is_valid():
        node, delegated, minutes = form.said()
        try:
            delegation_actions.enter(node=node, delegated=delegated, minutes=minutes, by=access.person)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The delegation is entered."))
            return redirect("documents:delegations")
    return render(request, "documents/delegation.html", {"form": form})


def from_the_top(access: Access) -> list[Node]:
    """Where the person may enter decisions, as the chain goes down."""
    root, entering = access.tree.root(), access.nodes_for(P.DECISION_ENTER)
    chain = [root, *access.tree.descendants(root.pk)] if root else []
    return [node for node in chain if node.pk in entering]


@requires(P.DECISION_ENTER, node=_node_of, any_day=True)
def delegation_end(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Let a rule end earlier than it says."""
    access, rule = access_of(request), get_object_or_404(DelegationRule.objects.select_related("node"), pk=rule_id)
    form = EndForm(request.POST or None, initial={"version": rule.version, "last_day": access.today})
    if form.is_valid():
        told = form.cleaned_data
        try:
            delegation_actions.end(rule=rule, last_day=told["last_day"], expected=told["version"], by=access.person)
        except Conflict:
            messages.warning(request, _("Somebody else was first. Look at how it stands now."))
            return redirect("documents:delegations")
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            messages.success(request, _("The delegation ends on %(day)s.") % {"day": told["last_day"]})
            return redirect("documents:delegations")
    return render(request, "documents/delegation_end.html", {"form": form, "rule": rule, "role": role_name(rule.role)})
