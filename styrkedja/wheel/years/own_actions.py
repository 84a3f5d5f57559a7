"""What a unit or team had of its own last year, once more in this one; and away again.

The year's own activities go on with the year (`actions.carry_on`); what units and teams have added is theirs to choose.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import reduce
from operator import or_
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.models import Activity, AnnualCycle, Task

from .changing_actions import locked_year
from .laying import again
from .places import Taking
from .telling import concerned_by, tell


@action
def bring_in(*, cycle: AnnualCycle, node: Node, before: Iterable[Activity], by: Person | None) -> list[Activity]:
    """These of an earlier year's once more, and those concerned are told. What the year has already is not made twice.

    Raises Refused where the place has no part in the year, or nobody would have anything to do.
    """
    found = locked_year(cycle)
    where = Taking(found)
    if not where.takes_part(node):
        raise Refused(_("%(node)s has no part in this year.") % {"node": node.name})
    there = set(found.activities.filter(node=node, cancelled_at=None).values_list("title_sv", flat=True))
    made = [again(found, one, by) for one in before if one.node_id == node.pk and one.title_sv not in there]
    tasks = {one.pk: [Task(activity=one, node=n, original=n, changed_by=by) for n in where.of(one)] for one in made}
    if not all(tasks.values()):
        raise Refused(_("There is no place of that level to do it."))
    Activity.objects.bulk_create(made)
    Task.objects.bulk_create(task for held in tasks.values() for task in held)
    _tell(made, tasks, "added", by)
    for one in made:
        details = {"period": found.period, "places": len(tasks[one.pk])}
        audit.record(Event.ACTIVITY_ADDED, by=by, node=node, about=one, details=details)
    return made


@action
def take_away(*, cycle: AnnualCycle, node: Node, activities: Collection[UUID], by: Person | None) -> int:
    """Cancel these of the place's own, for good; returns how many. They can be brought in anew."""
    found = locked_year(cycle)
    rows = list(
        found.activities.select_for_update(no_key=True, of=("self",))
        .filter(node=node, pk__in=activities, cancelled_at=None)
        .select_related("node", "cycle")
        .order_by("pk")
    )
    open_tasks = Task.objects.filter(activity__in=rows, outcome="").select_related("node", "holder")
    tasks: dict[UUID, list[Task]] = {row.pk: [] for row in rows}
    for task in open_tasks:
        tasks[task.activity_id].append(task)
    _tell(rows, tasks, "cancelled", by)
    gone = {"cancelled_at": timezone.now(), "cancelled_reason": _("Taken away again."), "changed_by": by}
    for row in rows:
        save_version(row, expected=row.version, fields={**gone, "sequence": row.sequence + 1})
        details = {"period": found.period, "places": len(tasks[row.pk])}
        audit.record(Event.ACTIVITY_CANCELLED, by=by, node=node, about=row, details=details)
    return len(rows)


def _tell(rows: list[Activity], tasks: dict[UUID, list[Task]], what: str, by: Person | None) -> None:
    """One mail to each of those concerned, whatever the number of activities."""
    tree = tree_on(timezone.localdate())
    told = [concerned_by(one, tasks[one.pk], tree) for one in rows]
    if told:
        tell(rows[0], reduce(or_, told), what, by)
