"""Reading a reflection: each question with what is written, what was answered last time, and what colleagues say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.models import EarlierText
from styrkedja.dialogues.forms import VersionForm
from styrkedja.dialogues.models import ReceiverState, ReflectionAnswer, ReflectionComment, RequestReceiver, What

from .actions import WRITTEN_IN_STATES
from .forms import ReflectionForm

HANDED_IN = (ReceiverState.SUBMITTED, ReceiverState.ACCEPTED)
LOOKED_THROUGH = 30  # earlier answers of the place, the latest


@dataclass
class Part:
    """One question. before: the answer last time the same was asked; None the first time."""

    question: str
    answer: ReflectionAnswer
    form: ReflectionForm
    before: ReflectionAnswer | None
    comments: list[ReflectionComment] = field(default_factory=list)
    earlier: list[EarlierText] = field(default_factory=list)


def may_read_draft(access: Access, found: RequestReceiver) -> bool:
    """Those who answer for the place, and their colleagues. Whoever asked reads what is handed in."""
    return access.reaches(found.node_id, P.REQUEST_ANSWER, P.ANSWER_TALK)


def context(access: Access, found: RequestReceiver) -> dict[str, Any]:
    """What the receiver's page needs beside the rest; nothing where it is no reflection or not this person's. Four
    queries."""
    if found.request.what != What.REFLECTION or not may_read_draft(access, found):
        return {}
    is_open = found.state in WRITTEN_IN_STATES
    return {
        "parts": parts(found) if is_open else talked_over(parts(found)),
        "reflecting": is_open,
        "hand_in_form": VersionForm(initial={"version": found.version}, auto_id="reflection-%s"),
        "may_talk": is_open and access.can(P.ANSWER_TALK, found.node),
    }


def being_written(nodes: Collection[UUID]) -> list[RequestReceiver]:
    """Reflections these places are writing, the first due first."""
    rows = RequestReceiver.objects.filter(
        node__in=nodes, request__what=What.REFLECTION, state__in=WRITTEN_IN_STATES, request__closed_at=None
    )
    return list(rows.select_related("request", "node").order_by("request__due", "node__name"))


def talked_over(every: list[Part]) -> list[Part]:
    """After the handing in: the questions somebody has said something about."""
    return [part for part in every if part.comments]


def parts(found: RequestReceiver) -> list[Part]:
    answers = list(ReflectionAnswer.objects.filter(receiver=found).select_related("changed_by").order_by("number"))
    before = _last_time(found)
    said: dict[int, list[ReflectionComment]] = defaultdict(list)
    for one in ReflectionComment.objects.filter(receiver=found).select_related("made_by"):
        said[one.number].append(one)
    kept: dict[Any, list[EarlierText]] = defaultdict(list)
    for text in EarlierText.objects.filter(row_id__in=[a.pk for a in answers]).select_related("by"):
        kept[text.row_id].append(text)
    return [
        Part(q, a, ReflectionForm(answer=a, question=q), before.get(_same(q)), said[a.number], kept[a.pk])
        for q, a in zip(found.request.questions, answers, strict=True)
    ]


def _last_time(found: RequestReceiver) -> dict[str, ReflectionAnswer]:
    """By question: what the place answered when it was last asked the same."""
    rows = ReflectionAnswer.objects.filter(
        receiver__node=found.node_id,
        receiver__state__in=HANDED_IN,
        receiver__request__asked_at__lt=found.request.asked_at,
    ).select_related("receiver__request")
    latest: dict[str, ReflectionAnswer] = {}
    for row in rows.order_by("-receiver__request__asked_at", "number")[:LOOKED_THROUGH]:
        latest.setdefault(_same(row.receiver.request.questions[row.number - 1]), row)
    return latest


def _same(question: str) -> str:
    return " ".join(question.casefold().split())
