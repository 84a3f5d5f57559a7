"""What stands in the way of closing a year: the tasks that nothing shows done, and where they may go on.

Of tasks only counts and the ids they are counted by are read: a large year has more than twenty thousand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from styrkedja.core import periods
from styrkedja.core.sorting import swedish_key
from styrkedja.organisation.models import Node
from styrkedja.wheel import checks
from styrkedja.wheel.checks.showing import PAIR, text
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task

NAMED = 12  # places of an activity named on the page; more are counted
HEAVY = ("about_sv", "about_en", "before_sv", "before_en", "leaves_sv", "leaves_en", "routine_sv", "routine_en")


@dataclass
class Standing:
    """How one activity stands: how many of its tasks nothing shows done, and how many are done or decided on.

    places: names of those undone, the first of them by name.
    """

    activity: Activity
    late: bool
    undone: int = 0
    done: int = 0
    carried: int = 0
    dropped: int = 0
    at: frozenset[str] = frozenset()  # originals of the undone tasks
    places: list[str] = field(default_factory=list)

    @property
    def ended(self) -> int:
        return self.carried + self.dropped

    @property
    def more(self) -> int:
        return self.undone - len(self.places)


@dataclass(frozen=True)
class Together:
    """What units and teams have added of their own, as one."""

    activities: int
    undone_activities: int
    undone: int
    done: int
    late: int  # activities
    ended_activities: int
    ended: int

    @classmethod
    def of(cls, held: Sequence[Standing]) -> Together:
        return cls(
            activities=len(held),
            undone_activities=sum(bool(s.undone) for s in held),
            undone=sum(s.undone for s in held),
            done=sum(s.done for s in held),
            late=sum(bool(s.late and s.undone) for s in held),
            ended_activities=sum(bool(s.ended) for s in held),
            ended=sum(s.ended for s in held),
        )


def standing(cycle: AnnualCycle, today: dt.date, activities: Collection[UUID] | None = None) -> list[Standing]:
    """By activity: what is late first, then by last day; only `activities`, if given. At most six queries."""
    rows = Activity.objects.filter(cycle=cycle, cancelled_at=None).defer(*HEAVY)
    steps = list(rows if activities is None else rows.filter(pk__any_of=activities))
    found = {one.pk: Standing(one, late=one.ends < today) for one in steps}
    for one in steps:
        one.cycle = cycle
    stands = _count(found)
    shown = checks.shown(checks.Wanted({pk: s.at for pk, s in found.items()}, stands), [cycle], today)
    for pk, one_standing in found.items():
        done = shown.get(pk, {}).keys() & one_standing.at
        one_standing.done += len(done)
        one_standing.at -= done
        one_standing.undone = len(one_standing.at)
    return sorted(found.values(), key=lambda s: (not (s.late and s.undone), s.activity.ends, s.activity.number))


def _count(found: Mapping[UUID, Standing]) -> dict[str, str]:
    """How the tasks of each have ended, and whose are open. Returns who has the tasks of those that have merged."""
    still, stands = Q(outcome=""), dict[str, str]()
    rows = (
        Task.objects.filter(activity__any_of=found)
        .order_by()
        .values_list("activity")
        .annotate(
            done=Count("pk", filter=Q(outcome="done")),
            carried=Count("pk", filter=Q(outcome="carried")),
            dropped=Count("pk", filter=Q(outcome="dropped")),
            open=StringAgg(text("original"), ",", filter=still),
            moved=StringAgg(PAIR, ",", filter=still & ~Q(node=F("original"))),
        )
    )
    for pk, done, carried, dropped, at, moved in rows:
        one = found[pk]
        one.done, one.carried, one.dropped = done, carried, dropped
        one.at = frozenset(at.split(",") if at else ())
        stands.update(pair.split(">") for pair in moved.split(",")) if moved else None
    return stands


def name_places(held: Iterable[Standing]) -> None:
    """Give each the names of its first undone places. One query."""
    wanted = list(held)
    rows = Node.objects.filter(pk__any_of={pk for one in wanted for pk in one.at}).values_list(text("pk"), "name")
    names = dict(rows)
    for one in wanted:
        one.places = sorted((names[pk] for pk in one.at), key=swedish_key)[:NAMED]


def undone_ids(held: Iterable[Standing]) -> list[UUID]:
    """The undone tasks of these. One query."""
    at = {one.activity.pk: one.at for one in held if one.at}
    rows = Task.objects.filter(activity__any_of=at, outcome="").values_list("pk", "activity", text("original"))
    return [pk for pk, activity, original in rows if original in at[activity]]


def open_tasks_of(cycle: AnnualCycle) -> list[Task]:
    """Every task of a year that has no outcome, but those of cancelled activities. Two queries."""
    steps = {one.pk: one for one in cycle.activities.filter(cancelled_at=None).defer(*HEAVY)}
    tasks = list(Task.objects.filter(activity__any_of=steps, outcome=""))
    for task in tasks:
        task.activity = steps[task.activity_id]
        task.activity.cycle = cycle
    return tasks


def tasks_of_activity(activity: Activity) -> list[Task]:
    return list(activity.tasks.select_related("activity__cycle", "node", "original").order_by("node__name"))


def place_of(task: Task) -> str:
    """The place that has the task, and who it was when it got it."""
    if task.node_id == task.original_id:
        return task.node.name
    return _("%(place)s (formerly %(before)s)") % {"place": task.node.name, "before": task.original.name}


def is_own(activity: Activity) -> bool:
    """Has a unit or a team added it?"""
    return activity.node_id != activity.cycle.node_id


def later_years(cycle: AnnualCycle) -> list[AnnualCycle]:
    """Published years of the same place that end later: what is undone may go on there."""
    rows = AnnualCycle.objects.filter(node=cycle.node_id, state=CycleState.PUBLISHED).exclude(pk=cycle.pk)
    end = periods.bounds(cycle.period)[1]
    return sorted((c for c in rows if periods.bounds(c.period)[1] > end), key=lambda c: (c.period, c.title))
