"""Reading the chain and its people."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from .models import Assignment, Node, Organiser, Person
from .tree import valid_on


def people_with_roles() -> list[dict[str, Any]]:
    """Active people by e-mail: [{"email", "name", "roles": [{"role", "node"}]}], roles as held today. Two queries."""
    today = timezone.localdate()
    held: dict[Any, list[dict[str, str]]] = {}
    for a in Assignment.objects.filter(valid_on(today)).select_related("node").order_by("role", "node__name"):
        held.setdefault(a.person_id, []).append({"role": a.role, "node": a.node.name})
    return [
        {"email": p.email, "name": p.name, "roles": held.get(p.pk, [])}
        for p in Person.objects.filter(is_active=True).order_by("email")
    ]


def node_by_code(code: str) -> Node | None:
    """The active node a code names: a statistical code, or `huvudman` for the installation's own organiser."""
    if code == "huvudman":
        organiser = Organiser.objects.select_related("root").first()
        return organiser.root if organiser else None
    return Node.objects.filter(statistical_code=code, valid_to=None).first()
