"""What pages of other rooms show of proposals: a decision's origin and ground, what waits beside a node's decisions."""

from __future__ import annotations

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from styrkedja.access.gate import access_of
from styrkedja.access.permissions import Permission as P
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Decision

from . import grounds, queries
from .gate import may


def of_decision(request: HttpRequest, decision: Decision) -> SafeString:
    """Where it was proposed, and what it rests on; "" for one that was entered without a proposal."""
    found = queries.proposals().filter(decision=decision).first()
    if found is None:
        return SafeString("")
    access = access_of(request)
    context = {
        "proposal": found,
        "groups": grounds.in_groups(grounds.shown(access, [found])[found.pk]),
        "may_read": may(access, found, "reads"),
    }
    return render_to_string("dialogues/proposals/_of_decision.html", context, request)


def of_node(request: HttpRequest, node: Node) -> SafeString:
    """The way to the priorities; and for whoever enters decisions what is proposed and waits."""
    enters = access_of(request).can(P.DECISION_ENTER, node)
    context = {"node": node, "proposals": queries.waiting(node) if enters else []}
    return render_to_string("dialogues/proposals/_of_node.html", context, request)
