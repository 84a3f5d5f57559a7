"""The matrix of units and steps: how far each has come and who is late. The same few queries whatever its size.

Rows are the units below a node (of a unit: its teams). A row is late by what the place itself owes; feedback it waits
for is marked late in its cell, but is somebody else's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import default_period
from styrkedja.core import periods
from styrkedja.core.addresses import addresses
from styrkedja.dialogues.leaders import led
from styrkedja.organisation.models import Node, NodeKind

from . import steps
from .steps import Cell, Column, Places

REQUESTS = 4  # columns of requests on a page, the nearest due first; with the other steps they are twelve


@dataclass(frozen=True)
class Row:
    """One place: how far it has come with each step, and by how many days it is late with the latest."""

    node: Node
    cells: Sequence[Cell]
    days_late: int
    unled: bool


@dataclass(frozen=True)
class Matrix:
    """Rows, late first, and every column. `late` and `total` count all rows, also those a filter has left out."""

    columns: list[Column]
    rows: list[Row]
    late: int
    total: int
    period: str


def rows_of(access: Access, node: Node) -> list[Node]:
    """The units below the node, or the teams of a unit, as far as the person may read their dialogues."""
    readable = access.nodes_for(P.DIALOGUE_READ)
    below = access.tree.units(node.pk) if node.kind != NodeKind.UNIT else access.tree.children(node.pk)
    return [n for n in below if n.pk != node.pk and n.pk in readable]


def matrix(access: Access, node: Node, *, only_late: bool = False) -> Matrix:
    """Every step of every place; a row is late by whichever request or evaluation it is latest with."""
    nodes, today = rows_of(access, node), timezone.localdate()
    places, year = Places(nodes), periods.school_year_on(today)
    period, answered_for = default_period(today), led([one.pk for one in nodes])
    columns = [
        *steps.of_the_analysis(places, period),
        *steps.of_requests(places, today),
        *steps.of_feedback(places, year, today),
        *steps.of_plans(places, year, today),
    ]
    cells = zip(*(column.cells for column in columns), strict=True)
    every = [
        Row(one, held, max([cell.days_late for cell in held]), one.pk not in answered_for)
        for one, held in zip(nodes, cells, strict=True)
    ]
    every.sort(key=lambda row: -row.days_late)  # stable: by name within the same lateness
    late = sum(row.days_late > 0 for row in every)
    return Matrix(columns, every[:late] if only_late else every, late, len(every), period)


@dataclass(frozen=True)
class Head:
    """A column's head: how many of the places it is a step for are done. url: of its request, where one may read it."""

    label: str
    done: int
    asked: int
    url: str


@dataclass(frozen=True)
class Sheet:
    """The matrix as a page shows it: all steps, but of the open requests `REQUESTS` at a time, from number `first`."""

    heads: list[Head]
    rows: SafeString
    first: int
    last: int
    requests: int

    @property
    def before(self) -> int | None:
        """The first of the requests before these; None where there are none."""
        return max(1, self.first - REQUESTS) if self.first > 1 else None

    @property
    def after(self) -> int | None:
        return self.last + 1 if self.last < self.requests else None


def sheet(access: Access, found: Matrix, *, first: int = 1) -> Sheet:
    """With the requests from number `first` on; the last ones where it lies beyond them."""
    asked = [place for place, column in enumerate(found.columns) if column.request]
    first = max(1, min(first, len(asked)))
    left_out = {*asked[: first - 1], *asked[first - 1 + REQUESTS :]}
    shown = [place for place in range(len(found.columns)) if place not in left_out]
    heads = [_head(access, found.columns[place]) for place in shown]
    return Sheet(
        heads,
        rows_as_html(found.rows, shown, "dialogues:node"),
        first,
        min(first + REQUESTS - 1, len(asked)),
        len(asked),
    )


def _head(access: Access, column: Column) -> Head:
    asked = column.request
    opens = asked is not None and asked.node_id in access.nodes_for(P.DIALOGUE_READ, P.REQUEST_MAKE)
    url = addresses("dialogues:request")(asked.pk) if asked and opens else ""
    return Head(column.label, column.done, column.asked, url)


def rows_as_html(rows: list[Row], shown: Sequence[int], page: str) -> SafeString:
    """All rows as HTML at once: a template that makes thousands of cells takes longer than reading them.

    shown: the columns; page: the name of the page of a node that a row leads to.
    """
    address, late_words = addresses(page), {row.days_late: "" for row in rows}
    for days in late_words:
        late_words[days] = f'<span class="late">{escape(steps.days_late(days))}</span>' if days > 0 else ""
    unled = f"<span>{escape(_('nobody answers there'))}</span>"
    written = [
        f'<tr><th scope="row"><a href="{address(row.node.pk)}">{escape(row.node.name)}</a>'
        f"{late_words[row.days_late]}{unled if row.unled else ''}</th>"
        f"{''.join([row.cells[place].html for place in shown])}</tr>"
        for row in rows
    ]
    return mark_safe("\n".join(written))  # noqa: S308 - names and words are escaped above and in `Cell.html`
