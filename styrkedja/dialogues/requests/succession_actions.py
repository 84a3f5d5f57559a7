"""When places merge: what is asked, owed and owing moves to whoever carries on; what has been said stays where it was.

The chain, a room below, knows nothing of dialogues, so a job looks for mergers every few minutes; their day may lie
ahead when they are entered. Where a place is split, the first of its successors (by date, then name) takes over.
A place that ends with no successor leaves what it has asked, and owes for it, to the place above. What it was asked
itself stays, for whoever asked to release.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.meetings import succession_actions as meetings
from styrkedja.dialogues.models import Obligation, ObligationKind, Request, RequestReceiver
from styrkedja.dialogues.owing import still_open
from styrkedja.organisation.models import Node, Person, Succession
from styrkedja.organisation.queries import closed_under
from styrkedja.organisation.tree import tree_on


@action
def follow_successions(*, by: Person | None) -> int:
    """Move what stands with nodes that have ended; returns how many obligations. Twice changes nothing."""
    followed = heirs_of_today()
    left = {node.pk: above for node, above in closed_under(tree_on(timezone.localdate())) if node.pk not in followed}
    heirs = {**left, **followed}
    if not heirs:
        return 0
    requests = _locked(Request, Q(closed_at=None) | Q(Exists(_still("receiver__request"))), node__in=heirs)
    receivers = _locked(RequestReceiver, Q(request__closed_at=None) | Q(Exists(_still("receiver"))), node__in=followed)
    owing, owed = _open("owes", followed, left), _open("to", followed, left)
    for model, field, rows in (
        (Request, "node", requests),
        (RequestReceiver, "node", receivers),
        (Obligation, "owes", owing),
        (Obligation, "to", owed),
    ):
        for row in rows:
            model._default_manager.filter(pk=row.pk).update(**{field: heirs[getattr(row, f"{field}_id")]})
    for row, old in [*((o, o.owes) for o in owing), *((o, o.to) for o in owed)]:
        details = {"from": [old.pk]}
        audit.record(Event.OBLIGATION_MOVED, by=by, node=heirs[old.pk], about=row, details=details)
    meetings.follow(heirs=heirs, followed=followed, by=by)
    return len({o.pk for o in (*owing, *owed)})


def heirs_of_today() -> dict[UUID, Node]:
    """Who carries on after each node that has ended, through every merger since."""
    today = timezone.localdate()
    first: dict[UUID, Node] = {}
    steps = Succession.objects.filter(date__lte=today, predecessor__valid_to__lt=today).select_related("successor")
    for step in steps.order_by("date", "successor__name"):
        first.setdefault(step.predecessor_id, step.successor)
    return {gone: _last(gone, first) for gone in first}


def _last(gone: UUID, first: dict[UUID, Node]) -> Node:
    node, seen = first[gone], {gone}
    while node.pk in first and node.pk not in seen:
        seen.add(node.pk)
        node = first[node.pk]
    return node


def _still(path: str) -> QuerySet[Obligation]:
    """What is open of a row: a question may wait for its answer when the request is closed; the heir gives it there."""
    return still_open().filter(**{path: OuterRef("pk")})


OF_THE_ASKER = {
    "owes": Q(kind=ObligationKind.FEEDBACK) | Q(acknowledgement__isnull=False),
    "to": Q(kind=ObligationKind.SUBMISSION) | Q(feedback__isnull=False),
}


def _open(side: str, followed: Mapping[UUID, Node], left: Mapping[UUID, Node]) -> list[Obligation]:
    """What is open on one side, of places with a successor, and as askers of places without; locked."""
    of_followed, of_left = (Q(**{f"{side}__in": list(gone)}) for gone in (followed, left))
    return _locked(Obligation, of_followed | (of_left & OF_THE_ASKER[side]), met_at=None, lifted_at=None)


def _locked(model: type[Any], *conditions: Q, **which: Any) -> list[Any]:
    relations = [name for name in ("node", "owes", "to") if hasattr(model, f"{name}_id")]
    rows = model._default_manager.select_for_update(no_key=True, of=("self",)).filter(*conditions, **which)
    return list(rows.select_related(*relations).order_by("pk"))
