"""What is owed: by a node and to it, how old it is and how late. The latest first, whoever asks.

Read by the pages of this room, the start page and the command line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Window
from django.utils import timezone

from styrkedja.organisation.models import Node, NodeKind, Person

from .leaders import led
from .models import Obligation, ObligationKind, ReceiverState, Request, RequestReceiver

CLASSES: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 14), (15, 30), (31, None))  # days, both included


@dataclass(frozen=True)
class Owed:
    """One open obligation, plain. overdue_days: how many days past its date, 0 or less when it is not late.

    url_name, url_args: the page where the one who reads it deals with it. unled: nobody answers for who owes, as far
    as the reading has asked for that.
    """

    id: UUID
    kind: str
    owes: Node
    to: Node
    title: str  # of the request
    request_id: UUID
    receiver_id: UUID
    receiver_node: UUID
    due: dt.date
    opened_on: dt.date
    age_days: int
    overdue_days: int
    reminded_at: dt.datetime | None
    unled: bool
    url_name: str
    url_args: tuple[UUID]

    @property
    def is_late(self) -> bool:
        return self.overdue_days > 0

    @property
    def days_left(self) -> int:
        return -self.overdue_days

    @property
    def state(self) -> str:
        return "overdue" if self.is_late else "open"

    @property
    def kind_word(self) -> str:
        return str(ObligationKind(self.kind).label)


DEBTOR = {True: "dialogues:receiver", False: "dialogues:answer"}  # by whether it is the receiver who owes


def page_of_debtor(obligation: Obligation) -> str:
    """Receivers answer on their page, those who asked on theirs."""
    return DEBTOR[_by_receiver(obligation.kind, obligation.feedback_id)]


def _by_receiver(kind: str, feedback: UUID | None) -> bool:
    return kind == ObligationKind.SUBMISSION or feedback is not None


def owed_by(nodes: Collection[UUID]) -> list[Owed]:
    """What these nodes owe, the latest first. Four queries."""
    return _read(Q(owes__in=list(nodes)), debtor=True)


def owed_to(nodes: Collection[UUID], of: Request | None = None) -> list[Owed]:
    """What these nodes are owed (by the receivers `of` a request), the latest first. Four queries."""
    return _read(Q(to__in=list(nodes)) & _of(of), debtor=False)


def owed_about(nodes: Collection[UUID], of: Request) -> list[Owed]:
    """What these nodes owe the receivers of a request, the latest first. Four queries."""
    return _read(Q(owes__in=list(nodes)) & _of(of), debtor=True)


def still_open() -> QuerySet[Obligation]:
    return Obligation.objects.filter(met_at=None, lifted_at=None)


def _of(request: Request | None) -> Q:
    return Q(receiver__request=request) if request else Q()


COLUMNS = (
    "pk", "kind", "owes", "to", "receiver", "receiver__node", "receiver__request", "feedback",
    "due", "opened_at", "reminded_at",
)  # fmt: skip
DUE = COLUMNS.index("due")


def _read(which: Q, *, debtor: bool) -> list[Owed]:
    """Plain columns, and each node and request once: there may be thousands."""
    return _plain(still_open().filter(which).order_by("due", "opened_at").values_list(*COLUMNS), debtor=debtor)


def _plain(found: Iterable[tuple[Any, ...]], *, debtor: bool) -> list[Owed]:
    rows = list(found)
    beside = _Beside(rows)
    return [beside.owed(row, debtor=debtor) for row in rows]


class _Beside:
    """What stands beside rows of `COLUMNS`: nodes, what the requests are called, and who is unled. Three queries.

    nodes, unled: those that have been read already, which are then not read again.
    """

    def __init__(
        self,
        rows: Iterable[tuple[Any, ...]],
        nodes: Mapping[UUID, Node] | None = None,
        unled: Collection[UUID] | None = None,
    ) -> None:
        held, known = list(rows), nodes or {}
        met = {pk for row in held for pk in (row[2], row[3])}
        missing = met - known.keys()
        self.nodes = {**known, **(Node.objects.in_bulk(missing) if missing else {})}
        self.titles = {pk: str(one) for pk, one in Request.objects.in_bulk({row[6] for row in held}).items()}
        owing = {row[2] for row in held}
        self.unled = owing - led(owing) if unled is None else unled
        self.today = timezone.localdate()

    def owed(self, row: tuple[Any, ...], *, debtor: bool) -> Owed:
        pk, kind, owes, to, receiver, receiver_node, request, feedback, due, opened_at, reminded_at = row
        opened = timezone.localdate(opened_at)
        return Owed(
            id=pk,
            kind=kind,
            owes=self.nodes[owes],
            to=self.nodes[to],
            title=self.titles[request],
            request_id=request,
            receiver_id=receiver,
            receiver_node=receiver_node,
            due=due,
            opened_on=opened,
            age_days=(self.today - opened).days,
            overdue_days=(self.today - due).days,
            reminded_at=reminded_at,
            unled=owes in self.unled,
            url_name=DEBTOR[_by_receiver(kind, feedback) is debtor],
            url_args=(receiver,),
        )


@dataclass(frozen=True)
class Together:
    """The same thing owed by, or to, several places: the latest of them, and how many they are."""

    latest: Owed
    places: int


@dataclass(frozen=True)
class ToAccept:
    """Answers to a request that are handed in and neither accepted nor returned: the oldest, and how many they are."""

    oldest: RequestReceiver
    places: int


def of_person(
    *,
    answers: Collection[UUID],
    asks: Collection[UUID],
    waits: Collection[UUID],
    person: Person,
    unled: Collection[UUID] | None = None,
    nodes: Mapping[UUID, Node] | None = None,
) -> tuple[list[Together], list[Together], list[ToAccept]]:
    """What somebody has to do: who answers for nodes, who has asked, and what nobody below answers for; what the nodes
    that wait are owed; and the answers to accept. Six queries, whatever the number one line of each kind and request.

    unled: those asked that nobody answers for, and nodes: those of the chain, where that has been read already: then
    four queries.
    """
    if unled is None:
        unled = set(asks) - led(asks)
    asked = Q(kind=ObligationKind.FEEDBACK, receiver__request__asked_by=person, owes__any_of=asks)
    mine = _latest(Q(owes__any_of=answers) | Q(owes__any_of=unled) | asked)
    waited_for = _latest(Q(to__any_of=waits))
    beside = _Beside((row[:-1] for row in (*mine, *waited_for)), nodes, unled)
    return (
        [Together(beside.owed(row[:-1], debtor=True), row[-1]) for row in mine],
        [Together(beside.owed(row[:-1], debtor=False), row[-1]) for row in waited_for],
        _to_accept([*answers, *unled], asks, person),
    )


def _to_accept(answers: Collection[UUID], asks: Collection[UUID], person: Person) -> list[ToAccept]:
    """Nobody owes feedback until an answer is accepted, so what lies there must be seen by those who can accept it."""
    asked = Q(request__asked_by=person, request__node__any_of=asks)
    rows = RequestReceiver.objects.filter(
        Q(request__node__any_of=answers) | asked, state=ReceiverState.SUBMITTED, request__closed_at=None
    )
    counted = rows.annotate(places=Window(Count("pk"), partition_by=[F("request")]))
    oldest = counted.order_by("request_id", "changed_at", "pk").distinct("request_id").select_related("request", "node")
    found = [ToAccept(row, row.places) for row in oldest]  # type: ignore[attr-defined]
    return sorted(found, key=lambda one: one.oldest.changed_at)


def _latest(which: Q) -> list[tuple[Any, ...]]:
    """`COLUMNS` of one of each kind and request, the latest due, and how many they are: there may be thousands."""
    same = ("kind", "receiver__request")
    counted = still_open().filter(which).annotate(places=Window(Count("pk"), partition_by=[F(one) for one in same]))
    latest = counted.order_by(*same, "due", "opened_at", "pk").distinct(*same).values_list(*COLUMNS, "places")
    return sorted(latest, key=lambda row: (row[DUE], row[DUE + 1]))


@dataclass(frozen=True)
class Level:
    """How old what a level owes is. classes: how many in each of `CLASSES`. worst: the oldest, with its node."""

    kind: str  # a NodeKind
    owed: int
    late: int
    median_days: float
    worst: Owed
    classes: tuple[int, ...]

    @property
    def label(self) -> str:
        return str(NodeKind(self.kind).label)


def levels(owed: Iterable[Owed]) -> list[Level]:
    """Age statistics of each level that owes anything, from the top of the chain down."""
    by_kind: dict[str, list[Owed]] = {}
    for one in owed:
        by_kind.setdefault(one.owes.kind, []).append(one)
    return [_level(kind, by_kind[kind]) for kind in NodeKind.values if kind in by_kind]


def _level(kind: str, owed: list[Owed]) -> Level:
    ages = [one.age_days for one in owed]
    return Level(
        kind=kind,
        owed=len(owed),
        late=sum(one.is_late for one in owed),
        median_days=median(ages),
        worst=max(owed, key=lambda one: (one.age_days, one.overdue_days)),
        classes=tuple(sum(low <= age and (high is None or age <= high) for age in ages) for low, high in CLASSES),
    )
