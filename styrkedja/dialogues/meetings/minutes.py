"""The body of minutes: what a meeting was, who came, what was concluded, agreed, asked and proposed, as plain data.

Shape (ids are texts, days ISO):
    {"schema": 1, "kind", "kind_name": words, "title", "node": {"id", "name"}, "period", "day", "starts", "ends",
     "place", "purpose", "secretary", "nodes": [{"id", "name"}],
     "people": [{"id", "name", "node", "attended": true | false | null}],
     "points": [{"id", "number", "title", "conclusion", "notes": [{"id", "by", "text"}]}],
     "agreed": [{"id", "what", "who", "node", "due", "state", "words"}],
     "questions": [{"request", "to", "text", "due"}],
     "proposals": [{"id", "kind", "title", "text", "ground"}], "edition"}
Words are {"sv", "en"}.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Max

from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.models import (
    AgendaPoint,
    Material,
    Meeting,
    MeetingPerson,
    MeetingQuestion,
    PointNote,
    Proposal,
    RequestReceiver,
)

from . import queries
from .catalogue import kinds
from .material.agreed_points import kept

Body = dict[str, Any]


def put_together(meeting: Meeting, notes: Collection[UUID] = ()) -> Body:
    """The minutes as the meeting stands now, with the notes chosen to be in. A fixed number of queries."""
    kind = kinds().get(meeting.kind)
    name = {"sv": kind.sv, "en": kind.en} if kind else {"sv": meeting.kind, "en": meeting.kind}
    edition = Material.objects.filter(meeting=meeting).aggregate(last=Max("edition"))["last"]
    return {
        "schema": 1,
        "kind": meeting.kind,
        "kind_name": name,
        "title": meeting.title,
        "node": {"id": str(meeting.node_id), "name": meeting.node.name},
        "period": meeting.period,
        "day": meeting.day.isoformat(),
        "starts": meeting.starts.isoformat("minutes") if meeting.starts else "",
        "ends": meeting.ends.isoformat("minutes") if meeting.ends else "",
        "place": meeting.place,
        "purpose": meeting.purpose,
        "secretary": meeting.secretary.name if meeting.secretary else "",
        "nodes": [{"id": str(n.pk), "name": n.name} for n in queries.concerned(meeting)],
        "people": _people(meeting),
        "points": _points(meeting, notes),
        "agreed": [kept(p) for p in queries.agreed_points().filter(meeting=meeting).order_by("due", "created_at")],
        "questions": _questions(meeting),
        "proposals": _proposals(meeting),
        "edition": edition or 0,
    }


def _people(meeting: Meeting) -> list[Body]:
    rows = MeetingPerson.objects.filter(meeting=meeting).select_related("person", "node")
    return [
        {"id": str(r.person_id), "name": r.person.name, "node": r.node.name if r.node else "", "attended": r.attended}
        for r in sorted(rows, key=lambda r: swedish_key(r.person.name))
    ]


def _points(meeting: Meeting, chosen: Collection[UUID]) -> list[Body]:
    notes: dict[UUID, list[Body]] = defaultdict(list)
    found = PointNote.objects.filter(point__meeting=meeting, pk__in=list(chosen)).exclude(text="")
    for note in found.select_related("person").order_by("changed_at", "pk"):
        notes[note.point_id].append({"id": str(note.pk), "by": note.person.name, "text": note.text})
    return [
        {"id": str(p.pk), "number": p.number, "title": p.title, "conclusion": p.conclusion, "notes": notes[p.pk]}
        for p in AgendaPoint.objects.filter(meeting=meeting).order_by("number")
    ]


def _questions(meeting: Meeting) -> list[Body]:
    asked = list(
        MeetingQuestion.objects.filter(meeting=meeting).select_related("request").order_by("request__asked_at")
    )
    to: dict[UUID, list[str]] = defaultdict(list)
    for row in RequestReceiver.objects.filter(request__in=[q.request_id for q in asked]).select_related("node"):
        to[row.request_id].append(row.node.name)
    return [
        {
            "request": str(q.request_id),
            "to": ", ".join(sorted(to[q.request_id])),
            "text": q.request.text,
            "due": q.request.due.isoformat(),
        }
        for q in asked
    ]


def _proposals(meeting: Meeting) -> list[Body]:
    rows = Proposal.objects.filter(meeting=meeting, withdrawn_at=None).order_by("position", "created_at")
    return [{"id": str(p.pk), "kind": p.kind, "title": p.title, "text": p.text, "ground": p.ground} for p in rows]


def shown(body: Body) -> Body:
    """For a template: days as days, and who came, who did not and of whom nobody has said."""
    day = dt.date.fromisoformat
    people = body["people"]
    return {
        **body,
        "day": day(body["day"]),
        "agreed": [{**one, "due": day(one["due"])} for one in body["agreed"]],
        "questions": [{**one, "due": day(one["due"])} for one in body["questions"]],
        "present": [p for p in people if p["attended"]],
        "absent": [p for p in people if p["attended"] is False],
        "unsaid": [p for p in people if p["attended"] is None],
    }
