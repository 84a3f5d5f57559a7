"""When places merge: meetings that are not over, and what is agreed and not done, go to whoever carries on.

Minutes stay where they were. Called by `dialogues.succession_actions`, which finds who carries on after whom.
"""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.dialogues.models import AgreedPoint, Meeting, MeetingNode, MeetingPerson
from styrkedja.organisation.models import Node, Person

from .transitions import OPEN


@action
def follow(*, heirs: Mapping[UUID, Node], followed: Mapping[UUID, Node], by: Person | None) -> int:
    """Move them; returns how many. `followed`: the heirs of places with a successor, for a place that only ended
    concerns nobody else. Twice changes nothing."""
    moved = 0
    of_open = Meeting.objects.select_for_update(no_key=True).filter(state__in=OPEN)
    for row in of_open.filter(node__in=list(heirs)).order_by("pk"):
        Meeting.objects.filter(pk=row.pk).update(node=heirs[row.node_id])
        audit.record(Event.MEETING_CHANGED, by=by, node=heirs[row.node_id], about=row, details={"from": [row.node_id]})
        moved += 1
    of_gone = {"node__in": list(followed), "meeting__state__in": OPEN}
    there = set(MeetingNode.objects.filter(meeting__concerns__node__in=list(followed)).values_list("meeting", "node"))
    for concerned in MeetingNode.objects.filter(**of_gone).order_by("pk"):
        heir = followed[concerned.node_id]
        if (concerned.meeting_id, heir.pk) in there:
            concerned.delete()
        else:
            MeetingNode.objects.filter(pk=concerned.pk).update(node=heir)
            there.add((concerned.meeting_id, heir.pk))
    for person in MeetingPerson.objects.filter(**of_gone):
        MeetingPerson.objects.filter(pk=person.pk).update(node=followed[person.node_id])  # type: ignore[index]
    waiting = AgreedPoint.objects.select_for_update(no_key=True, of=("self",)).filter(done_at=None, dropped_at=None)
    for point in waiting.filter(node__in=list(heirs)).order_by("pk"):
        AgreedPoint.objects.filter(pk=point.pk).update(node=heirs[point.node_id])
        details = {"from": [point.node_id]}
        audit.record(Event.POINT_AGREED, by=by, node=heirs[point.node_id], about=point, details=details)
        moved += 1
    return moved
