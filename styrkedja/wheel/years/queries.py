"""Reading years: who sees which, what is laid out in a draft, and how the years compare."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, DateField, F, Q, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import periods
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree
from styrkedja.wheel import dates
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, CycleUnit, Task, TaskOutcome

from . import laying, places


def cycle(cycle_id: UUID) -> AnnualCycle:
    """Raises Http404 for an unknown one."""
    found = AnnualCycle.objects.select_related("node", "follows").filter(pk=cycle_id).first()
    if found is None:
        raise Http404
    return found


def node_of(cycle_id: UUID, **_other: Any) -> Node:
    return cycle(cycle_id).node


def activity(year_activity_id: UUID) -> Activity:
    found = Activity.objects.select_related("cycle__node", "node").filter(pk=year_activity_id).first()
    if found is None:
        raise Http404
    return found


def node_of_activity(year_activity_id: UUID) -> Node:
    return activity(year_activity_id).node


def cycle_to_read(access: Access, cycle_id: UUID) -> AnnualCycle:
    """Drafts are for those who plan. Raises Http404 or PermissionDenied."""
    found = cycle(cycle_id)
    if found.state == CycleState.DRAFT:
        visible_node(access, found.node_id, (P.WHEEL_PLAN,), any_day=True)
    return found


def activity_to_read(access: Access, year_activity_id: UUID) -> Activity:
    found = activity(year_activity_id)
    if found.cycle.state == CycleState.DRAFT:
        visible_node(access, found.cycle.node_id, (P.WHEEL_PLAN,), any_day=True)
    return found


def may_write(access: Access, one: Activity) -> bool:
    """The year's own: those who plan it. A unit's or team's: those who add there; from below nobody reaches up."""
    if one.node_id == one.cycle.node_id:
        return access.can(P.WHEEL_PLAN, one.node)
    return access.can(P.WHEEL_ADD, one.node)


def may_settle(access: Access, one: Activity) -> bool:
    """What becomes of it when it is undone: those who plan the year, and whose own it is."""
    return access.can(P.WHEEL_PLAN, one.cycle.node) or may_write(access, one)


def activity_to_write(access: Access, year_activity_id: UUID) -> Activity:
    """Raises PermissionDenied for what comes from above."""
    found = activity_to_read(access, year_activity_id)
    if not may_write(access, found):
        raise PermissionDenied
    return found


# The list.


def cycles(access: Access) -> list[AnnualCycle]:
    """Years the person may read, latest first; drafts for those who plan them. Two queries beside the access."""
    open_ones = Q(state=CycleState.DRAFT, node__any_of=access.nodes_for(P.WHEEL_PLAN), deleted_at=None)
    read = Q(node__any_of=access.nodes_for(P.WHEEL_READ)) & ~Q(state=CycleState.DRAFT)
    rows = AnnualCycle.objects.filter(open_ones | read).select_related("node", "follows")
    found = sorted(rows, key=lambda c: (c.node.name, c.title))
    return sorted(found, key=lambda c: periods.bounds(c.period), reverse=True)


def deleted(access: Access) -> list[AnnualCycle]:
    """Drafts that can still be put back."""
    since = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    rows = AnnualCycle.objects.filter(node__any_of=access.nodes_for(P.WHEEL_PLAN), deleted_at__gte=since)
    return list(rows.select_related("node").order_by("-deleted_at"))


FIRST = 20  # of what units and teams have added, and of the places that may; the rest is counted, with a way to it
NAMED = 12  # activities named on a page that decides on many; more are counted
OUTCOMES = ("tasks", "in_time", "late", "carried", "dropped")


def compared(found: Iterable[AnnualCycle]) -> dict[UUID, dict[str, int]]:
    """Of each year how many tasks it has, and of closed ones how they ended. One query."""
    shown = Task.objects.filter(
        activity__cycle__in=[c.pk for c in found if c.state != CycleState.DRAFT], activity__cancelled_at=None
    ).annotate(done_on=Cast(KT("how__at"), DateField()))
    rows = shown.values("activity__cycle").annotate(
        tasks=Count("pk"),
        in_time=Count("pk", filter=Q(outcome="done") & Q(done_on__lte=F("activity__ends"))),
        late=Count("pk", filter=Q(outcome="done") & Q(done_on__gt=F("activity__ends"))),
        carried=Count("pk", filter=Q(outcome="carried")),
        dropped=Count("pk", filter=Q(outcome="dropped")),
    )
    counted: list[dict[str, Any]] = [dict(row) for row in rows.order_by()]
    return {row["activity__cycle"]: {name: row[name] for name in OUTCOMES} for row in counted}


def compared_at(access: Access, found: Iterable[AnnualCycle]) -> Node | None:
    """Where years can be compared: at the place of the first that is published, if the person reads there."""
    may = access.nodes_for(P.WHEEL_READ)
    return next((c.node for c in found if c.state != CycleState.DRAFT and c.node_id in may), None)


def next_period(period: str) -> str:
    ends = periods.end_year(period) + 1
    return periods.school_year(ends) if "/" in period else str(ends)


SOON_OVER = 9  # months into a year: who makes one after that means the next


def periods_ahead(today: dt.date) -> dict[str, list[str]]:
    """Periods a year may be made for: {"july": [...], "january": [...]}, the one that goes on and two more."""
    ends = periods.end_year(periods.school_year_on(today))
    return {
        "july": [periods.school_year(ends + n) for n in range(3)],
        "january": [str(today.year + n) for n in range(3)],
    }


def proposed_period(ahead: list[str], today: dt.date) -> str:
    """Of `periods_ahead`: the one that goes on, until three quarters of it have passed (March, September)."""
    first = periods.bounds(ahead[0])[0]
    months = (today.year - first.year) * 12 + today.month - first.month
    return ahead[int(months >= SOON_OVER)]


# One draft.


@dataclass(frozen=True)
class Row:
    """One activity of a draft: what it was last year, how it came from there, remarks on its days, how many places.

    passed: its last day has been; it would be late the moment the year is published.
    """

    activity: Activity
    before: Activity | None
    moved: str
    remarks: list[str]
    places: int
    passed: bool

    @property
    def out(self) -> bool:
        return self.activity.cancelled_at is not None

    @property
    def field(self) -> str:
        return self.activity.pk.hex


def rows_of(found: AnnualCycle, tree: Tree | None = None) -> list[Row]:
    """Every activity of a draft by day, also those taken out. Five queries at most, however many."""
    chain = tree or places.tree_of(found)
    where = places.Places(found, chain, found.units.values_list("node", flat=True))
    before, today = _last_year(found), timezone.localdate()
    rows = []
    for one in found.activities.select_related("node"):
        one.cycle = found
        was = before.get(_same(one))
        remarks = dates.remarks(one.starts, one.ends, was=was.starts if was else None)
        moved = _moved(found, was, one) if was else ""
        rows.append(Row(one, was, moved, remarks, len(where.of(one)), one.ends < today))
    return rows


def _moved(found: AnnualCycle, was: Activity, one: Activity) -> str:
    """Which rule has moved it from last year, or that somebody has chosen other days since."""
    if found.follows is None:
        return ""
    next_days = laying.next_days(was, found.follows.period, found.period)
    if (one.starts, one.ends) != (next_days.starts, next_days.ends):
        return _("other days, chosen here")
    return {
        dates.Rule.DATE: _("keeps its date"),
        dates.Rule.MONTHS: _("the same months"),
        dates.Rule.WEEK: _("the same week, week %(week)s") % {"week": one.starts.isocalendar().week},
    }[next_days.rule]


def _last_year(found: AnnualCycle) -> dict[Any, Activity]:
    if found.follows_id is None:
        return {}
    return {_same(a): a for a in Activity.objects.filter(cycle=found.follows_id, cancelled_at=None)}


def _same(one: Activity) -> Any:
    return one.process or (one.number, one.title_sv)


def by_month(rows: Iterable[Row]) -> list[tuple[str, list[Row]]]:
    """[("augusti 2026", rows)], by first day."""

    def month(row: Row) -> tuple[int, int]:
        return row.activity.starts.year, row.activity.starts.month

    ordered = sorted(rows, key=lambda r: (r.activity.starts, r.activity.ends, r.activity.number))
    return [
        (date_format(dt.date(year, number, 1), "F Y"), list(held))
        for (year, number), held in groupby(ordered, key=month)
    ]


@dataclass(frozen=True)
class Totals:
    activities: int
    tasks: int
    units: int
    nobody: list[Activity]  # activities that concern no place
    passed: int  # activities that have been already, and how many tasks would be late at once
    late: int


def totals(found: AnnualCycle, rows: Iterable[Row]) -> Totals:
    kept = [row for row in rows if not row.out]
    return Totals(
        activities=len(kept),
        tasks=sum(row.places for row in kept),
        units=found.units.count(),
        nobody=[row.activity for row in kept if not row.places],
        passed=sum(row.passed for row in kept),
        late=sum(row.places for row in kept if row.passed),
    )


# Its units.


@dataclass(frozen=True)
class Unit:
    """A unit that may take part. new: has come since last year's. left_out: was kept out of it. bare: without school
    forms.
    """

    node: Node
    above: str
    chosen: bool
    new: bool
    left_out: bool

    @property
    def bare(self) -> bool:
        return not self.node.school_forms


def units_of(found: AnnualCycle, tree: Tree) -> list[Unit]:
    """Units at or below the year's node, by name."""
    chosen = set(found.units.values_list("node_id", flat=True))
    out = places.left_out(found.follows) if found.follows else set()
    known = out | set(found.follows.units.values_list("node_id", flat=True)) if found.follows else None
    return [
        Unit(n, _above(tree, n), n.pk in chosen, known is not None and n.pk not in known, n.pk in out)
        for n in tree.units(found.node_id)
    ]


def _above(tree: Tree, node: Node) -> str:
    parent = tree.parent(node.pk)
    return parent.name if parent else ""


def gone_since(found: AnnualCycle, tree: Tree) -> list[Node]:
    """Units of last year's that are not there on the day this year is laid on; by name."""
    if found.follows is None:
        return []
    last = Node.objects.filter(pk__in=found.follows.units.values("node"), kind=NodeKind.UNIT)
    return [n for n in last.order_by("name") if n.pk not in tree.nodes]


def could_join(found: AnnualCycle, tree: Tree) -> list[Node]:
    """Units of a published year's chain that take no part in it."""
    chosen = set(found.units.values_list("node_id", flat=True))
    return [n for n in tree.units(found.node_id) if n.pk not in chosen]


def outside(found: Iterable[AnnualCycle], access: Access) -> dict[UUID, int]:
    """Of published years that go on: how many units of their school forms take no part. One query."""
    going = [c for c in found if c.state == CycleState.PUBLISHED and not is_over(c, access.today)]
    inside: dict[UUID, set[UUID]] = defaultdict(set)
    for cycle_id, node in CycleUnit.objects.filter(cycle__in=going).values_list("cycle", "node"):
        inside[cycle_id].add(node)
    return {
        c.pk: sum(places.meets(u, c.school_forms) and u.pk not in inside[c.pk] for u in access.tree.units(c.node_id))
        for c in going
    }


def own_places(access: Access, found: AnnualCycle, tree: Tree) -> list[Node]:
    """Units and teams where the person may add activities of their own to the year."""
    chosen = set(found.units.values_list("node_id", flat=True))
    may = access.nodes_for(P.WHEEL_ADD)
    inside = [n for n in tree.descendants(found.node_id) if n.pk in may and n.kind in ("unit", "team", "group")]
    return [n for n in inside if (unit := tree.unit_of(n.pk)) and unit.pk in chosen]


def counts(found: AnnualCycle) -> dict[UUID, int]:
    """How many tasks each activity of a year has. One query."""
    rows = Task.objects.filter(activity__cycle=found).values("activity").annotate(n=Count("pk")).order_by()
    return defaultdict(int, rows.values_list("activity", "n"))


def activities_of_year(found: AnnualCycle) -> list[tuple[UUID, bool]]:
    """Those that are not cancelled: (id, has a unit or team added it). One query."""
    rows = Activity.objects.filter(cycle=found, cancelled_at=None).values_list("pk", "node")
    return [(pk, node != found.node_id) for pk, node in rows.order_by()]


def decided_on(activities: Collection[UUID]) -> list[UUID]:
    """Tasks of these activities that have been dropped or carried over."""
    rows = Task.objects.filter(activity__any_of=activities, outcome__in=("dropped", "carried"))
    return list(rows.values_list("pk", flat=True))


def is_over(found: AnnualCycle, today: dt.date) -> bool:
    return periods.bounds(found.period)[1] < today


def activities_shown(access: Access, found: AnnualCycle, *, everything: bool) -> tuple[list[Activity], int]:
    """The year's own, and of what units and teams have added the first, the reader's own before others'; how many more
    they have added. Three queries at most.
    """
    own = {a.node_id for a in access.assignments}
    theirs = Case(When(node__in=own, then=Value(0)), default=Value(1))
    added = (
        found.activities.exclude(node=found.node_id)
        .select_related("node")
        .order_by(theirs, "starts", "created_at", "pk")
    )
    held = list(found.activities.filter(node=found.node_id).select_related("node"))
    shown = list(added if everything else added[:FIRST])
    more = 0 if everything or len(shown) < FIRST else added.count() - FIRST
    for one in (*held, *shown):
        one.cycle = found
    return sorted([*held, *shown], key=lambda a: (a.starts, a.ends, a.number, a.title_sv)), more


def months_of(
    activities: Iterable[Activity], counted: Mapping[UUID, int], may_write: Callable[[Activity], bool]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Activities of a published year by month: [("augusti 2026", [{activity, places, may_write}])]."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in activities:
        row = {"activity": one, "places": counted[one.pk], "may_write": may_write(one)}
        found.setdefault(date_format(one.starts, "F Y"), []).append(row)
    return list(found.items())


def places_of(one: Activity) -> list[Node]:
    """Places that have a task of it, by name; not those it has been dropped for."""
    rows = one.tasks.exclude(outcome=TaskOutcome.DROPPED).select_related("node")
    return [t.node for t in rows.order_by("node__name")]
