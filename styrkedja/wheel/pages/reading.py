"""The years of a node and what one of them holds, as its pages show it. A fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core import periods
from styrkedja.organisation.models import Node
from styrkedja.organisation.tree import Tree, tree_on
from styrkedja.wheel.drawing import words
from styrkedja.wheel.drawing.geometry import Year
from styrkedja.wheel.drawing.rings import LEVELS
from styrkedja.wheel.entries import Entry, EntryState, Return
from styrkedja.wheel.models import AnnualCycle, CycleState
from styrkedja.wheel.tasks.reading import entries_of
from styrkedja.wheel.tasks.responsible import responsible_of
from styrkedja.wheel.tasks.returns import returns_of
from styrkedja.wheel.years.places import meets

from .choosing import Choice
from .listing import listed


@dataclass(frozen=True)
class Shown:
    """The year as this reader sees it. cycles: those of the period; entries: those chosen, of `all` in it."""

    node: Node
    choice: Choice
    periods: list[str]
    cycles: list[AnnualCycle]
    year: Year
    today: dt.date
    all: list[Entry]
    entries: list[Entry]
    returns: list[Return]

    @property
    def drafts(self) -> list[AnnualCycle]:
        return [cycle for cycle in self.cycles if cycle.state == CycleState.DRAFT]


def cycles_of(access: Access, node: Node) -> list[AnnualCycle]:
    """Years that hold at the node: its own and those of the nodes above it. Drafts for those who plan them."""
    line = [*(n.pk for n in access.tree.ancestors(node.pk)), node.pk]
    found = AnnualCycle.objects.filter(node__any_of=line, deleted_at=None)
    plans = access.nodes_for(P.WHEEL_PLAN)
    return [
        cycle
        for cycle in found.order_by("period", "title")
        if (cycle.state != CycleState.DRAFT or cycle.node_id in plans) and concerns(cycle, node, access.tree)
    ]


def concerns(cycle: AnnualCycle, node: Node, tree: Tree) -> bool:
    """A year for some school forms is no business of a unit that has none of them."""
    unit = tree.unit_of(node.pk)
    return unit is None or meets(unit, cycle.school_forms)


def read(access: Access, node: Node, query: Any) -> Shown | None:
    """None where the node has no year at all."""
    cycles = cycles_of(access, node)
    if not cycles:
        return None
    known = sorted({cycle.period for cycle in cycles}, key=periods.bounds, reverse=True)
    choice = Choice.read(query, known, [str(cycle.pk) for cycle in cycles])
    period = choice.period or _current(cycles, access.today)
    held = [cycle for cycle in cycles if cycle.period == period]
    found = entries_of(access.tree, node, held, access.today)
    return Shown(
        node=node,
        choice=choice,
        periods=known,
        cycles=held,
        year=Year(period),
        today=access.today,
        all=found,
        entries=chosen(access, found, choice),
        returns=[] if choice.filtered else returns_of(node, held[0], access),
    )


def _current(cycles: Sequence[AnnualCycle], today: dt.date) -> str:
    """The period that goes on today; else the next to come; else the last. What is published goes before drafts."""

    def far(cycle: AnnualCycle) -> tuple[bool, int, bool]:
        first, last = periods.bounds(cycle.period)
        days = 0 if first <= today <= last else (first - today).days if first > today else (today - last).days
        return cycle.state == CycleState.DRAFT and days > 0, days, cycle.state == CycleState.DRAFT

    return min(cycles, key=far).period


def chosen(access: Access, entries: Iterable[Entry], choice: Choice) -> list[Entry]:
    found = [entry for entry in entries if choice.fits(entry)]
    return mine(access, found) if choice.mine else found


def mine(access: Access, entries: Sequence[Entry]) -> list[Entry]:
    """Those the reader answers for today."""
    tasks = [entry.task for entry in entries if entry.task]
    answering = responsible_of(tasks, access.tree) if tasks else {}
    return [e for e in entries if e.task and access.person in answering.get(e.task.pk, [])]


@dataclass(frozen=True)
class Month:
    first: dt.date
    rows: list[dict[str, Any]]

    @property
    def list(self) -> SafeString:
        return listed(self.rows)

    @property
    def name(self) -> str:
        return date_format(self.first, "F Y").capitalize()

    @property
    def late(self) -> int:
        return sum(row["state"] == EntryState.LATE for row in self.rows)

    @property
    def id(self) -> str:
        return f"m{self.first:%Y-%m}"


def by_month(entries: Iterable[Entry]) -> list[Month]:
    ordered, names = sorted(entries, key=lambda e: (e.starts, e.ends, e.activity.number)), _rings()
    return [
        Month(first, [row(entry, names) for entry in held])
        for first, held in groupby(ordered, key=lambda e: e.starts.replace(day=1))
    ]


def this_month(entries: Iterable[Entry], today: dt.date) -> list[dict[str, Any]]:
    """What begins, goes on or ends this month; what is late and what goes on first, what is done last."""
    first = today.replace(day=1)
    last = (first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    held = [e for e in entries if e.starts <= last and e.ends >= first]
    order = [EntryState.LATE, EntryState.ONGOING, EntryState.COMING]
    held.sort(key=lambda e: (order.index(e.state) if e.state in order else 9, e.starts, e.ends, e.activity.number))
    names = _rings()
    return [row(entry, names) for entry in held]


def _rings() -> dict[str, str]:
    return {ring: str(name) for ring, name in LEVELS.names.items()}


def row(entry: Entry, names: Mapping[str, str]) -> dict[str, Any]:
    """One activity in words, for list and table. names: of the rings, in the reader's language."""
    return {
        "number": entry.activity.number,
        "title": entry.title,
        "url": entry.url,
        "kind": entry.activity.kind,
        "kind_icon": f"kind-{entry.activity.kind}",
        "activity": entry.activity.pk,
        "kind_word": words.kind(entry.activity.kind),
        "days": words.days(entry.starts, entry.ends, year=entry.starts.year != entry.ends.year),
        "starts": entry.starts,
        "ends": entry.ends,
        "first_day": words.short_day(entry.starts, "j M Y"),
        "last_day": words.short_day(entry.ends, "j M Y"),
        "ring": names[entry.ring],
        "place": entry.node.name,
        "responsible": entry.responsible,
        "state": entry.state.value,
        "state_word": str(entry.state.label),
        "places": words.places(entry) if entry.places > 1 else "",
        "icon": words.STATE_ICONS[entry.state],
        "tone": words.STATE_TONES.get(entry.state, "neutral"),
        "draft": entry.activity.cycle.state == CycleState.DRAFT,
        "done": entry.done,
    }


def cycles_below(access: Access, node: Node) -> list[Node]:
    """Nodes below that have a year of their own, by name."""
    below = access.tree.subtree([node.pk]) - {node.pk}
    published = AnnualCycle.objects.filter(node__any_of=below, deleted_at=None).exclude(state=CycleState.DRAFT)
    own = set(published.values_list("node", flat=True))
    return [one for one in access.tree.descendants(node.pk) if one.pk in own]


def everybodys(node: Node, period: str, today: dt.date, rings: str = "") -> Shown:
    """The published years of a period at a node, without a reader of their own. rings: an id of `drawing.rings`."""
    tree = tree_on(today)
    line = [*(n.pk for n in tree.ancestors(node.pk)), node.pk]
    found = AnnualCycle.objects.filter(node__any_of=line, period=period).exclude(state=CycleState.DRAFT)
    held = [cycle for cycle in found.order_by("title") if concerns(cycle, node, tree)]
    entries = entries_of(tree, node, held, today)
    returns = returns_of(node, held[0]) if held else []
    return Shown(node, Choice(rings=rings), [period], held, Year(period), today, entries, entries, returns)
