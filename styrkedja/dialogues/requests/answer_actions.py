"""Answering: a receiver hands in; the one who asked gives feedback; each may ask back, and owes a reply.

Rows are locked as in `actions`: receivers, obligations, the trail last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.analyses import quoted
from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.dialogues.leaders import leaders_of
from styrkedja.dialogues.models import (
    Acknowledgement,
    Feedback,
    Obligation,
    ObligationKind,
    ReceiverState,
    Reply,
    RequestReceiver,
    Submission,
)
from styrkedja.documents.models import DocumentVersion
from styrkedja.organisation import mailing
from styrkedja.organisation.models import Mail, Person

from .asking_actions import locked, moved, record, some
from .transitions import Move

WORDS = ("saw", "use", "action", "question")


@action
def hand_in_document(
    *, receiver: RequestReceiver, version: DocumentVersion, expected: int, by: Person | None, text: str = ""
) -> Submission:
    """Hand in a document that exists, handed in or established. Raises Refused, Conflict."""
    wanted = receiver.request
    document = version.document
    if (document.node_id, document.kind, document.period) != (receiver.node_id, wanted.kind, wanted.period):
        raise Refused(_("Only the document that is asked for can be handed in."))
    return _hand_in(receiver, expected, by, {"document": version, "text": text})


@action
def answer_in_words(*, receiver: RequestReceiver, text: str, expected: int, by: Person | None) -> Submission:
    """Answer in words, whatever was asked for. Raises Refused, Conflict."""
    if not text.strip():
        raise Refused(_("Write an answer."))
    return _hand_in(receiver, expected, by, {"text": text})


@action
def hand_in_figures(*, receiver: RequestReceiver, expected: int, by: Person, text: str = "") -> Submission:
    """Hand in the node's figures that are asked for, as they stand now. Raises Refused if there are none, Conflict."""
    wanted = receiver.request
    figures = quoted.freeze_all(Access(by), receiver.node, wanted.period, wanted.indicators)
    if not figures:
        raise Refused(_("There are no such figures to hand in. Answer in words instead."))
    return _hand_in(receiver, expected, by, {"figures": figures, "text": text})


def _hand_in(receiver: RequestReceiver, expected: int, by: Person | None, said: dict[str, Any]) -> Submission:
    (row,) = locked([receiver.pk])
    moved(row, Move.SUBMIT, expected, by=by)
    made = Submission.objects.create(receiver=row, number=_next(Submission, row), node=row.node, made_by=by, **said)
    row.obligations.filter(kind=ObligationKind.SUBMISSION, met_at=None, lifted_at=None).update(met_at=made.made_at)
    record(Move.SUBMIT, row, by=by, number=made.number)
    return made


def _next(model: type[Submission] | type[Feedback], row: RequestReceiver) -> int:
    """The next number of a locked receiver."""
    last: int | None = model._default_manager.filter(receiver=row).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


@action
def give_feedback(
    *,
    receivers: Sequence[UUID],
    by: Person | None,
    saw: str = "",
    use: str = "",
    action: str = "",
    question: str = "",
    section: tuple[str, str] = ("", ""),
) -> list[Feedback]:
    """One text to one receiver or to many: each gets its own, which can be added to. Meets the obligation to answer.

    section: (key, words) of a part of its document, ("", "") for the whole. A question opens an obligation to reply.
    Raises Refused for a text without words, or where an answer is not accepted.
    """
    if not any(text.strip() for text in (saw, use, action)):
        raise Refused(_("Write what you saw, how it will be used or what you will do."))
    rows = locked(receivers)
    if not rows:
        raise Refused(_("Choose who gets the feedback."))
    if waiting := [row.node.name for row in rows if row.state != ReceiverState.ACCEPTED]:
        raise Refused(_("Accept the answer first: %(nodes)s.") % {"nodes": some(waiting)})
    given = [
        Feedback.objects.create(
            receiver=row,
            number=_next(Feedback, row),
            node=row.request.node,
            section=section[0],
            section_words=section[1],
            saw=saw,
            use=use,
            action=action,
            question=question.strip() and question,
            shared_with=len(rows),
            made_by=by,
        )
        for row in rows
    ]
    _meet(rows, given, by)
    return given


def _meet(rows: Sequence[RequestReceiver], given: Sequence[Feedback], by: Person | None) -> None:
    now = timezone.now()
    owed = Obligation.objects.filter(receiver__in=rows, kind=ObligationKind.FEEDBACK, met_at=None)
    ids = list(owed.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
    Obligation.objects.filter(pk__in=ids).update(met_at=now)
    for row, one in zip(rows, given, strict=True):
        if one.question:
            _reply_owed(row, owes="receiver", feedback=one)
    leaders = leaders_of([row.node_id for row in rows])
    for row in rows:
        for person in leaders.get(row.node_id, []):
            _mail(person, "feedback", row, "dialogues:receiver")
    for row, one in zip(rows, given, strict=True):
        audit.record(Event.FEEDBACK_GIVEN, by=by, node=row.node, about=row, details={"number": one.number})


def _reply_owed(row: RequestReceiver, *, owes: str, **cause: Any) -> None:
    """A question was asked: the other side owes a reply within the days the request promises."""
    sides = (row.node, row.request.node) if owes == "receiver" else (row.request.node, row.node)
    Obligation.objects.create(
        kind=ObligationKind.REPLY,
        receiver=row,
        owes=sides[0],
        to=sides[1],
        due=timezone.localdate() + dt.timedelta(days=row.request.answer_within),
        opened_at=timezone.now(),
        **cause,
    )


def _mail(to: Person, template: str, row: RequestReceiver, view: str) -> None:
    words = {"node": row.request.node if view == "dialogues:receiver" else row.node}
    path = reverse(view, args=[row.pk])
    mailing.send(to=to, kind=Mail.NEWS, template=f"dialogues/email/{template}", words=words, path=path)


@action
def acknowledge(*, receiver: RequestReceiver, up_to: int, by: Person | None, question: str = "") -> Acknowledgement:
    """The feedback up to number `up_to` has been read; a question back opens an obligation to reply.

    Raises Refused where there is no such feedback, or it is acknowledged already and nothing is asked.
    """
    (row,) = locked([receiver.pk])
    given = _next(Feedback, row) - 1
    read = row.acknowledgements.aggregate(last=Max("up_to"))["last"] or 0
    asked = question.strip() and question
    if not 1 <= up_to <= given:
        raise Refused(_("There is no feedback to acknowledge."))
    if up_to <= read and not asked:
        raise Refused(_("The feedback is acknowledged already."))
    made = Acknowledgement.objects.create(receiver=row, up_to=max(up_to, read), question=asked, made_by=by)
    if asked:
        _reply_owed(row, owes="asker", acknowledgement=made)
        if row.request.asked_by and row.request.asked_by.is_active:
            _mail(row.request.asked_by, "question", row, "dialogues:answer")
    details = {"up_to": up_to, "question": bool(asked)}
    audit.record(Event.FEEDBACK_ACKNOWLEDGED, by=by, node=row.node, about=row, details=details)
    return made


@action
def reply(*, obligation: Obligation, text: str, by: Person | None) -> Reply:
    """Answer a question that was asked back. Raises Refused without words, or when it is answered already."""
    if not text.strip():
        raise Refused(_("Write an answer."))
    (row,) = locked([obligation.receiver_id])
    owed = Obligation.objects.select_for_update(no_key=True).get(pk=obligation.pk)
    if owed.kind != ObligationKind.REPLY or owed.met_at is not None:
        raise Refused(_("The question is answered already. Your answer has not been saved."))
    made = Reply.objects.create(obligation=owed, text=text, made_by=by)
    Obligation.objects.filter(pk=owed.pk).update(met_at=made.made_at)
    audit.record(Event.QUESTION_ANSWERED, by=by, node=row.node, about=row, details={"obligation": owed.pk})
    return made
