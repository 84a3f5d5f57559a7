"""What is undone once more in a later year, and back again; inside the actions of `closing_actions`.

It is the same work as before: goals that were to be for the year itself are now for the year before. A place has one
task of it, also where it has taken over another's.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core.errors import Refused
from styrkedja.dialogues.requests.succession_actions import heirs_of_today
from styrkedja.organisation.models import Node, Person
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.checks.showing import period_from
from styrkedja.wheel.models import Activity, AnnualCycle, Task, TaskOutcome

from .actions import AT_A_TIME
from .changing_actions import locked_year
from .laying import KEPT


def carry(rows: Iterable[Task], later: AnnualCycle, *, starts: dt.date, ends: dt.date, by: Person | None) -> list[Task]:
    """An activity of the later year for each activity of `rows`, and a task for each place. Returns those tasks."""
    held: dict[Activity, dict[Node, list[Task]]] = defaultdict(lambda: defaultdict(list))
    for task in rows:
        held[task.activity][task.node].append(task)
    heirs = heirs_of_today()
    made, tasks = [], []
    for activity, at in held.items():
        goes_on = _continued(later, activity, heirs, starts, ends, by)
        made.append(goes_on)
        tasks += [
            Task(activity=goes_on, node=node, original=node, note=_notes(old), holder=_holder(old), changed_by=by)
            for node, old in at.items()
        ]
    Activity.objects.bulk_create(made, batch_size=AT_A_TIME)
    Task.objects.bulk_create(tasks, batch_size=AT_A_TIME)
    return tasks


def _continued(
    later: AnnualCycle,
    activity: Activity,
    heirs: dict[UUID, Node],
    starts: dt.date,
    ends: dt.date,
    by: Person | None,
) -> Activity:
    """The activity once more; not the process of the later year's own, which may stand there too."""
    kept = {name: getattr(activity, name) for name in KEPT if name != "process"}
    kept["done_with"] = _meant(activity.done_with, activity.cycle.period, later.period)
    return Activity(
        cycle=later, node_id=_whose(activity, later, heirs), starts=starts, ends=ends, continues=activity,
        created_by=by, changed_by=by, **kept,
    )  # fmt: skip


def _whose(activity: Activity, later: AnnualCycle, heirs: dict[UUID, Node]) -> UUID:
    if activity.node_id == activity.cycle.node_id:
        return later.node_id
    heir = heirs.get(activity.node_id)
    return heir.pk if heir else activity.node_id


def _meant(done_with: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """What shows it done, said from the later year: the same period is meant."""
    if "period" not in done_with:
        return done_with
    return {**done_with, "period": period_from(done_with["period"], old, new)}


def _notes(old: Sequence[Task]) -> str:
    """What was noted for each; of a place that has taken over another's, whose note it was."""
    said = [(task, task.note.strip()) for task in sorted(old, key=lambda t: t.node_id != t.original_id)]
    lines = [f"{t.original.name}: {note}" if t.original_id != t.node_id else note for t, note in said if note]
    return "\n\n".join(lines)


def _holder(old: Sequence[Task]) -> Person | None:
    """Whoever was named, where it was one and the same person."""
    named = {task.holder for task in old}
    return named.pop() if len(named) == 1 else None


def call_back(rows: Iterable[Task], cycle: AnnualCycle, *, by: Person | None) -> None:
    """End what goes on elsewhere of `rows`, since it is to be done in `cycle`. Raises Refused where it has begun."""
    carried = [task for task in rows if task.outcome == TaskOutcome.CARRIED]
    for later in sorted({t.carried_to for t in carried if t.carried_to}, key=lambda c: c.pk):
        locked_year(later)
        _end(_going_on([t for t in carried if t.carried_to_id == later.pk]), later, cycle, by)


def _going_on(old: Sequence[Task]) -> list[Task]:
    """The tasks that these go on as, but those that still stand for another's."""
    places = {(task.activity_id, task.node_id) for task in old}
    still = Task.objects.filter(
        activity__any_of={t.activity_id for t in old}, outcome=TaskOutcome.CARRIED, carried_to=old[0].carried_to
    ).exclude(pk__in=[t.pk for t in old])
    places -= set(still.values_list("activity", "node"))
    rows = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        activity__cycle=old[0].carried_to,
        activity__continues__in={t.activity_id for t in old},
        activity__cancelled_at=None,
    )
    found = rows.select_related("activity__cycle", "node").order_by("pk")
    return [task for task in found if (task.activity.continues_id, task.original_id) in places]


def _end(tasks: list[Task], later: AnnualCycle, cycle: AnnualCycle, by: Person | None) -> None:
    if any(task.outcome for task in tasks) or evidence_of(tasks):
        raise Refused(_("Something has been done on it in %(year)s already. It stays there.") % {"year": later})
    now, said = timezone.now(), _("Taken back to %(year)s.") % {"year": cycle}
    changed = {"version": F("version") + 1, "changed_by": by, "changed_at": now}
    Task.objects.filter(pk__in=[task.pk for task in tasks]).update(
        outcome=TaskOutcome.DROPPED, outcome_at=now, outcome_by=by, reason=said, **changed
    )
    # What nobody has to do any more is cancelled, so that it leaves wheel and calendars.
    left = Task.objects.filter(~Q(outcome=TaskOutcome.DROPPED)).values("activity")
    Activity.objects.filter(pk__in={task.activity_id for task in tasks}).exclude(pk__in=left).update(
        cancelled_at=now, cancelled_reason=said, sequence=F("sequence") + 1, **changed
    )
