"""Who answers for a node: those whose role lets them answer a request there today."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone

from styrkedja.access.permissions import Permission
from styrkedja.access.roles import ROLES
from styrkedja.organisation.models import Assignment, Person
from styrkedja.organisation.tree import valid_on

ANSWERING = [role.id for role in ROLES.values() if Permission.REQUEST_ANSWER in role.grants]


def leaders_of(nodes: Iterable[UUID]) -> dict[UUID, list[Person]]:
    """Active people who answer for each node; a node nobody answers for is not among the keys. One query."""
    held = Assignment.objects.filter(
        valid_on(timezone.localdate()), node__in=list(nodes), role__in=ANSWERING, person__is_active=True
    )
    found: dict[UUID, list[Person]] = defaultdict(list)
    for assignment in held.select_related("person").order_by("valid_from"):
        if assignment.person not in found[assignment.node_id]:
            found[assignment.node_id].append(assignment.person)
    return dict(found)
