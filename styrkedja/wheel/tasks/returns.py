"""Feedback that is promised and not yet given, as arcs back down: by the node, and to it.

That it is promised everybody may see who sees the year. What was asked is only for those who may read that request.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.dialogues.models import ObligationKind, Request
from styrkedja.dialogues.owing import still_open
from styrkedja.organisation.models import Node
from styrkedja.wheel.checks.showing import text
from styrkedja.wheel.entries import Return
from styrkedja.wheel.models import AnnualCycle

from .reading import ring_of

OF_ASKER = (P.DIALOGUE_READ, P.REQUEST_MAKE)  # as the page of a request asks for
OF_ASKED = (P.DIALOGUE_READ, P.REQUEST_ANSWER)  # and that of one who is asked


def returns_of(node: Node, cycle: AnnualCycle, access: Access | None = None) -> list[Return]:
    """One for each request and who owes, whatever the number of places. access: who reads; None: anybody, who is told
    neither title nor address. Three queries.
    """
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
    requests = Request.objects.in_bulk({row[0] for row in rows})
    asked = _readable(access, {one.node_id for one in requests.values()}, OF_ASKER)
    given = _readable(access, {UUID(row[5]) for row in rows}, OF_ASKED)
    today, found = timezone.localdate(), []
    for request, owes, opened, due, places, to, receiver in rows:
        given_to = nodes[UUID(to)]
        many = ngettext("%(count)s place", "%(count)s places", places) % {"count": places}
        by_us = owes == node.pk
        may_read = requests[request].node_id in asked if by_us else given_to.pk in given
        page = reverse("dialogues:request", args=[request]) if by_us else reverse("dialogues:receiver", args=[receiver])
        found.append(
            Return(
                title=str(requests[request]) if may_read else "",
                owes=nodes[owes].name,
                to=given_to.name if places == 1 else many,
                opened=timezone.localdate(opened),
                due=due,
                late=due < today,
                url=page if may_read else "",
                from_ring=ring_of(nodes[owes].kind),
                to_ring=ring_of(given_to.kind),
            )
        )
    return sorted(found, key=lambda one: (one.due, one.title, one.to))


def _readable(access: Access | None, nodes: Iterable[UUID], permissions: tuple[P, ...]) -> set[UUID]:
    """Those of the nodes whose dialogues open for the reader."""
    return {pk for pk in nodes if access and access.reaches(pk, *permissions)}
