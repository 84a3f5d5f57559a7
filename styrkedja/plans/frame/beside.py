"""What rooms above this one show beside decisions: they say so when the program starts (`AppConfig.ready`)."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from styrkedja.organisation.models import Node
from styrkedja.plans.models import Decision

OfDecision = Callable[[HttpRequest, Decision], SafeString]
OfNode = Callable[[HttpRequest, Node], SafeString]
_of_decision: list[OfDecision] = []
_of_node: list[OfNode] = []


def show(*, of_decision: OfDecision, of_node: OfNode) -> None:
    """Add a part to the page of a decision, and one to the page of a node's decisions."""
    _of_decision.append(of_decision)
    _of_node.append(of_node)


def a_decision(request: HttpRequest, decision: Decision) -> list[SafeString]:
    return [part(request, decision) for part in _of_decision]


def a_nodes_decisions(request: HttpRequest, node: Node) -> list[SafeString]:
    return [part(request, node) for part in _of_node]
