"""What stands in the way of closing a year: the tasks that nothing shows done, and where they may go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from styrkedja.core import periods
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task, TaskOutcome


@dataclass
class Standing:
    """How one activity stands: its tasks that nothing shows done, and how many are done or have been decided on."""

    activity: Activity
    late: bool
    undone: list[Task] = field(default_factory=list)
    done: int = 0
    carried: int = 0
    dropped: int = 0


def tasks_of(cycle: AnnualCycle) -> list[Task]:
    """Every task of a year but those of cancelled activities."""
    rows = Task.objects.filter(activity__cycle=cycle, activity__cancelled_at=None)
    return list(rows.select_related("activity__cycle", "node").order_by("activity__ends", "node__name"))


def tasks_of_activity(activity: Activity) -> list[Task]:
    return list(activity.tasks.select_related("activity__cycle", "node").order_by("node__name"))


def standing(tasks: Iterable[Task], shown: Iterable[UUID], today: dt.date) -> list[Standing]:
    """By activity: what is late first, then by last day. shown: the tasks that the work itself shows done."""
    done, found = set(shown), dict[UUID, Standing]()
    for task in tasks:
        one = found.setdefault(task.activity_id, Standing(task.activity, late=task.activity.ends < today))
        if task.outcome == TaskOutcome.DONE or (not task.outcome and task.pk in done):
            one.done += 1
        elif task.outcome == TaskOutcome.CARRIED:
            one.carried += 1
        elif task.outcome == TaskOutcome.DROPPED:
            one.dropped += 1
        else:
            one.undone.append(task)
    return sorted(found.values(), key=lambda s: (not (s.late and s.undone), s.activity.ends, s.activity.number))


def later_years(cycle: AnnualCycle) -> list[AnnualCycle]:
    """Published years of the same place that end later: what is undone may go on there."""
    rows = AnnualCycle.objects.filter(node=cycle.node_id, state=CycleState.PUBLISHED).exclude(pk=cycle.pk)
    end = periods.bounds(cycle.period)[1]
    return sorted((c for c in rows if periods.bounds(c.period)[1] > end), key=lambda c: (c.period, c.title))
