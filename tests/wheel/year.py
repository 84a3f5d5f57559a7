"""What the tests of tasks stand on: a published year of the world's council with activities laid round today."""

from __future__ import annotations

import datetime as dt
from itertools import count

from django.utils import timezone

from styrkedja.core import periods
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, CycleUnit, DoneCheck, Kind, Task

NUMBERS = count(1)


def day(days: int = 0) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def year(world, *, period: str | None = None, wheel="prov", node=None, units=None) -> AnnualCycle:
    """The school year of today, published; all units take part where none are named."""
    cycle = AnnualCycle.objects.create(
        node=node or world.council,
        period=period or periods.school_year_on(day()),
        wheel=wheel,
        title="Årshjul",
        state=CycleState.PUBLISHED,
        published_at=timezone.now(),
    )
    taking_part = [world.bjork, world.ek, world.lind] if units is None else units
    CycleUnit.objects.bulk_create(CycleUnit(cycle=cycle, node=unit, joined_at=timezone.now()) for unit in taking_part)
    return cycle


def activity(cycle: AnnualCycle, *, at=(), starts=0, ends=None, check=DoneCheck.TICK, node=None, **said) -> Activity:
    """Days counted from today; a task for each node of `at`."""
    number = str(next(NUMBERS))
    fields = {
        "number": number,
        "kind": Kind.FOLLOW_UP,
        "title_sv": f"Aktivitet {number}",
        "level": at[0].kind if at else "unit",
        "role": "principal",
        **said,
    }
    first = starts if isinstance(starts, dt.date) else day(starts)
    last = first if ends is None else ends if isinstance(ends, dt.date) else day(ends)
    made = Activity.objects.create(
        cycle=cycle, node=node or cycle.node, starts=first, ends=last, done_check=check, **fields
    )
    for place in at:
        Task.objects.create(activity=made, node=place, original=place)
    return made


def task(made: Activity, node) -> Task:
    return Task.objects.select_related("activity__cycle", "node", "holder").get(activity=made, node=node)


def tasks() -> list[Task]:
    return list(Task.objects.select_related("activity__cycle", "node", "holder").order_by("activity__starts"))
