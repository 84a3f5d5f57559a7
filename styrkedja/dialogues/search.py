"""Finding what is asked, answered and said back: by those who are asked, and by those who ask and see the answers; and
what came of meetings (`meetings.finding`)."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.searching import Hit, best, latest

from .meetings import finding
from .models import DialogueWords, Request, RequestReceiver, What
from .requests.reading import BELOW

ASKED = (P.DIALOGUE_READ, P.REQUEST_ANSWER)
"""Either, at a node, opens what it was asked and all that was said about that; BELOW what those below have answered."""

FIELDS = ("kind", "text", "at", "request", "receiver", "receiver__node", "receiver__node__name")


def hits(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """The best of what this person may read. Nine queries."""
    return [*_said(access, query, limit=limit), *finding.hits(access, query, limit=limit)]


def _said(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """Of requests and answers. Five queries."""
    asked, below = access.nodes_ever_for(*ASKED), access.nodes_ever_for(*BELOW)
    if not asked and not below:
        return []
    ours = Q(node__any_of=asked)
    to_us = RequestReceiver.objects.filter(ours)
    answers = RequestReceiver.objects.filter(
        ours if below <= asked else ours | Q(node__any_of=below, request__node__any_of=below)
    )
    requests = Request.objects.filter(Q(node__any_of=below) | Exists(to_us.filter(request=OuterRef("pk"))))
    words = DialogueWords.objects
    ids = [
        *latest(words.filter(receiver__in=answers), query),
        *latest(words.filter(receiver=None, request__in=requests), query),
    ]
    found = best(words.filter(pk__in=ids), query, *FIELDS, limit=limit)
    asks = Request.objects.select_related("node").in_bulk({row[4] for row in found})
    others = [pk for pk, request in asks.items() if request.node_id not in below]
    first = dict(to_us.filter(request__in=others).order_by("-node__name").values_list("request", "pk"))
    return [_hit(below, asks[row[4]], first, *row) for row in found]


def _hit(
    below: frozenset[UUID],
    request: Request,
    ours: dict[UUID, UUID],
    rank: float,
    kind: str,
    text: str,
    at: dt.datetime,
    request_id: UUID,
    receiver: UUID | None,
    node: UUID | None,
    place: str | None,
) -> Hit:
    """Who asks is led to the request or the answer, who is asked to what was asked of them."""
    asks = request.node_id in below
    if receiver is None:
        url = reverse("dialogues:request", args=[request_id]) if asks else None
    else:
        url = reverse("dialogues:answer", args=[receiver]) if asks and node in below else None
    return Hit(
        kind=str(DialogueWords.Kind(kind).label),
        title=str(request),
        place=place or request.node.name,
        period=request.period,
        url=url or reverse("dialogues:receiver", args=[receiver or ours[request_id]]),
        text=text,
        at=at.date(),
        rank=rank,
        named=request.what in (What.QUESTION, What.REFLECTION),
    )
