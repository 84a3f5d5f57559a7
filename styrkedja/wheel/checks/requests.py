"""A request is answered, or is closed: what the place has asked for, and what it has been asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from styrkedja.dialogues.models import ReceiverState, Request, Submission

from .showing import Asked, Evidence, Found, Shown, Window, by_day, text

ASKS, ANSWERS = "asks", "answers"
UNTIL = {ASKS: "closed", ANSWERS: "handed_in"}  # where an activity does not say
HANDED_IN = (ReceiverState.SUBMITTED, ReceiverState.ACCEPTED)


def shown(asked: Asked) -> Shown:
    sides = {one.asks.get("as", "") for one in asked.windows}
    found: list[Found] = []
    if sides & {ASKS, ""}:
        found += _made(asked)
    if sides & {ANSWERS, ""}:
        found += _answered(asked)
    return by_day(asked, found, _fits)


def _made(asked: Asked) -> Iterator[Found]:
    """A request is one piece of evidence for those who wait until it is sent, another for until it is closed."""
    rows = Request.objects.filter(
        Q(asked_at__range=asked.moments) | Q(closed_at__range=asked.moments), node__any_of=asked.nodes
    )
    columns = (text("node"), "pk", "what", "kind", "asked_at", "closed_at", "asked_by__name", "closed_by__name")
    for node, pk, what, kind, asked_at, closed_at, asked_by, closed_by in rows.values_list(*columns):
        page = partial(reverse, "dialogues:request", args=[pk])
        for until, at, by, said in (
            ("sent", asked_at, asked_by, _("The request is sent")),
            ("closed", closed_at, closed_by, _("The request is closed")),
        ):
            if at:
                yield _found(node, (ASKS, until, what, kind), at, by, said, page)


def _answered(asked: Asked) -> Iterator[Found]:
    """Dated when the place handed in; returned, it is open again."""
    latest = Submission.objects.filter(receiver__node__any_of=asked.nodes, receiver__state__in=HANDED_IN)
    latest = latest.order_by("receiver", "-number").distinct("receiver")
    columns = (
        text("receiver__node"), "receiver", "made_at", "made_by__name", "receiver__state", "receiver__changed_at",
        "receiver__request__what", "receiver__request__kind", "receiver__request__closed_at",
    )  # fmt: skip
    for node, pk, made_at, by, state, changed_at, what, kind, closed_at in latest.values_list(*columns):
        page = partial(reverse, "dialogues:receiver", args=[pk])
        yield _found(node, (ANSWERS, "handed_in", what, kind), made_at, by, _("The answer is handed in"), page)
        if state == ReceiverState.ACCEPTED:
            yield _found(node, (ANSWERS, "accepted", what, kind), changed_at, by, _("The answer is accepted"), page)
            if closed_at:
                yield _found(node, (ANSWERS, "closed", what, kind), closed_at, by, _("The request is closed"), page)


def _found(node: str, of: tuple[str, ...], at: Any, by: str | None, said: Promise, page: Any) -> Found:
    return Found(node, of, Evidence(timezone.localdate(at), by or "", partial(str, said), page))


def _fits(one: Window, of: tuple[str, str, str, str]) -> bool:
    side, until, what, kind = of
    wanted = one.asks.get("until") or UNTIL[side]
    return one.has("as", side) and wanted == until and one.has("what", what) and one.has("kind", kind)
