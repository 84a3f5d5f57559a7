"""Reading meetings: one by one, those of a node, and what was agreed. Queries do not grow with the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.models import AgreedPoint, Meeting, MeetingNode, MeetingPerson, MeetingState, SeminarStep
from styrkedja.organisation.models import Node, Person

from .catalogue import kinds

SHOWN = 100  # meetings of a node that have been, the latest


def meetings() -> QuerySet[Meeting]:
    return Meeting.objects.select_related("node", "original", "secretary", "called_by", "follows")


def meeting(meeting_id: UUID) -> Meeting:
    """Raises Http404."""
    return get_object_or_404(meetings(), pk=meeting_id)


def alone_first(found: Meeting) -> bool:
    """A seminar that goes on before its steps are all shown: what one thinks is written there, each alone, and not on
    the agenda, where everybody called reads it at once."""
    kind = kinds().get(found.kind)
    works_alone = kind is not None and kind.method == "seminar"
    return works_alone and found.state == MeetingState.CALLED and found.revealed < len(SeminarStep)


def concerned_ids(found: Meeting) -> list[UUID]:
    return list(MeetingNode.objects.filter(meeting=found).values_list("node_id", flat=True))


def concerned(found: Meeting) -> list[Node]:
    """The nodes a meeting concerns, by name."""
    rows = MeetingNode.objects.filter(meeting=found).select_related("node")
    return sorted((row.node for row in rows), key=lambda n: n.name.casefold())


@dataclass(frozen=True)
class OfNode:
    """A node's meetings: to come, being worked on after the day, and ended; those to come first in time first."""

    coming: list[Meeting]
    to_finish: list[Meeting]
    ended: list[Meeting]


def of_node(access: Access, node: Node) -> OfNode:
    """Meetings a node calls or is concerned by, as far as this person may see them. Two queries."""
    about = Q(node=node) | Q(pk__in=MeetingNode.objects.filter(node=node).values("meeting"))
    leads = access.nodes_ever_for(P.MEETING_CALL)
    found = list(
        meetings()
        .filter(about)
        .filter(~Q(state=MeetingState.PLANNED) | Q(node__any_of=leads) | Q(secretary=access.person))
        .order_by("-day", "starts", "title")
    )
    waits = [m for m in found if m.state in (MeetingState.PLANNED, MeetingState.CALLED)]
    coming = sorted((m for m in waits if m.day >= access.today), key=lambda m: (m.day, m.starts or dt.time.min))
    past = [m for m in waits if m.day < access.today] + [m for m in found if m.state == MeetingState.HELD]
    ended = [m for m in found if m.state in (MeetingState.MINUTED, MeetingState.CANCELLED)][:SHOWN]
    return OfNode(coming, sorted(past, key=lambda m: m.day), ended)


def last_before(node: Node, kind: str, day: dt.date) -> Meeting | None:
    """The meeting of the same kind that was last held at the node before a day."""
    held = Meeting.objects.filter(
        node=node, kind=kind, day__lt=day, state__in=[MeetingState.HELD, MeetingState.MINUTED]
    )
    return held.order_by("-day", "-starts").first()


# What was agreed.


def agreed_points() -> QuerySet[AgreedPoint]:
    return AgreedPoint.objects.select_related("meeting__node", "holder", "node", "point", "done_by")


def agreed(agreed_id: UUID) -> AgreedPoint:
    """Raises Http404."""
    return get_object_or_404(agreed_points(), pk=agreed_id)


def since_last(found: Meeting) -> list[AgreedPoint]:
    """What the last meeting agreed, with its state, and what meetings of the kind before it left open; by date."""
    if found.follows_id is None or found.follows is None:
        return []
    line = Meeting.objects.filter(node=found.node_id, kind=found.kind, day__lte=found.follows.day)
    still = Q(done_at=None, dropped_at=None, meeting__in=line.exclude(pk=found.pk))
    return list(agreed_points().filter(Q(meeting=found.follows_id) | still).order_by("due", "created_at"))


def open_agreed(person: Person, nodes: Collection[UUID]) -> list[AgreedPoint]:
    """As `still_to_do`, with what their pages show."""
    return list(still_to_do(person, nodes).select_related("meeting__node", "holder", "node", "point", "done_by"))


def still_to_do(person: Person, nodes: Collection[UUID]) -> QuerySet[AgreedPoint]:
    """What is agreed and neither done nor dropped: held by the person, or by whoever answers for one of the nodes."""
    mine = Q(holder=person) | Q(holder=None, node__any_of=nodes)
    left = Q(holder__isnull=False, holder__is_active=False, node__any_of=nodes)
    found = AgreedPoint.objects.filter(mine | left, done_at=None, dropped_at=None)
    return found.exclude(meeting__state=MeetingState.CANCELLED).order_by("due", "created_at")


def called_to(person: Person, since: dt.date) -> list[UUID]:
    """Ids of the meetings the person is or was called to, of a day or later."""
    found = MeetingPerson.objects.filter(person=person, meeting__day__gte=since)
    return list(found.exclude(meeting__state=MeetingState.PLANNED).values_list("meeting", flat=True))
