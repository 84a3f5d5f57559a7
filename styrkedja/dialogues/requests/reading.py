"""Reading dialogues: what is asked, how far it has come, what has been said back. Queries do not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.models import (
    Acknowledgement,
    Feedback,
    Obligation,
    ObligationKind,
    ReceiverState,
    Request,
    RequestReceiver,
    Submission,
    What,
)
from styrkedja.dialogues.owing import Owed, levels, owed_about, owed_by, owed_to
from styrkedja.organisation.models import Node

from .handed_in import addresses_of, anchor

BELOW = (P.DIALOGUE_READ, P.REQUEST_MAKE)  # either, at a node, lets one see what it has answered
SHOWN = 50  # of what was asked of a place, the latest


def request(request_id: UUID) -> Request:
    """Raises Http404."""
    return get_object_or_404(Request.objects.select_related("node", "original", "asked_by"), pk=request_id)


def asker_of(request_id: UUID, **_: Any) -> Node:
    """The node that asks, for `@requires`. Raises Http404."""
    return request(request_id).node


def asked_again(node: Node, request_id: str) -> dict[str, Any]:
    """What a form begins with to ask the same reflection of the same places as before; {} for anything else."""
    try:
        found = Request.objects.filter(pk=UUID(request_id), node=node, what=What.REFLECTION).first()
    except ValueError:
        found = None
    if found is None:
        return {}
    questions = {f"question_{number}": text for number, text in enumerate(found.questions, start=1)}
    chosen = [str(pk) for pk in found.receivers.values_list("node", flat=True)]
    return {"what": found.what, "text": found.text, "purpose": found.purpose, "chosen": chosen, **questions}


def receiver(receiver_id: UUID) -> RequestReceiver:
    """Raises Http404."""
    rows = RequestReceiver.objects.select_related(
        "node", "original", "request__node", "request__original", "request__asked_by"
    )
    return get_object_or_404(rows, pk=receiver_id)


def asked_node(receiver_id: UUID, **_: Any) -> Node:
    return receiver(receiver_id).node


def asking_node(answer_id: UUID, **_: Any) -> Node:
    return receiver(answer_id).request.node


def seen(access: Access, nodes: Iterable[UUID]) -> set[UUID]:
    """Those of the nodes whose answers the person may see: a role may be limited to some school forms."""
    held = access.nodes_for(*BELOW)
    return {pk for pk in nodes if pk in held or (pk not in access.tree.nodes and access.reaches(pk, *BELOW))}


# --- A node -----------------------------------------------------------------------------------------------------------


def node_page(access: Access, node: Node) -> dict[str, Any]:
    """What the node owes and is owed, what it has asked and been asked, what it has not acknowledged."""
    made = list(_with_counts(Request.objects.filter(node=node)))
    asked = list(received(node)[:SHOWN])
    below = access.tree.subtree([node.pk]) & access.nodes_for(P.DIALOGUE_READ) - {node.pk}
    owed_below = owed_by(below) if below else []
    return {
        "owes": _seen_by(access, owed_by([node.pk])),
        "owed": _seen_by(access, owed_to([node.pk])),
        "unread": [r for r in asked if (r.given or 0) > (r.read or 0)],  # type: ignore[attr-defined]
        "made": made,
        "asked": asked,
        "levels": levels(owed_below),
        "unled": _unled(owed_below),
        "has_below": bool(below),
        "may_ask": access.can(P.REQUEST_MAKE, node) and bool(access.tree.below.get(node.pk)),
        "may_answer": access.can(P.REQUEST_ANSWER, node),
    }


def _seen_by(access: Access, owed: list[Owed]) -> list[Owed]:
    """What is owed from or to those below only where the person may see them."""
    mine = [o for o in owed if o.url_name != "dialogues:answer"]
    below = {o.receiver_node for o in owed}
    held = seen(access, below) if len(mine) < len(owed) else set()
    return [o for o in owed if o.url_name != "dialogues:answer" or o.receiver_node in held]


def _unled(owed: Iterable[Owed]) -> list[tuple[Node, int]]:
    """Places that owe something and have nobody who answers for them, with how many things."""
    found: dict[Node, int] = {}
    for one in owed:
        if one.unled:
            found[one.owes] = found.get(one.owes, 0) + 1
    return sorted(found.items(), key=lambda item: swedish_key(item[0].name))


def _with_counts(requests: QuerySet[Request]) -> QuerySet[Request]:
    """With `asked`, `answered` (handed in or accepted), `fed_back`, `let_go`: numbers of receivers. Open ones first."""
    answered = Q(receivers__state__in=[ReceiverState.SUBMITTED, ReceiverState.ACCEPTED])
    fed_back = Q(receivers__obligations__kind=ObligationKind.FEEDBACK, receivers__obligations__met_at__isnull=False)
    return requests.annotate(
        asked=Count("receivers", distinct=True),
        answered=Count("receivers", filter=answered, distinct=True),
        fed_back=Count("receivers", filter=fed_back, distinct=True),
        let_go=Count("receivers", filter=Q(receivers__state=ReceiverState.RELEASED), distinct=True),
    ).order_by(F("closed_at").desc(nulls_first=True), "due")


def received(node: Node) -> QuerySet[RequestReceiver]:
    """What was asked of a node, the latest first, with `given` and `read`: feedback there is, and acknowledged."""
    rows = RequestReceiver.objects.filter(node=node).select_related("request__node")
    return rows.annotate(given=given_to("pk"), read=read_of("pk")).order_by("-request__asked_at")


def given_to(receiver: str) -> Subquery:
    """The number of the latest feedback of a receiver."""
    last = Feedback.objects.filter(receiver=OuterRef(receiver)).values("receiver")
    return Subquery(last.annotate(last=Max("number")).values("last"))


def read_of(receiver: str) -> Subquery:
    """The number of the latest feedback a receiver has acknowledged."""
    last = Acknowledgement.objects.filter(receiver=OuterRef(receiver)).values("receiver")
    return Subquery(last.annotate(last=Max("up_to")).values("last"))


# --- A request --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One receiver of a request, as the one who asked sees it."""

    receiver: RequestReceiver
    owed: Owed | None  # by the receiver: its answer, or a reply
    promised: Owed | None  # to the receiver: feedback, or a reply
    handed_in: Submission | None
    given: int
    read: int
    unled: bool

    @property
    def days_late(self) -> int:
        return max((one.overdue_days for one in (self.owed, self.promised) if one), default=0)


def lines(access: Access, found: Request) -> list[Line]:
    """Every receiver the person may see, the latest first, then by name. A fixed number of queries."""
    rows = RequestReceiver.objects.filter(request=found).select_related("node", "original")
    rows = rows.annotate(given=given_to("pk"), read=read_of("pk"))
    every = list(rows)
    nodes = seen(access, {r.node_id for r in every})
    receivers = [r for r in every if r.node_id in nodes]
    of_request = {r.pk for r in receivers}
    owed = {o.receiver_id: o for o in reversed(owed_to([found.node_id], found))}
    promised = {o.receiver_id: o for o in reversed(owed_about([found.node_id], found))}
    latest = Submission.objects.filter(receiver__in=of_request).defer("figures", "text")
    handed_in = {s.receiver_id: s for s in latest.order_by("number")}
    answered_for = led(nodes)
    found_lines = [
        Line(
            r,
            owed.get(r.pk),
            promised.get(r.pk),
            handed_in.get(r.pk),
            r.given or 0,  # type: ignore[attr-defined]
            r.read or 0,  # type: ignore[attr-defined]
            r.node_id not in answered_for,
        )
        for r in receivers
    ]
    return sorted(found_lines, key=lambda line: (-max(line.days_late, 0), swedish_key(line.receiver.node.name)))


# --- A dialogue -------------------------------------------------------------------------------------------------------


@dataclass
class Turn:
    """One thing said in a dialogue: "submission", "feedback", "question" or "reply", in the order they were said."""

    kind: str
    what: Any
    url: str = ""  # of the document that was handed in, or the part of it that feedback is about
    asks: str = ""  # a question asked with it
    reply: Any = None  # Reply
    owed: Obligation | None = None  # the reply that is owed


@dataclass
class Dialogue:
    """Everything said between a receiver and the one who asked, in the order it was said."""

    receiver: RequestReceiver
    access: Access
    turns: list[Turn] = field(default_factory=list)

    @cached_property
    def submissions(self) -> list[Submission]:
        return list(self.receiver.submissions.select_related("made_by", "document__document__node", "node"))

    @cached_property
    def feedback(self) -> list[Feedback]:
        return list(self.receiver.feedback.select_related("made_by", "node", "reply_owed__reply__made_by"))

    @cached_property
    def acknowledgements(self) -> list[Acknowledgement]:
        return list(self.receiver.acknowledgements.select_related("made_by", "reply_owed__reply__made_by"))

    @cached_property
    def obligations(self) -> list[Obligation]:
        return list(self.receiver.obligations.select_related("owes", "to"))

    def open_of(self, kind: str) -> Obligation | None:
        return next((o for o in self.obligations if o.kind == kind and not o.met_at and not o.lifted_at), None)

    @property
    def answer_owed(self) -> Obligation | None:
        return self.open_of(ObligationKind.SUBMISSION)

    @property
    def feedback_owed(self) -> Obligation | None:
        return self.open_of(ObligationKind.FEEDBACK)

    @property
    def latest(self) -> Submission | None:
        return self.submissions[-1] if self.submissions else None

    @property
    def given(self) -> int:
        return self.feedback[-1].number if self.feedback else 0

    @property
    def unread(self) -> int:
        """How many pieces of feedback are not acknowledged."""
        return self.given - max((a.up_to for a in self.acknowledgements), default=0)

    @cached_property
    def said(self) -> list[Turn]:
        """What has been said, in order."""
        told: list[tuple[Any, Turn]] = [
            *((s.made_at, Turn("submission", s)) for s in self.submissions),
            *((f.made_at, _asking("feedback", f)) for f in self.feedback),
            *((a.made_at, _asking("acknowledgement", a)) for a in self.acknowledgements),
        ]
        turns = [turn for _at, turn in sorted(told, key=lambda item: item[0])]
        self._link(turns)
        return turns

    def _link(self, turns: list[Turn]) -> None:
        """Each to what it is about, as it was handed in at the time."""
        addresses = addresses_of((s.document for s in self.submissions), self.access)
        last = ""
        for turn in turns:
            if turn.kind == "submission":
                last = turn.url = addresses.get(turn.what.document_id, "")
            elif turn.kind == "feedback" and last and (part := anchor(turn.what.section)):
                turn.url = f"{last}{part}"


def _asking(kind: str, what: Feedback | Acknowledgement) -> Turn:
    owed: Obligation | None = getattr(what, "reply_owed", None)
    return Turn(kind, what, "", what.question, getattr(owed, "reply", None), owed)
