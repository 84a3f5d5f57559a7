"""What is owed: by a node and to it, how old it is and how late. The latest first, whoever asks.

Read by the pages of this room, the start page and the command line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from statistics import median
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from styrkedja.organisation.models import Node, NodeKind

from .leaders import leaders_of
from .models import Obligation, ObligationKind

CLASSES: tuple[tuple[int, int | None], ...] = ((0, 7), (8, 14), (15, 30), (31, None))  # days, both included


@dataclass(frozen=True)
class Owed:
    """One open obligation, plain. overdue_days: how many days past its date, 0 or less when it is not late.

    url_name, url_args: the page where the one who reads it deals with it. unled: nobody answers for who owes.
    """

    id: UUID
    kind: str
    owes: Node
    to: Node
    title: str  # of the request
    request_id: UUID
    receiver_id: UUID
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


def page_of_debtor(obligation: Obligation) -> str:
    """Receivers answer on their page, those who asked on theirs."""
    by_receiver = obligation.kind == ObligationKind.SUBMISSION or obligation.feedback_id is not None
    return "dialogues:receiver" if by_receiver else "dialogues:answer"


def page_of_creditor(obligation: Obligation) -> str:
    return "dialogues:answer" if page_of_debtor(obligation) == "dialogues:receiver" else "dialogues:receiver"


def owed_by(nodes: Collection[UUID]) -> list[Owed]:
    """What these nodes owe, the latest first. Two queries."""
    return _read(Q(owes__in=list(nodes)), debtor=True)


def owed_to(nodes: Collection[UUID]) -> list[Owed]:
    """What these nodes are owed, the latest first. Two queries."""
    return _read(Q(to__in=list(nodes)), debtor=False)


def still_open() -> QuerySet[Obligation]:
    return Obligation.objects.filter(met_at=None, lifted_at=None)


def _read(which: Q, *, debtor: bool) -> list[Owed]:
    rows = still_open().filter(which).select_related("owes", "to", "receiver__request").order_by("due", "opened_at")
    owed = list(rows)
    led = leaders_of({o.owes_id for o in owed})
    today = timezone.localdate()
    return [_plain(o, today, o.owes_id not in led, debtor=debtor) for o in owed]


def _plain(o: Obligation, today: dt.date, unled: bool, *, debtor: bool) -> Owed:
    opened = timezone.localdate(o.opened_at)
    return Owed(
        id=o.pk,
        kind=o.kind,
        owes=o.owes,
        to=o.to,
        title=str(o.receiver.request),
        request_id=o.receiver.request_id,
        receiver_id=o.receiver_id,
        due=o.due,
        opened_on=opened,
        age_days=(today - opened).days,
        overdue_days=(today - o.due).days,
        reminded_at=o.reminded_at,
        unled=unled,
        url_name=page_of_debtor(o) if debtor else page_of_creditor(o),
        url_args=(o.receiver_id,),
    )


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
