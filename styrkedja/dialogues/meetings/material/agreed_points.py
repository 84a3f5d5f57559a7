"""What the last meeting agreed, as it stood when the call went out; the meeting's page tells how it stands now."""

from __future__ import annotations

import datetime as dt
from typing import Any

from styrkedja.dialogues.meetings.queries import since_last
from styrkedja.dialogues.models import AgreedPoint

from .figures import Seen
from .scope import Scope


def build(scope: Scope) -> dict[str, Any]:
    meeting = scope.meeting
    last = meeting.follows
    return {
        "meeting": {"id": str(last.pk), "title": last.title, "day": last.day.isoformat()} if last else None,
        "points": [kept(point) for point in since_last(meeting)],
    }


def kept(point: AgreedPoint) -> dict[str, Any]:
    """As material and minutes keep it. state: "open", "done" or "dropped"."""
    return {
        "id": str(point.pk),
        "what": point.what,
        "who": point.holder.name if point.holder else "",
        "node": point.node.name,
        "due": point.due.isoformat(),
        "state": "done" if point.done_at else "dropped" if point.dropped_at else "open",
        "words": point.done_words or point.dropped_reason,
    }


def show(body: dict[str, Any], seen: Seen) -> dict[str, Any]:  # noqa: ARG001 - no figures here
    last = body["meeting"]
    day = dt.date.fromisoformat
    return {
        "last": {**last, "day": day(last["day"])} if last else None,
        "points": [{**point, "due": day(point["due"])} for point in body["points"]],
    }
