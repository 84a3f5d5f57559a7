"""What a list of units would change in the chain: compared first, written only after a person has looked.

The register has no field for successors, so nothing is ever merged here, and a unit that a list does not mention is
only pointed out: it may lie in another file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from uuid import UUID

from styrkedja.core.sorting import swedish_key

from .models import Node, NodeKind, Organiser
from .tree import Tree
from .unit_rows import CEASED, DORMANT, PLANNED, UnitRow

ADD, CHANGE, CLOSE = "add", "change", "close"
# Why a row of the file leads to nothing.
OTHERS, SAME, RESTING, ENDED_BEFORE, PLANNED_WITHOUT_DAY, CLOSED_HERE, OUT_OF_REACH, NO_PLACE = (
    "others", "same", "resting", "ended_before", "planned_without_day", "closed_here", "out_of_reach", "no_place",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One thing that would be done. `key` names it on the form; node is None for a new unit."""

    what: str
    row: UnitRow
    node: Node | None = None
    under: Node | None = None  # named by the file; None: chosen on the page
    fields: tuple[str, ...] = ()  # of a change: "name", "school_forms"

    @property
    def key(self) -> str:
        return self.row.key


@dataclass
class Comparison:
    """changes: what could be done; left: rows that lead to nothing, by reason; unmentioned: own units not in the file.

    `of_ours`: the file itself says that its units belong to this organiser.
    """

    changes: list[Change] = field(default_factory=list)
    left: dict[str, list[UnitRow]] = field(default_factory=dict)
    unmentioned: list[Node] = field(default_factory=list)
    of_ours: bool = False

    @property
    def fingerprint(self) -> str:
        """Two comparisons with the same fingerprint would do the same."""
        said = [
            (c.what, c.row.as_json(), str(c.node.pk) if c.node else "", c.node.version if c.node else 0)
            for c in self.changes
        ]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def compare(rows: Iterable[UnitRow], *, organiser: Organiser, tree: Tree, reach: Set[UUID]) -> Comparison:
    """What the rows would change, for somebody who may change the nodes of `reach` (their ids). Three queries."""
    found = Comparison()
    units = _Units.read(tree)
    mentioned, named = set(), 0
    for row in rows:
        if row.organiser:
            named += 1
            if row.organiser != organiser.organisation_number:
                found.left.setdefault(OTHERS, []).append(row)
                continue
        mentioned.add(row.key)
        step = _step(row, units, tree, reach)
        if isinstance(step, Change):
            found.changes.append(step)
        else:
            found.left.setdefault(step, []).append(row)
    found.of_ours = named > 0
    found.unmentioned = _unmentioned(units, tree, mentioned)
    found.changes.sort(key=lambda c: ((ADD, CHANGE, CLOSE).index(c.what), swedish_key(c.row.name)))
    return found


@dataclass(frozen=True)
class _Units:
    """Own units by key: those there today or to come, and those closed."""

    open: dict[str, Node]
    closed: dict[str, Node]

    @classmethod
    def read(cls, tree: Tree) -> _Units:
        opened: dict[str, Node] = {}
        closed: dict[str, Node] = {}
        for node in Node.objects.filter(kind=NodeKind.UNIT).order_by("valid_from"):
            there = node.valid_to is None or node.valid_to >= tree.day
            (opened if there else closed)[_key(node)] = node
        return cls(opened, closed)


def _key(node: Node) -> str:
    return node.statistical_code or f"namn:{node.name.casefold()}"


def _step(row: UnitRow, units: _Units, tree: Tree, reach: Set[UUID]) -> Change | str:
    """The change a row leads to, or why it leads to none."""
    node = units.open.get(row.key)
    if node is None:
        return _new(row, units, tree, reach)
    if node.pk in tree.nodes and node.pk not in reach:
        return OUT_OF_REACH
    if (row.status == CEASED or row.last_day) and node.valid_to is None:
        return Change(CLOSE, row, node)
    fields = [name for name, differs in _differences(row, node) if differs]
    return Change(CHANGE, row, node, fields=tuple(fields)) if fields else SAME


def _differences(row: UnitRow, node: Node) -> Iterable[tuple[str, bool]]:
    yield "name", row.name != node.name
    yield "school_forms", row.forms is not None and set(row.forms) != set(node.school_forms)


def _new(row: UnitRow, units: _Units, tree: Tree, reach: Set[UUID]) -> Change | str:
    if row.status == CEASED or (row.last_day and row.last_day < tree.day.isoformat()):
        return ENDED_BEFORE
    if row.status == DORMANT:
        return RESTING
    if row.key in units.closed:
        return CLOSED_HERE
    if row.status == PLANNED and not row.first_day:
        return PLANNED_WITHOUT_DAY
    if not row.under:
        return Change(ADD, row)
    above = [n for n in places(tree, reach) if n.name.casefold() == row.under.casefold()]
    return Change(ADD, row, under=above[0]) if len(above) == 1 else NO_PLACE


def places(tree: Tree, reach: Set[UUID]) -> list[Node]:
    """Nodes a unit can lie under, in the order of the tree."""
    root = tree.root()
    line = [root, *tree.descendants(root.pk)] if root else []
    return [
        n for n in line if n.pk in reach and n.kind in (NodeKind.COUNCIL, NodeKind.COMMITTEE, NodeKind.ADMINISTRATION)
    ]


def _unmentioned(units: _Units, tree: Tree, mentioned: set[str]) -> list[Node]:
    """Own units of the kinds of code that the file speaks of, but which it does not mention."""
    national = any(key.isdigit() for key in mentioned)
    own = any(not key.isdigit() for key in mentioned)
    missing = (n for key, n in units.open.items() if key not in mentioned and (national if key.isdigit() else own))
    return sorted((n for n in missing if n.pk in tree.nodes), key=lambda n: swedish_key(n.name))


def first_day_of(row: UnitRow, otherwise: dt.date) -> dt.date:
    return dt.date.fromisoformat(row.first_day) if row.first_day else otherwise


def last_day_of(row: UnitRow, otherwise: dt.date) -> dt.date:
    return dt.date.fromisoformat(row.last_day) if row.last_day else otherwise
