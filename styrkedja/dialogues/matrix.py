"""The matrix of units and steps: how far each has come and who is late. The same few queries whatever its size.

Rows are the units below a node (of a unit: its teams). A row is late by what the place itself owes; feedback it waits
for is marked late in its cell, but is somebody else's.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import default_period
from styrkedja.core import periods
from styrkedja.core.templatetags.components import icon, tone_icon
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.plans.models import Goal, GoalState, Initiative, InitiativeState

from .leaders import led
from .models import Obligation, ObligationKind, ReceiverState, Request, RequestReceiver
from .reading import given_to, read_of

REQUESTS = 8  # columns of requests, the nearest due first; the others are on the node's page


@dataclass(frozen=True)
class Cell:
    """A word, a tone of `tag.html` and its icon; days_late of what the row's own place owes."""

    word: str
    tone: str = "neutral"
    icon: str = ""
    days_late: int = 0


@dataclass(frozen=True)
class Column:
    key: str
    label: str
    request: Request | None = None


@dataclass
class Row:
    node: Node
    unled: bool
    cells: list[Cell] = field(default_factory=list)
    html: str = ""

    @property
    def days_late(self) -> int:
        return max((cell.days_late for cell in self.cells), default=0)


@dataclass
class Matrix:
    """columns and rows, late first; late: how many rows are. hidden: rows a filter has left out."""

    columns: list[Column]
    rows: list[Row]
    late: int
    total: int
    period: str
    more_requests: int


def rows_of(access: Access, node: Node) -> list[Node]:
    """The units below the node, or the teams of a unit, as far as the person may read their dialogues."""
    readable = access.nodes_for(P.DIALOGUE_READ)
    below = access.tree.units(node.pk) if node.kind != NodeKind.UNIT else access.tree.children(node.pk)
    return [n for n in below if n.pk != node.pk and n.pk in readable]


def matrix(access: Access, node: Node, *, only_late: bool = False) -> Matrix:
    nodes = rows_of(access, node)
    ids = [n.pk for n in nodes]
    today = timezone.localdate()
    period, year = default_period(today), periods.school_year_on(today)
    analyses, asked = _analyses(ids, period), _Requests(ids)
    feedback, read = _feedback(ids, year, today), _read(ids, year)
    goals, initiatives, overdue = _goals(ids, year), _initiatives(ids, year), _overdue(ids, today)
    answered_for = led(ids)
    columns = [
        *(Column(key, label) for key, label in _analysis_columns(period)),
        *(Column(f"request-{r.pk}", str(r), r) for r in asked.shown),
        *(Column(key, label) for key, label in _later_columns()),
    ]
    rows = []
    for one in nodes:
        i = one.pk
        later = [feedback[i], read[i], _count(goals[i]), _count(initiatives[i]), _judged(*overdue.get(i, (0, 0)))]
        cells = [*_analysis(analyses.get(i)), *asked.cells(i, today), *later]
        rows.append(Row(one, i not in answered_for, cells))
    rows.sort(key=lambda row: -row.days_late)  # stable: by name within the same lateness
    late = sum(row.days_late > 0 for row in rows)
    shown = [row for row in rows if row.days_late > 0] if only_late else rows
    _draw(shown)
    return Matrix(columns, shown, late, len(rows), period, len(asked.hidden))


def _draw(rows: list[Row]) -> None:
    """The rows as HTML; equal cells are drawn once."""
    drawn: dict[Cell, str] = {}
    for row in rows:
        for cell in row.cells:
            if cell not in drawn:
                drawn[cell] = _cell(cell)
        cells = (drawn[cell] for cell in row.cells)
        row.html = mark_safe("".join((_head(row), *cells)))  # noqa: S308 - each made by format_html


def _head(row: Row) -> str:
    late = ngettext("%(days)s day late", "%(days)s days late", row.days_late) % {"days": row.days_late}
    return format_html(
        '<th scope="row"><a href="{}">{}</a>{}{}</th>',
        reverse("dialogues:node", args=[row.node.pk]),
        row.node.name,
        format_html('<br><span class="small late">{}</span>', late) if row.days_late > 0 else "",
        format_html('<br><span class="small muted">{}</span>', _("nobody answers there")) if row.unled else "",
    )


def _cell(cell: Cell) -> str:
    mark = icon(cell.icon or tone_icon(cell.tone))
    return format_html('<td class="tone-{}">{} {}</td>', cell.tone, mark, cell.word)


def _analysis_columns(period: str) -> list[tuple[str, str]]:
    said = {"period": period}
    return [
        ("begun", _("Analysis %(period)s begun") % said),
        ("handed_in", _("Analysis handed in")),
        ("established", _("Analysis established")),
    ]


def _later_columns() -> list[tuple[str, str]]:
    return [
        ("feedback", _("Feedback given")),
        ("read", _("Feedback acknowledged")),
        ("goals", _("Goals decided")),
        ("initiatives", _("Initiatives decided")),
        ("overdue", _("No overdue evaluations")),
    ]


YES, NO = ("good", "ok"), ("neutral", "open")


def _done(is_done: bool) -> Cell:
    return Cell(pgettext("step", "Yes"), *YES) if is_done else Cell(pgettext("step", "No"), *NO)


def _analyses(ids: Collection[UUID], period: str) -> dict[UUID, tuple[bool, bool]]:
    """(handed in, established) of the nodes that have begun."""
    versions = DocumentVersion.objects.filter(document=OuterRef("pk"))
    found = Document.objects.filter(kind=DocumentKind.ANALYSIS, period=period, node__in=ids).annotate(
        handed_in=Exists(versions), established=Exists(versions.filter(state=DocumentState.ESTABLISHED))
    )
    return {node: (handed_in, held) for node, handed_in, held in found.values_list("node", "handed_in", "established")}


def _analysis(found: tuple[bool, bool] | None) -> list[Cell]:
    handed_in, established = found or (False, False)
    return [_done(found is not None), _done(handed_in), _done(established)]


class _Requests:
    """Open requests of the rows' nodes, and how far each node has come with each."""

    def __init__(self, ids: Collection[UUID]) -> None:
        rows = RequestReceiver.objects.filter(node__in=ids, request__closed_at=None)
        due = Obligation.objects.filter(
            receiver__in=rows, kind=ObligationKind.SUBMISSION, met_at=None, lifted_at=None
        ).values_list("receiver", "due")
        self.due = dict(due)
        self._cells: dict[Any, Cell] = {}
        self.of: dict[tuple[UUID, UUID], tuple[UUID, str]] = {
            (node, request): (pk, state)
            for pk, node, request, state in rows.values_list("pk", "node", "request", "state")
        }
        found = Request.objects.filter(pk__in={request for _node, request in self.of}).order_by("due", "asked_at")
        every = list(found)
        self.shown, self.hidden = every[:REQUESTS], every[REQUESTS:]

    def cells(self, node: UUID, today: dt.date) -> list[Cell]:
        return [self._kept(self.of.get((node, r.pk)), today) for r in self.shown]

    def _kept(self, found: tuple[UUID, str] | None, today: dt.date) -> Cell:
        """One cell for all that stand alike."""
        alike = (found[1], self.due.get(found[0])) if found else None
        if alike not in self._cells:
            self._cells[alike] = self._cell(found, today)
        return self._cells[alike]

    def _cell(self, found: tuple[UUID, str] | None, today: dt.date) -> Cell:
        if found is None:
            return Cell(pgettext("step", "Not asked"), "neutral", "flat")
        pk, state = found
        word = str(ReceiverState(state).label)
        if state in (ReceiverState.ACCEPTED, ReceiverState.SUBMITTED):
            return Cell(word, *(YES if state == ReceiverState.ACCEPTED else ("info", "half")))
        if state == ReceiverState.RELEASED:
            return Cell(word, "neutral", "flat")
        due = self.due.get(pk)
        late = (today - due).days if due else 0
        if late > 0:
            said = ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
            return Cell(said, "bad", "clock", late)
        if state == ReceiverState.RETURNED:
            return Cell(word, "attention", "attention")
        return Cell(_("By %(day)s") % {"day": date_format(due, "j b")} if due else word, *NO)


def _feedback(ids: Collection[UUID], year: str, today: dt.date) -> dict[UUID, Cell]:
    """Of the answers accepted this year: how many have their feedback."""
    first = periods.bounds(year)[0]
    owed = Obligation.objects.filter(kind=ObligationKind.FEEDBACK, receiver__node__in=ids, opened_at__date__gte=first)
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0, 0])
    for node, met, due in owed.values_list("receiver__node", "met_at", "due"):
        count = counts[node]
        count[0] += 1
        count[1] += met is not None
        count[2] = max(count[2], 0 if met else (today - due).days)
    nothing = _nothing_yet()
    return defaultdict(lambda: nothing, {node: _share(*count) for node, count in counts.items()})


def _nothing_yet() -> Cell:
    return Cell(pgettext("step", "None yet"), *NO)


def _share(owed: int, given: int, late: int) -> Cell:
    said = _("%(count)s of %(all)s") % {"count": given, "all": owed}
    if given == owed:
        return Cell(said, *YES)
    if late > 0:
        days = ngettext("%(days)s day late", "%(days)s days late", late) % {"days": late}
        return Cell(f"{said}, {days}", "bad", "clock")
    return Cell(said, "attention", "half")


def _read(ids: Collection[UUID], year: str) -> dict[UUID, Cell]:
    """Of those who have had feedback this year: how much of it they have acknowledged."""
    first = periods.bounds(year)[0]
    rows = RequestReceiver.objects.filter(node__in=ids, feedback__made_at__date__gte=first).distinct()
    counts: dict[UUID, list[int]] = defaultdict(lambda: [0, 0])
    for node, given, read in rows.annotate(given=given_to("pk"), read=read_of("pk")).values_list(
        "node", "given", "read"
    ):
        counts[node][0] += 1
        counts[node][1] += (read or 0) >= given
    nothing = _nothing_yet()
    return defaultdict(lambda: nothing, {node: _share(owed, read, 0) for node, (owed, read) in counts.items()})


def _overlapping(year: str) -> list[str]:
    """A school year, and the calendar years goals and initiatives may have instead."""
    ends = periods.end_year(year)
    return [year, str(ends - 1), str(ends)]


def _goals(ids: Collection[UUID], year: str) -> Counter[UUID]:
    found = Goal.objects.filter(node__in=ids, period__in=_overlapping(year), deleted_at=None)
    return _counted(found.exclude(state=GoalState.PROPOSED))


def _initiatives(ids: Collection[UUID], year: str) -> Counter[UUID]:
    found = Initiative.objects.filter(node__in=ids, period__in=_overlapping(year), deleted_at=None)
    return _counted(found.exclude(state=InitiativeState.PROPOSED))


def _overdue(ids: Collection[UUID], today: dt.date) -> dict[UUID, tuple[int, int]]:
    """Initiatives past the day they were to be judged: how many, and how many days the oldest is late."""
    ended = Q(state__in=[InitiativeState.COMPLETED, InitiativeState.STOPPED])
    going = Q(state__in=[InitiativeState.DECIDED, InitiativeState.ONGOING])
    late = Q(evaluation_date__lt=today)
    found = Initiative.objects.filter((ended | going) & late, node__in=ids).order_by().values_list("node")
    counted = found.annotate(Count("pk"), Min("evaluation_date"))
    return {node: (count, (today - first).days) for node, count, first in counted}


def _counted(found: Any) -> Counter[UUID]:
    return Counter(dict(found.order_by().values_list("node").annotate(Count("pk"))))


def _count(number: int) -> Cell:
    return Cell(str(number), *(YES if number else NO))


def _judged(overdue: int, days: int) -> Cell:
    if not overdue:
        return Cell(pgettext("step", "None overdue"), *YES)
    said = ngettext("%(count)s overdue", "%(count)s overdue", overdue) % {"count": overdue}
    return Cell(said, "bad", "clock", days_late=days)
