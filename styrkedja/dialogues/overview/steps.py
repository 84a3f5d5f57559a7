"""The steps of the matrix: how far each of its places has come with one, in one query a step whatever their number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Exists, FilteredRelation, Min, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from styrkedja.core import periods
from styrkedja.dialogues.models import (
    Acknowledgement,
    Feedback,
    Obligation,
    ObligationKind,
    ReceiverState,
    Request,
    RequestReceiver,
)
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Goal, GoalState, Initiative, InitiativeState


@dataclass(frozen=True)
class Cell:
    """A word and a mark: ok, half, open, flat, attention or late. days_late: of what the row's own place owes."""

    word: str
    mark: str
    days_late: int = 0

    @cached_property
    def html(self) -> str:
        """Written once for all that stand alike; the mark is drawn by the stylesheet."""
        return f'<td class="{self.mark}">{escape(self.word)}</td>'


@dataclass(frozen=True)
class Column:
    """One step, with a cell for each place, in their order."""

    key: str
    label: str
    cells: Sequence[Cell]
    request: Request | None = None

    @property
    def done(self) -> int:
        return [cell.mark for cell in self.cells].count("ok")

    @property
    def asked(self) -> int:
        """The places this is a step for."""
        return len(self.cells) - [cell.mark for cell in self.cells].count("flat")


class Places:
    """The rows, and where among them each node stands; ids as text, for there are thousands of look-ups."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.row = {str(node.pk): row for row, node in enumerate(nodes)}
        self.ids = frozenset(self.row)

    def filled(self, found: Iterable[tuple[str, Cell]], otherwise: Cell) -> list[Cell]:
        """A cell for every row; of several for one node the last counts."""
        cells = [otherwise] * len(self.row)
        for node, cell in found:
            cells[self.row[node]] = cell
        return cells


def _text(field: str) -> Cast:
    return Cast(field, TextField())


def of_the_analysis(places: Places, period: str) -> list[Column]:
    versions = DocumentVersion.objects.filter(document=OuterRef("pk"))
    found = Document.objects.filter(kind=DocumentKind.ANALYSIS, period=period, node__any_of=places.ids).annotate(
        handed_in=Exists(versions), established=Exists(versions.filter(state=DocumentState.ESTABLISHED))
    )
    rows = list(found.values_list(_text("node"), "handed_in", "established"))
    yes, no = Cell(pgettext("step", "Yes"), "ok"), Cell(pgettext("step", "No"), "open")
    done = {
        "begun": (_("Analysis %(period)s begun") % {"period": period}, [row[0] for row in rows]),
        "handed_in": (_("Analysis handed in"), [row[0] for row in rows if row[1]]),
        "established": (_("Analysis established"), [row[0] for row in rows if row[2]]),
    }
    return [Column(key, label, places.filled(((n, yes) for n in nodes), no)) for key, (label, nodes) in done.items()]


def of_requests(places: Places, today: dt.date) -> list[Column]:
    """Of every open request one, the nearest due first. Two queries; places that stand alike come as one row."""
    answer = Q(obligations__kind=ObligationKind.SUBMISSION, obligations__met_at=None, obligations__lifted_at=None)
    rows = RequestReceiver.objects.filter(node__any_of=places.ids, request__closed_at=None)
    rows = rows.alias(answer=FilteredRelation("obligations", condition=answer)).order_by()
    alike = list(rows.values_list("request", "state", "answer__due").annotate(nodes=ArrayAgg(_text("node"))))
    alike.sort(key=lambda row: row[2] or dt.date.max, reverse=True)
    found: dict[UUID, list[tuple[str, Cell]]] = {}
    for request, state, due, nodes in alike:
        cell = _answer(state, due, today)  # the most pressing comes last: a merged place may have been asked twice
        found.setdefault(request, []).extend([(node, cell) for node in nodes])
    not_asked = Cell(pgettext("step", "Not asked"), "flat")
    requests = Request.objects.filter(pk__in=found).order_by("due", "asked_at") if found else []
    return [Column(f"request-{r.pk}", str(r), places.filled(found[r.pk], not_asked), r) for r in requests]


def _answer(state: str, due: dt.date | None, today: dt.date) -> Cell:
    word = str(ReceiverState(state).label)
    if state == ReceiverState.ACCEPTED:
        return Cell(word, "ok")
    if state == ReceiverState.SUBMITTED:
        return Cell(word, "half")
    if state == ReceiverState.RELEASED:
        return Cell(word, "flat")
    late = (today - due).days if due else 0
    if late > 0:
        return Cell(days_late(late), "late", late)
    if state == ReceiverState.RETURNED:
        return Cell(word, "attention")
    return Cell(_("By %(day)s") % {"day": date_format(due, "j b")} if due else word, "open")


def days_late(days: int) -> str:
    return ngettext("%(days)s day late", "%(days)s days late", days) % {"days": days}


def of_feedback(places: Places, year: str, today: dt.date) -> list[Column]:
    """Of the answers accepted this year: how many have their feedback, and how much of that is acknowledged."""
    return [
        Column("feedback", _("Feedback given"), _given(places, year, today)),
        Column("read", _("Feedback acknowledged"), _acknowledged(places, year)),
    ]


def _given(places: Places, year: str, today: dt.date) -> list[Cell]:
    owed = Obligation.objects.filter(
        kind=ObligationKind.FEEDBACK,
        receiver__node__any_of=places.ids,
        opened_at__date__gte=periods.bounds(year)[0],
    ).order_by()
    oldest = Min("due", filter=Q(met_at=None))
    rows = owed.values_list(_text("receiver__node")).annotate(owed=Count("pk"), given=Count("met_at"), oldest=oldest)
    found = ((node, (owed, given, (today - due).days if due else 0)) for node, owed, given, due in rows)
    return places.filled(_shares(found), _nothing_yet())


def _acknowledged(places: Places, year: str) -> list[Cell]:
    """Of the receivers that have had feedback this year: how many have acknowledged all of it."""
    read = Acknowledgement.objects.filter(receiver=OuterRef("receiver"), up_to__gte=OuterRef("number"))
    given = Feedback.objects.filter(
        receiver__node__any_of=places.ids, made_at__date__gte=periods.bounds(year)[0]
    ).order_by()
    rows = (
        given.annotate(read=Exists(read))
        .values_list(_text("receiver__node"))
        .annotate(had=Count("receiver", distinct=True), unread=Count("receiver", distinct=True, filter=Q(read=False)))
    )
    return places.filled(_shares((node, (had, had - unread, 0)) for node, had, unread in rows), _nothing_yet())


def _shares(found: Iterable[tuple[str, tuple[int, int, int]]]) -> Iterable[tuple[str, Cell]]:
    """(node, (of how many, how many, days the oldest that waits is late)) as cells, equal ones made once."""
    made: dict[tuple[int, int, int], Cell] = {}
    for node, share in found:
        if share not in made:
            made[share] = _share(*share)
        yield node, made[share]


def _nothing_yet() -> Cell:
    return Cell(pgettext("step", "None yet"), "open")


def _share(owed: int, given: int, late: int) -> Cell:
    """Late feedback is owed by the one who asked: the row is not late by it."""
    said = _("%(count)s of %(all)s") % {"count": given, "all": owed}
    if given == owed:
        return Cell(said, "ok")
    return Cell(f"{said}, {days_late(late)}", "late") if late > 0 else Cell(said, "half")


def of_plans(places: Places, year: str, today: dt.date) -> list[Column]:
    """Goals and initiatives that are decided, and initiatives past the day they were to be judged."""
    decided = Q(period__in=_overlapping(year)) & ~Q(state=InitiativeState.PROPOSED)
    late = Q(state__in=UNJUDGED, evaluation_date__lt=today)
    goals = Goal.objects.filter(node__any_of=places.ids, period__in=_overlapping(year), deleted_at=None)
    aims = list(_by_node(goals.exclude(state=GoalState.PROPOSED)).annotate(Count("pk")))
    found = Initiative.objects.filter(decided | late, node__any_of=places.ids, deleted_at=None)
    counted = _by_node(found).annotate(
        made=Count("pk", filter=decided), late=Count("pk", filter=late), oldest=Min("evaluation_date", filter=late)
    )
    rows = [(node, made, (count, (today - first).days if first else 0)) for node, made, count, first in counted]
    numbers = {number: _count(number) for number in {0, *(row[1] for row in (*aims, *rows))}}
    overdue = {kind: _overdue(*kind) for kind in {row[2] for row in rows}}
    return [
        Column("goals", _("Goals decided"), places.filled([(n, numbers[made]) for n, made in aims], numbers[0])),
        Column(
            "initiatives",
            _("Initiatives decided"),
            places.filled([(n, numbers[made]) for n, made, _late in rows], numbers[0]),
        ),
        Column(
            "overdue",
            _("No overdue evaluations"),
            places.filled([(n, overdue[late]) for n, _made, late in rows], _overdue(0, 0)),
        ),
    ]


def _by_node(found: QuerySet[Any]) -> QuerySet[Any, Any]:
    return found.order_by().values_list(_text("node"))


UNJUDGED = (InitiativeState.DECIDED, InitiativeState.ONGOING, InitiativeState.COMPLETED, InitiativeState.STOPPED)


def _overlapping(year: str) -> list[str]:
    """A school year, and the calendar years goals and initiatives may have instead."""
    ends = periods.end_year(year)
    return [year, str(ends - 1), str(ends)]


def _count(number: int) -> Cell:
    return Cell(str(number), "ok" if number else "open")


def _overdue(count: int, days: int) -> Cell:
    if not count:
        return Cell(pgettext("step", "None overdue"), "ok")
    return Cell(ngettext("%(count)s overdue", "%(count)s overdue", count) % {"count": count}, "late", days)
