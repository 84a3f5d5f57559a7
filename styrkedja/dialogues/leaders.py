"""Who answers for a node: those whose role lets them answer a request there today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from styrkedja.access.permissions import Permission
from styrkedja.access.roles import ROLES
from styrkedja.organisation.models import Assignment, Person
from styrkedja.organisation.tree import valid_on

ANSWERING = [role.id for role in ROLES.values() if Permission.REQUEST_ANSWER in role.grants]


def led(nodes: Iterable[UUID]) -> set[UUID]:
    """Those of the nodes that somebody answers for. One query."""
    return set(_held(nodes).values_list("node", flat=True))


def _held(nodes: Iterable[UUID]) -> QuerySet[Assignment]:
    return Assignment.objects.filter(
        valid_on(timezone.localdate()), node__any_of=nodes, role__in=ANSWERING, person__is_active=True
    )


def leaders_of(nodes: Iterable[UUID]) -> dict[UUID, list[Person]]:
    """Active people who answer for each node; a node nobody answers for is not among the keys. One query."""
    found: dict[UUID, list[Person]] = defaultdict(list)
    for assignment in _held(nodes).select_related("person").order_by("valid_from"):
        if assignment.person not in found[assignment.node_id]:
            found[assignment.node_id].append(assignment.person)
    return dict(found)
