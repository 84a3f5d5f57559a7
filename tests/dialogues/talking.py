"""What the tests of dialogues do: ask the world's units, hand in, accept, give feedback; all through actions."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from styrkedja.dialogues.models import Obligation, ObligationKind, Request, RequestReceiver, What
from styrkedja.dialogues.requests import answer_actions, asking_actions


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def ask(world, *, of=None, who="quality", node=None, **said) -> Request:
    """A question of the council's quality lead to Björkskolan and Ekskolan."""
    said = {
        "what": What.QUESTION,
        "text": "Hur arbetar ni med studiero?",
        "purpose": "Underlag till nämndens dialogdag.",
        "due": day(10),
        **said,
    }
    receivers = [world.bjork, world.ek] if of is None else of
    return asking_actions.send_request(node=node or world.council, receivers=receivers, by=world.person(who), **said)


def of(request: Request, node) -> RequestReceiver:
    """The node's part of a request, as it stands in the database."""
    return RequestReceiver.objects.select_related("request", "node").get(request=request, node=node)


def hand_in(world, row: RequestReceiver, text="Vi börjar varje lektion likadant.", who="principal"):
    row = of(row.request, row.node)
    return answer_actions.answer_in_words(receiver=row, text=text, expected=row.version, by=world.person(who))


def accept(world, *rows: RequestReceiver, who="quality"):
    versions = {row.pk: RequestReceiver.objects.get(pk=row.pk).version for row in rows}
    return asking_actions.accept(receivers=versions, by=world.person(who))


def feedback(world, *rows: RequestReceiver, who="quality", **said):
    said = {"saw": "Tydliga rutiner.", "use": "Lyfts på dialogdagen.", **said}
    return answer_actions.give_feedback(receivers=[row.pk for row in rows], by=world.person(who), **said)


def close(world, request: Request, who="quality") -> None:
    now = Request.objects.get(pk=request.pk)
    asking_actions.close(request=now, expected=now.version, by=world.person(who))


def open_kinds(row: RequestReceiver) -> list[str]:
    """Kinds of what is owed about a receiver now, sorted."""
    return sorted(Obligation.objects.filter(receiver=row, met_at=None, lifted_at=None).values_list("kind", flat=True))


__all__ = ["Obligation", "ObligationKind", "accept", "ask", "close", "day", "feedback", "hand_in", "of", "open_kinds"]
