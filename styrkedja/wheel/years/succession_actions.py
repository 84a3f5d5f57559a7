"""When places merge: open tasks of published years move to whoever carries on; whose they were stays (`original`).

As `dialogues/succession_actions`, and by the same rule of who carries on. A place that ends with no successor leaves
its tasks where they are, for whoever closes the year to drop or carry over.
"""

from __future__ import annotations

from collections import defaultdict

from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.requests.succession_actions import heirs_of_today
from styrkedja.organisation.models import Node, NodeKind, Person
from styrkedja.wheel.models import AnnualCycle, CycleState, CycleUnit, Task


@action
def follow_successions(*, by: Person | None) -> int:
    """Move what is open of places that have ended; returns how many tasks. Twice changes nothing."""
    heirs = heirs_of_today()
    if not heirs:
        return 0
    open_tasks = Task.objects.filter(
        node__in=heirs, outcome="", activity__cancelled_at=None, activity__cycle__state=CycleState.PUBLISHED
    )
    cycles = list(
        AnnualCycle.objects.select_for_update(no_key=True)
        .filter(pk__in=open_tasks.values("activity__cycle"))
        .order_by("pk")
    )
    moved: dict[tuple[Node, Node], int] = defaultdict(int)
    for cycle in cycles:
        coming = set()
        rows = open_tasks.select_for_update(no_key=True, of=("self",)).filter(activity__cycle=cycle)
        for task in rows.select_related("node").order_by("pk"):
            heir = heirs[task.node_id]
            Task.objects.filter(pk=task.pk).update(node=heir, holder=None, version=task.version + 1, changed_by=by)
            moved[(task.node, heir)] += 1
            coming.add(heir)
        _take_part(cycle, coming)
    for (gone, heir), count in moved.items():
        audit.record(Event.OBLIGATION_MOVED, by=by, node=heir, details={"from": [gone.pk], "tasks": count})
    return sum(moved.values())


def _take_part(cycle: AnnualCycle, heirs: set[Node]) -> None:
    now = timezone.now()
    units = [CycleUnit(cycle=cycle, node=n, joined_at=now) for n in heirs if n.kind == NodeKind.UNIT]
    CycleUnit.objects.bulk_create(units, ignore_conflicts=True)
