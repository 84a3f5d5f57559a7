"""Where the year stands: places down, the year's steps across, the late first. Shown as the matrix of dialogues is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import F, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from styrkedja.access.gate import Access
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.overview.matrix import Head, Matrix, Row, rows_as_html
from styrkedja.dialogues.overview.steps import Cell, Column, Places, days_late
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.wheel import checks
from styrkedja.wheel.checks.showing import PAIR, text
from styrkedja.wheel.models import Activity, AnnualCycle, Task

from .reading import activity_page

STEPS = 12  # columns on a page
ROW_PAGE = "wheel:node"


@dataclass(frozen=True)
class Sheet:
    """Steps number `first` to `last` of all, as a page shows them."""

    heads: list[Head]
    rows: str
    first: int
    last: int
    steps: int

    @property
    def before(self) -> int | None:
        return max(1, self.first - STEPS) if self.first > 1 else None

    @property
    def after(self) -> int | None:
        return self.last + 1 if self.last < self.steps else None


def rows_of(access: Access, node: Node) -> list[Node]:
    """The units below the node; of a unit its teams."""
    below = access.tree.units(node.pk) if node.kind != NodeKind.UNIT else access.tree.children(node.pk)
    return [n for n in below if n.pk != node.pk]


def matrix(access: Access, node: Node, cycle: AnnualCycle, *, only_late: bool = False) -> tuple[Matrix, list[Activity]]:
    """Every step of the year at the rows' level, and the activities they are. A row is late by its latest task."""
    nodes, today = rows_of(access, node), access.today
    found = Places(nodes)
    steps = activities_of(access, node, cycle)
    undone, columns = left(steps, found, [cycle], today), []
    stands = _standing(steps, found)
    for one in steps:
        columns.append(
            Column(str(one.pk), one.title, _cells(one, found, stands.get(one.pk, {}), undone[one.pk], today))
        )
    answered_for, across = led([n.pk for n in nodes]), list(zip(*(c.cells for c in columns), strict=True))
    rows = [
        Row(one, held, max([cell.days_late for cell in held], default=0), one.pk not in answered_for)
        for one, held in zip(nodes, across or [()] * len(nodes), strict=True)
    ]
    rows.sort(key=lambda row: -row.days_late)
    late = sum(row.days_late > 0 for row in rows)
    return Matrix(columns, rows[:late] if only_late else rows, late, len(rows), cycle.period), steps


def activities_of(access: Access, node: Node, cycle: AnnualCycle) -> list[Activity]:
    """The year's activities at the level of the rows, cancelled ones left out, in the order of the year."""
    line = [node.pk, *(n.pk for n in access.tree.ancestors(node.pk))]
    levels = [NodeKind.UNIT] if node.kind != NodeKind.UNIT else [NodeKind.TEAM, NodeKind.GROUP]
    of = Activity.objects.filter(cycle=cycle, node__any_of=line, level__in=levels, cancelled_at=None)
    found = list(of.defer("about_sv", "about_en", "before_sv", "before_en", "leaves_sv", "leaves_en"))
    for one in found:
        one.cycle = cycle
    return found


def left(
    steps: Sequence[Activity], found: Places, cycles: Iterable[AnnualCycle], today: dt.date
) -> dict[UUID, set[str]]:
    """The places of each activity that are not done with it and have no outcome, by today's node."""
    still, moved = Q(outcome=""), ~Q(node=F("original"))
    rows = (
        Task.objects.filter(still, activity__any_of=[one.pk for one in steps], node__any_of=found.ids)
        .order_by()
        .values_list("activity")
        .annotate(
            at=StringAgg(text("original"), ","),
            moved=StringAgg(PAIR, ",", filter=moved),
        )
    )
    places: dict[UUID, set[str]] = {}
    stands: dict[str, str] = {}
    for pk, at, pairs in rows:
        places[pk] = set(at.split(","))
        stands.update(pair.split(">") for pair in pairs.split(",")) if pairs else None
    shown = checks.shown(checks.Wanted(dict(places), stands), cycles, today)
    undone = {one.pk: places.get(one.pk, set()) - shown.get(one.pk, {}).keys() for one in steps}
    return {pk: {stands.get(place, place) for place in held} for pk, held in undone.items()} if stands else undone


def _standing(steps: Sequence[Activity], found: Places) -> dict[UUID, dict[str, list[str]]]:
    """By activity and outcome ("" where there is none), the nodes that have the task."""
    rows = (
        Task.objects.filter(activity__any_of=[one.pk for one in steps], node__any_of=found.ids)
        .order_by()
        .values_list("activity", "outcome")
        .annotate(at=StringAgg(text("node"), ","))
    )
    stands: dict[UUID, dict[str, list[str]]] = {}
    for pk, outcome, at in rows:
        stands.setdefault(pk, {})[outcome] = at.split(",")
    return stands


def _cells(
    one: Activity, found: Places, stands: dict[str, list[str]], undone: set[str], today: dt.date
) -> Sequence[Cell]:
    """What is not done is said last: of a place with two tasks, since it was merged, the one that is left counts."""
    done, open_still = Cell(pgettext("activity", "Done"), "ok"), _undone(one, today)
    ended = {
        "done": done,
        "carried": Cell(pgettext("activity", "Carried over"), "flat"),
        "dropped": Cell(pgettext("activity", "Dropped"), "flat"),
        "": done,
    }
    said = [(node, ended[outcome]) for outcome in ended for node in stands.get(outcome, ())]
    said += [(node, open_still) for node in undone]
    return found.filled(said, Cell(pgettext("activity", "Not concerned"), "flat"))


def _undone(one: Activity, today: dt.date) -> Cell:
    late = (today - one.ends).days
    if late > 0:
        return Cell(days_late(late), "late", late)
    if one.starts <= today:
        return Cell(pgettext("activity", "Ongoing"), "half")
    return Cell(_("By %(day)s") % {"day": date_format(one.ends, "j b")}, "open")


def sheet(node: Node, found: Matrix, steps: list[Activity], *, first: int) -> Sheet:
    """Twelve steps from number `first` on; the last ones where it lies beyond them."""
    first = max(1, min(first, len(steps)))
    shown = range(first - 1, min(first - 1 + STEPS, len(steps)))
    heads = [
        Head(
            label=f"{date_format(steps[place].starts, 'M')}: {steps[place].title}",
            done=found.columns[place].done,
            asked=found.columns[place].asked,
            url=activity_page(node, steps[place]),
        )
        for place in shown
    ]
    return Sheet(heads, rows_as_html(found.rows, shown, ROW_PAGE), first, len(shown) + first - 1, len(steps))


def first_shown(steps: Sequence[Activity], today: dt.date) -> int:
    """Where to begin when nobody has said: so that what is going on stands among the twelve."""
    passed = sum(one.ends < today for one in steps)
    return max(1, min(passed - STEPS // 2, len(steps) - STEPS + 1))


def late_tasks(access: Access, node: Node, cycle: AnnualCycle) -> list[UUID]:
    """Ids of the tasks that are past their last day and not done."""
    found = Places(rows_of(access, node))
    steps = [one for one in activities_of(access, node, cycle) if one.ends < access.today]
    undone = left(steps, found, [cycle], access.today)
    rows = Task.objects.filter(activity__any_of=[one.pk for one in steps], node__any_of=found.ids, outcome="")
    return [pk for pk, activity, at in rows.values_list("pk", "activity", text("node")) if at in undone[activity]]
