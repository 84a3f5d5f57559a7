"""Years side by side: of each step how much was done in time, late or not at all, for the whole or for one place.

A year that goes on is compared with those before it at the same day: what each of them had done by then. What a closed
year had done, and when, was written down with its tasks; what is done in one that goes on is read from the work.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Count, DateField, F, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.organisation.models import Node
from styrkedja.wheel import checks
from styrkedja.wheel.checks.showing import PAIR, Evidence, text
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Task

from .closing import HEAVY

YEARS = 3  # side by side


@dataclass
class Cell:
    """Tasks of one step, or of a whole year, on a day.

    undone: the last day has been, or it was dropped or carried over. coming: its last day has not been.
    """

    in_time: int = 0
    late: int = 0
    undone: int = 0
    coming: int = 0

    @property
    def tasks(self) -> int:
        return self.in_time + self.late + self.undone + self.coming

    @property
    def left(self) -> int:
        return self.undone + self.coming

    def __add__(self, other: Cell) -> Cell:
        return Cell(
            self.in_time + other.in_time, self.late + other.late, self.undone + other.undone, self.coming + other.coming
        )


@dataclass(frozen=True)
class Step:
    """One activity through the years: a cell for each of them, None where it was not in that year."""

    activity: Activity  # of the latest year that has it
    cells: list[Cell | None]


@dataclass(frozen=True)
class Comparison:
    """years: the latest first; days: until when each is counted, None: to its end."""

    years: list[AnnualCycle]
    days: list[dt.date | None]
    steps: list[Step]
    totals: list[Cell]

    @property
    def columns(self) -> list[tuple[AnnualCycle, dt.date | None, Cell]]:
        return list(zip(self.years, self.days, self.totals, strict=True))


def series_of(cycles: Iterable[AnnualCycle], chosen: AnnualCycle) -> list[AnnualCycle]:
    """The years that can be compared with one: of the same place and wheel, the latest first, it among them."""
    same = [c for c in cycles if (c.node_id, c.wheel) == (chosen.node_id, chosen.wheel)]
    ordered = sorted(same, key=lambda c: periods.bounds(c.period), reverse=True)
    first = max(0, min(ordered.index(chosen), len(ordered) - YEARS))
    return ordered[first : first + YEARS]


def compare(access: Access, node: Node, cycles: Sequence[AnnualCycle], *, same_day: bool) -> Comparison:
    """At a node, in the order of the year. same_day: those before one that goes on as they stood at that day then."""
    today = access.today
    going = next((c for c in cycles if _goes_on(c, today)), None) if same_day else None
    days = [_day_in(c, going, today) for c in cycles]
    places = None if any(c.node_id == node.pk for c in cycles) else access.tree.subtree([node.pk])
    line = [node.pk, *(n.pk for n in access.tree.ancestors(node.pk))]
    until = {c.pk: day for c, day in zip(cycles, days, strict=True) if day}
    by_year = count(cycles, today, until=until, places=places, whose=line)
    counted = [by_year[c.pk] for c in cycles]
    found: dict[Any, Step] = {}
    for index, held in enumerate(counted):
        for activity, cell in held.items():
            step = found.setdefault(_same(activity), Step(activity, [None] * len(cycles)))
            before = step.cells[index]
            step.cells[index] = before + cell if before else cell
    steps = sorted(found.values(), key=lambda s: (_into(s.activity), s.activity.number, s.activity.title))
    return Comparison(list(cycles), days, steps, [sum(held.values(), Cell()) for held in counted])


def _same(one: Activity) -> Any:
    return one.process or (one.number, one.title_sv)


def _into(one: Activity) -> dt.timedelta:
    return one.starts - periods.bounds(one.cycle.period)[0]


def _goes_on(cycle: AnnualCycle, today: dt.date) -> bool:
    first, last = periods.bounds(cycle.period)
    return cycle.state == CycleState.PUBLISHED and first <= today <= last


def _day_in(cycle: AnnualCycle, going: AnnualCycle | None, today: dt.date) -> dt.date | None:
    """Today as it was in an earlier year than the one that goes on; 29 February becomes the 28th."""
    if going is None or cycle.pk == going.pk:
        return None
    year = today.year + periods.end_year(cycle.period) - periods.end_year(going.period)
    if year >= today.year:
        return None
    return dt.date(year, today.month, min(today.day, calendar.monthrange(year, today.month)[1]))


def count(
    cycles: Iterable[AnnualCycle],
    today: dt.date,
    *,
    until: Mapping[UUID, dt.date] = MappingProxyType({}),
    places: Collection[UUID] | None = None,
    whose: Collection[UUID] | None = None,
    left_over: bool = False,
) -> dict[UUID, dict[Activity, Cell]]:
    """Of each year by activity that has tasks, cancelled ones left out. At most six queries, however many years.

    until: those that are counted as they stood on a day. places: the nodes whose tasks are counted, all if None.
    whose: of the activities these nodes have added, all if None. left_over: also what is carried over from before.
    """
    by_id = {c.pk: c for c in cycles}
    steps = _activities(by_id, whose, left_over)
    rows = Task.objects.filter(activity__any_of=steps)
    if places is not None:
        rows = rows.filter(node__any_of=places)
    held = _ended_and_open(rows, by_id, until)
    shown, found = _shown(by_id.values(), held, today), {pk: dict[Activity, Cell]() for pk in by_id}
    for pk, *numbers in held:
        one = steps[pk]
        day = until.get(one.cycle_id)
        found[one.cycle_id][one] = _cell(one, numbers, shown.get(pk, {}), day or today, by_then=day)
    return found


def _activities(
    cycles: Mapping[UUID, AnnualCycle], whose: Collection[UUID] | None, left_over: bool
) -> dict[UUID, Activity]:
    rows = Activity.objects.filter(cycle__any_of=cycles, cancelled_at=None).defer(*HEAVY)
    if whose is not None:
        rows = rows.filter(node__any_of=whose)
    if not left_over:
        rows = rows.filter(continues=None)
    found = {one.pk: one for one in rows}
    for one in found.values():
        one.cycle = cycles[one.cycle_id]
    return found


def _ended_and_open(
    rows: QuerySet[Task], cycles: Collection[UUID], until: Mapping[UUID, dt.date]
) -> list[tuple[Any, ...]]:
    """By activity: how many tasks, done in time and late, dropped or carried over; the ids of those that are open."""
    by_then = Q(activity__cycle__in=[pk for pk in cycles if pk not in until])
    for pk, day in until.items():
        by_then |= Q(activity__cycle=pk, done_on__lte=day)
    done, still = Q(outcome="done") & by_then, Q(outcome="")
    counted = (
        rows.annotate(done_on=Cast(KT("how__at"), DateField()))
        .order_by()
        .values_list("activity")
        .annotate(
            all=Count("pk"),
            in_time=Count("pk", filter=done & Q(done_on__lte=F("activity__ends"))),
            late=Count("pk", filter=done & Q(done_on__gt=F("activity__ends"))),
            ended=Count("pk", filter=Q(outcome__in=("dropped", "carried"))),
            open=StringAgg(text("original"), ",", filter=still),
            moved=StringAgg(PAIR, ",", filter=still & ~Q(node=F("original"))),
        )
    )
    return list(counted)


def _shown(
    cycles: Iterable[AnnualCycle], held: Iterable[Sequence[Any]], today: dt.date
) -> Mapping[UUID, dict[str, Evidence]]:
    """What shows the open tasks done."""
    places: dict[UUID, frozenset[str]] = {}
    stands: dict[str, str] = {}
    for pk, *_counts, at, moved in held:
        if at:
            places[pk] = frozenset(at.split(","))
        stands.update(pair.split(">") for pair in moved.split(",")) if moved else None
    found = checks.shown(checks.Wanted(places, stands), list(cycles), today)
    return {pk: {at: one for at, one in shown.items() if at in places.get(pk, ())} for pk, shown in found.items()}


def _cell(
    one: Activity, numbers: Sequence[Any], shown: Mapping[str, Evidence], day: dt.date, *, by_then: dt.date | None
) -> Cell:
    everything, in_time, late, ended, _open, _moved = numbers
    done = [e.on for e in shown.values() if by_then is None or e.on <= by_then]
    in_time += sum(on <= one.ends for on in done)
    late += sum(on > one.ends for on in done)
    left = everything - in_time - late
    if one.ends < day:
        return Cell(in_time, late, left, 0)
    dropped = ended if by_then is None else 0
    return Cell(in_time, late, dropped, left - dropped)


def totals(cycles: Iterable[AnnualCycle], today: dt.date) -> dict[UUID, Cell]:
    """Of years that are published, everything in them, as it stands today."""
    held = count(cycles, today, left_over=True)
    return {pk: sum(by_activity.values(), Cell()) for pk, by_activity in held.items()}
