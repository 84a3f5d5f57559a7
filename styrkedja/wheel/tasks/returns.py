"""Feedback that is promised and not yet given, as arcs back down: by the node, and to it."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from styrkedja.core import periods
from styrkedja.dialogues.models import ObligationKind, Request
from styrkedja.dialogues.owing import still_open
from styrkedja.organisation.models import Node
from styrkedja.wheel.checks.showing import text
from styrkedja.wheel.entries import Return
from styrkedja.wheel.models import AnnualCycle

from .reading import ring_of


def returns_of(node: Node, cycle: AnnualCycle) -> list[Return]:
    """One for each request and who owes, whatever the number of places. Three queries."""
    first, last = periods.bounds(cycle.period)
    promised = still_open().filter(
        Q(owes=node) | Q(to=node), kind=ObligationKind.FEEDBACK, opened_at__date__lte=last, due__gte=first
    )
    rows = list(
        promised.order_by()
        .values_list("receiver__request", "owes")
        .annotate(
            opened=Min("opened_at"),
            latest=Max("due"),
            places=Count("to", distinct=True),
            given_to=Min(text("to")),
            asked=Min(text("receiver")),
        )
    )
    nodes = Node.objects.in_bulk({UUID(str(pk)) for row in rows for pk in (row[1], row[5])})
    titles = Request.objects.in_bulk({row[0] for row in rows})
    today, found = timezone.localdate(), []
    for request, owes, opened, due, places, to, receiver in rows:
        given_to = nodes[UUID(to)]
        many = ngettext("%(count)s place", "%(count)s places", places) % {"count": places}
        by_us = owes == node.pk
        found.append(
            Return(
                title=str(titles[request]),
                owes=nodes[owes].name,
                to=given_to.name if places == 1 else many,
                opened=timezone.localdate(opened),
                due=due,
                late=due < today,
                url=reverse("dialogues:request", args=[request]) if by_us else _page(receiver),
                from_ring=ring_of(nodes[owes].kind),
                to_ring=ring_of(given_to.kind),
            )
        )
    return sorted(found, key=lambda one: (one.due, one.title))


def _page(receiver: str) -> str:
    return reverse("dialogues:receiver", args=[receiver])
