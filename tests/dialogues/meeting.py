"""What the tests of meetings do: plan, call, write, hold and minute; all through actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.dialogues.meetings import (
    calling_actions,
    holding_actions,
    minutes,
    minutes_actions,
    planning_actions,
    proposing,
)
from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.dialogues.models import AgendaPoint, AgreedPoint, Meeting, Minutes
from styrkedja.documents.hashing import content_hash


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def plan(world, kind="betygsdialog", *, node=None, concerns=None, people=None, who="quality", **said: Any) -> Meeting:
    """A meeting of the council today, about Björkskolan, with whoever the kind usually calls (or `people`)."""
    node = node or world.council
    by = world.person(who)
    concerns = concerns or [world.bjork]
    access = Access(by)
    usual = proposing.candidates(access.tree, node, kinds()[kind], concerns)
    called = {c.person.pk: c.node.pk for c in usual if c.usual}
    if people is not None:
        called = {world.person(key).pk: world.person(key).assignments.first().node_id for key in people}
    said = {"title": "", "period": "2024/25", "day": day(0), **said}
    return planning_actions.plan(node=node, kind=kinds()[kind], concerns=concerns, called=called, by=by, **said)


def fresh(meeting: Meeting) -> Meeting:
    return Meeting.objects.select_related("node", "follows", "secretary").get(pk=meeting.pk)


def call(world, meeting: Meeting, who="quality") -> Meeting:
    by, now = world.person(who), fresh(meeting)
    return calling_actions.call(meeting=now, access=Access(by), expected=now.version, by=by)


def called(world, kind="betygsdialog", **said: Any) -> Meeting:
    return call(world, plan(world, kind, **said), who=said.get("who", "quality"))


def point(meeting: Meeting, number: int = 1) -> AgendaPoint:
    return AgendaPoint.objects.select_related("meeting__node").get(meeting=meeting, number=number)


def note(world, meeting: Meeting, text: str, who="principal", number=1, expected=0):
    return holding_actions.save_note(point=point(meeting, number), text=text, expected=expected, by=world.person(who))


def conclude(world, meeting: Meeting, text: str, who="quality", number=1):
    row = point(meeting, number)
    said = {"text": text, "expected": row.conclusion_version}
    return holding_actions.save_conclusion(point=row, by=world.person(who), **said)


def agree(world, meeting: Meeting, what="Prova gemensamma lektionsstarter.", who="quality", **said: Any) -> AgreedPoint:
    said = {"node": world.bjork, "due": day(14), **said}
    return holding_actions.agree(meeting=fresh(meeting), what=what, by=world.person(who), **said)


def hold(world, meeting: Meeting, who="quality") -> Meeting:
    now = fresh(meeting)
    return holding_actions.hold(meeting=now, expected=now.version, by=world.person(who))


def minute(world, meeting: Meeting, notes=(), who="quality") -> Minutes:
    now = fresh(meeting)
    previewed = content_hash(minutes.put_together(now, notes))
    said = {"notes": notes, "previewed": previewed, "expected": now.version}
    return minutes_actions.establish(meeting=now, by=world.person(who), **said)


def minuted(world, kind="betygsdialog", **said: Any) -> Meeting:
    """Held and minuted, with a conclusion and an agreed point."""
    meeting = called(world, kind, **said)
    conclude(world, meeting, "Läsningen först.")
    agree(world, meeting)
    hold(world, meeting)
    minute(world, meeting)
    return fresh(meeting)
