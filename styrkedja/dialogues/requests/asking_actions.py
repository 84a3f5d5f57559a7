"""Asking: a request is sent to nodes below, postponed and closed; answers are accepted, returned or let go.

Rows are locked in one order: request, receivers, obligations; the trail last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.writing import action, save_version
from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import (
    MOST_QUESTIONS,
    Obligation,
    ObligationKind,
    ReceiverState,
    ReflectionAnswer,
    Request,
    RequestReceiver,
    What,
)
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Node, Person
from styrkedja.organisation.tree import tree_on

from .transitions import TRANSITIONS, Move

TITLE = 120  # characters of a question that stand for it in lists
NAMED = 3  # places named in a sentence that could name hundreds


@action
def send_request(
    *,
    node: Node,
    receivers: Sequence[Node],
    what: What,
    purpose: str,
    due: dt.date,
    by: Person | None,
    text: str = "",
    kind: str = "",
    period: str = "",
    indicators: Sequence[str] = (),
    questions: Sequence[str] = (),
    answer_within: int = 21,
) -> Request:
    """Ask nodes below `node`; each owes an answer by `due`. Raises Refused for a purpose that is not told, or a place
    that does not lie below."""
    _check_request(node, receivers, purpose, due)
    if (what == What.REFLECTION) != (1 <= len(questions) <= MOST_QUESTIONS):
        raise Refused(_("A reflection has one to three questions."))
    request = Request.objects.create(
        node=node,
        original=node,
        asked_by=by,
        what=what,
        kind=kind,
        period=period,
        indicators=list(indicators),
        title=" ".join((questions[0] if questions else text).split())[:TITLE],
        text=text,
        questions=list(questions),
        purpose=purpose,
        due=due,
        answer_within=answer_within,
    )
    asked = [
        RequestReceiver(request=request, node=n, original=n, changed_by=by)
        for n in {n.pk: n for n in receivers}.values()
    ]
    RequestReceiver.objects.bulk_create(asked)
    Obligation.objects.bulk_create(answer_owed(receiver, due) for receiver in asked)
    numbers = range(1, len(questions) + 1)
    ReflectionAnswer.objects.bulk_create(ReflectionAnswer(receiver=one, number=n) for one in asked for n in numbers)
    _tell(asked, "asked", {"node": node, "due": date_format(due, "Y-m-d")})
    details = {"receivers": len(asked), "due": due}
    audit.record(Event.REQUEST_SENT, by=by, node=node, about=request, details=details)
    return request


def _check_request(node: Node, receivers: Sequence[Node], purpose: str, due: dt.date) -> None:
    if not purpose.strip():
        raise Refused(_("Write what the answers will be used for. Those asked are told so."))
    if due < timezone.localdate():
        raise Refused(_("Choose a due date that has not passed."))
    if not receivers:
        raise Refused(_("Choose who is asked."))
    below = tree_on(timezone.localdate()).subtree([node.pk]) - {node.pk}
    if outside := [n.name for n in receivers if n.pk not in below]:
        raise Refused(_("Only places below can be asked: %(nodes)s.") % {"nodes": some(outside)})


def answer_owed(receiver: RequestReceiver, due: dt.date) -> Obligation:
    """The receiver's obligation to answer, not saved."""
    return Obligation(
        kind=ObligationKind.SUBMISSION,
        receiver=receiver,
        owes=receiver.node,
        to=receiver.request.node,
        due=due,
        opened_at=timezone.now(),
    )


def some(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - NAMED
    listed = ", ".join(names[:NAMED])
    return _("%(names)s and %(count)s more") % {"names": listed, "count": more} if more > 0 else listed


def _tell(receivers: Sequence[RequestReceiver], template: str, words: Mapping[str, Any]) -> None:
    """A mail to those who answer for each receiver: that something waits, and a link."""
    leaders = leaders_of([r.node_id for r in receivers])
    for receiver in receivers:
        for person in leaders.get(receiver.node_id, []):
            mailing.send(
                to=person,
                kind=Mail.NEWS,
                template=f"dialogues/email/{template}",
                words=words,
                path=reverse("dialogues:receiver", args=[receiver.pk]),
            )


@action
def postpone(*, request: Request, due: dt.date, expected: int, by: Person | None) -> None:
    """Another due date, also for what is owed already. Raises Refused when closed or for a day gone by, Conflict."""
    if not request.is_open:
        raise Refused(_("The request is closed. Nothing was changed."))
    if due < timezone.localdate():
        raise Refused(_("Choose a due date that has not passed."))
    before = request.due
    save_version(request, expected=expected, fields={"due": due})
    owed = Obligation.objects.filter(receiver__request=request, kind=ObligationKind.SUBMISSION, met_at=None)
    owed.filter(lifted_at=None).update(due=due)
    details = {"due": due, "before": before}
    audit.record(Event.REQUEST_CHANGED, by=by, node=request.node, about=request, details=details)


@action
def close(*, request: Request, expected: int, by: Person | None) -> None:
    """Close a request whose every receiver has its feedback or is released with a reason (invariant 6).

    Raises Refused naming those still unanswered, Conflict if it was changed after version `expected`.
    """
    locked = Request.objects.select_for_update(no_key=True).get(pk=request.pk)
    if not locked.is_open:
        raise Refused(_("The request is closed already."))
    waiting, unanswered, asking = _unfinished(locked)
    if unanswered:
        raise Refused(_("You owe feedback to %(nodes)s. Give it first, then close.") % {"nodes": some(unanswered)})
    if asking:
        raise Refused(_("%(nodes)s asked back. Reply first, then close.") % {"nodes": some(asking)})
    if waiting:
        told = {"nodes": some(waiting)}
        raise Refused(_("No answer is accepted from %(nodes)s. Accept it, or release the place with a reason.") % told)
    save_version(locked, expected=expected, fields={"closed_at": timezone.now(), "closed_by": by})
    audit.record(Event.REQUEST_CLOSED, by=by, node=locked.node, about=locked)


def _unfinished(request: Request) -> tuple[list[str], list[str], list[str]]:
    """Names of places without an accepted answer, without feedback, and with a question of theirs unanswered."""
    rows = list(request.receivers.select_related("node").order_by("node__name"))
    owed = Obligation.objects.filter(receiver__request=request, met_at=None, lifted_at=None)
    open_ones = {(o.receiver_id, o.kind) for o in owed.exclude(kind=ObligationKind.REPLY, acknowledgement=None)}
    done = (ReceiverState.ACCEPTED, ReceiverState.RELEASED)
    return (
        [r.node.name for r in rows if r.state not in done],
        [r.node.name for r in rows if (r.pk, ObligationKind.FEEDBACK) in open_ones],
        [r.node.name for r in rows if (r.pk, ObligationKind.REPLY) in open_ones],
    )


# --- The answers ------------------------------------------------------------------------------------------------------


@action
def accept(*, receivers: Mapping[UUID, int], by: Person | None) -> list[RequestReceiver]:
    """Accept answers, all or none: {id of the receiver: the version one has read}. Opens the obligation to answer.

    Raises Refused if one is not handed in, Conflict if one was changed since.
    """
    now, today = timezone.now(), timezone.localdate()
    accepted = [moved(row, Move.ACCEPT, receivers[row.pk], by=by) for row in locked(receivers)]
    Obligation.objects.bulk_create(
        Obligation(
            kind=ObligationKind.FEEDBACK,
            receiver=row,
            owes=row.request.node,
            to=row.node,
            due=today + dt.timedelta(days=row.request.answer_within),
            opened_at=now,
        )
        for row in accepted
    )
    for row in accepted:
        record(Move.ACCEPT, row, by=by)
    return accepted


@action
def return_answer(
    *, receiver: RequestReceiver, reason: str, due: dt.date, expected: int, by: Person | None
) -> RequestReceiver:
    """Give an answer back with a reason; a new one is owed by `due`. Raises Refused and Conflict."""
    if not reason.strip():
        raise Refused(_("Write why it is returned. The one who answers reads it."))
    if due < timezone.localdate():
        raise Refused(_("Choose a due date that has not passed."))
    (row,) = locked([receiver.pk])
    moved(row, Move.RETURN, expected, by=by, reason=reason)
    answer_owed(row, due).save(force_insert=True)
    _tell([row], "returned", {"node": row.request.node, "due": date_format(due, "Y-m-d")})
    record(Move.RETURN, row, by=by, due=due)
    return row


@action
def release(*, receiver: RequestReceiver, reason: str, expected: int, by: Person | None) -> RequestReceiver:
    """No answer is waited for any more, and why. Raises Refused and Conflict."""
    if not reason.strip():
        raise Refused(_("Write why the place is released. The reason stands with the request."))
    (row,) = locked([receiver.pk])
    moved(row, Move.RELEASE, expected, by=by, reason=reason)
    still = row.obligations.filter(kind=ObligationKind.SUBMISSION, met_at=None, lifted_at=None)
    still.update(lifted_at=timezone.now())
    record(Move.RELEASE, row, by=by, released=True)
    return row


def locked(ids: Mapping[UUID, int] | Sequence[UUID]) -> list[RequestReceiver]:
    """The receivers, locked in one order, with request and node."""
    rows = RequestReceiver.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=list(ids))
    return list(rows.select_related("request__node", "request__asked_by", "node").order_by("pk"))


def moved(row: RequestReceiver, move: Move, expected: int, *, by: Person | None, reason: str = "") -> RequestReceiver:
    """Make a move of the table with a locked row. Raises Refused where it cannot be made, Conflict."""
    transition = TRANSITIONS[move]
    if row.state not in transition.sources:
        raise Refused(str(transition.refusal) % {"node": row.node})
    if row.version != expected:
        raise Conflict(row)
    fields = {"state": transition.target, "reason": reason, "changed_by": by, "changed_at": timezone.now()}
    return save_version(row, expected=expected, fields=fields)


def record(move: Move, row: RequestReceiver, *, by: Person | None, **details: Any) -> None:
    audit.record(TRANSITIONS[move].event, by=by, node=row.node, about=row, details=details)
