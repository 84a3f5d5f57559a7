"""What stands in the way of closing a node's period: unjudged initiatives, and goals without an outcome.

No silent roll-over (issue of the chain, §2): what goes on into the next period does so by a decision.
"""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import periods
from styrkedja.core.errors import Refused
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.initiatives.places import Places
from styrkedja.plans.initiatives.transitions import ENDED, RUNNING
from styrkedja.plans.models import ClosedPeriod, Goal, GoalState, Initiative


def unjudged(node: Node, period: str) -> QuerySet[Initiative]:
    """Initiatives of the period, at the node or below it, that should have been judged by its last day.

    What runs on beyond it, with a later evaluation date, stands in nobody's way; the database says the same.
    """
    below = Places(tree_on(timezone.localdate())).at_or_under(node)
    due = Q(state__in=ENDED) | Q(state__in=RUNNING, evaluation_date__lte=periods.bounds(period)[1])
    found = Initiative.objects.filter(due, node__in=below, period=period, deleted_at=None)
    return found.select_related("node", "holder").order_by("evaluation_date", "title")


def open_goals(node: Node, period: str) -> QuerySet[Goal]:
    """Decided goals of the node that nobody has closed or carried on."""
    return Goal.objects.filter(node=node, period=period, state=GoalState.DECIDED).select_related("node")


def line_of(node: Node) -> list[Node]:
    """Where a period is closed over the node's initiatives: there and above, from the top."""
    return [*tree_on(timezone.localdate()).ancestors(node.pk), node]


def lock_open_period(nodes: list[Node], period: str) -> None:
    """Nobody closes the period of one of the nodes meanwhile: what is decided then would be judged by nobody.

    Takes the rows of the nodes, from the top, before any other lock. Raises Refused when it is none, or closed.
    """
    if not periods.is_period(period):
        raise Refused(_("Period: write a school year such as 2026/27, or a calendar year."))
    for one in nodes:
        Node.objects.select_for_update(no_key=True).get(pk=one.pk)
    refuse_closed(nodes, period)


def refuse_closed(nodes: list[Node], period: str) -> None:
    """Nothing is proposed in a closed period either: it could never be decided. Raises Refused."""
    if ClosedPeriod.objects.filter(node__in=nodes, period=period).exists():
        raise Refused(_("The period %(period)s is closed. Nothing was changed.") % {"period": period})
