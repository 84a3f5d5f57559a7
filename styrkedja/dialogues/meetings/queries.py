"""Reading meetings: one by one, those of a node, and what was agreed. Queries do not grow with the rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.models import (
    AgendaPoint,
    AgreedPoint,
    Meeting,
    MeetingNode,
    MeetingPerson,
    MeetingQuestion,
    MeetingState,
    PointNote,
    Proposal,
    SeminarNote,
    SeminarStep,
)
from styrkedja.organisation.models import Node, Person

from .catalogue import Concerns, kinds

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


def line(node_id: UUID, kind: str, subject: str, concerned: Collection[UUID]) -> QuerySet[Meeting]:
    """The meetings that follow one another: of a node, a kind and a subject, about some of the same places.

    What was agreed with one school is not read by the next: only kinds about every unit do without a place in common.
    """
    found = Meeting.objects.filter(node=node_id, kind=kind, subject=subject)
    known = kinds().get(kind)
    if known is not None and known.concerns == Concerns.ALL:
        return found
    return found.filter(pk__in=MeetingNode.objects.filter(node__any_of=concerned).values("meeting"))


def last_before(of: QuerySet[Meeting], day: dt.date) -> Meeting | None:
    """The meeting of a `line` that was last held before a day."""
    held = of.filter(day__lt=day, state__in=[MeetingState.HELD, MeetingState.MINUTED])
    return held.order_by("-day", "-starts").first()


def last_of(found: Meeting) -> Meeting | None:
    """The meeting it follows, as things stand now."""
    return last_before(line(found.node_id, found.kind, found.subject, concerned_ids(found)), found.day)


def left_something(found: Meeting) -> bool:
    """Whether something would go with the meeting if it were cancelled. What is noted ahead of its day is preparation:
    it stays on the page."""
    points = AgendaPoint.objects.filter(meeting=found)
    held: list[QuerySet[Any]] = [
        points.filter(conclusion__regex=r"\S"),
        AgreedPoint.objects.filter(meeting=found),
        MeetingQuestion.objects.filter(meeting=found),
        Proposal.objects.filter(meeting=found, withdrawn_at=None),
    ]
    if found.day <= timezone.localdate():
        held.append(PointNote.objects.filter(point__in=points, text__regex=r"\S"))
        held.append(SeminarNote.objects.filter(meeting=found, text__regex=r"\S"))
    return any(rows.exists() for rows in held)


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
    before = line(found.node_id, found.kind, found.subject, concerned_ids(found)).filter(day__lte=found.follows.day)
    still = Q(done_at=None, dropped_at=None, meeting__in=before.exclude(pk=found.pk))
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


def called_to(person: Person, since: dt.date) -> list[MeetingPerson]:
    """The meetings the person is or was called to: those of a day or later, and those that are not over; by day."""
    going_on = Q(meeting__state__in=[MeetingState.CALLED, MeetingState.HELD])
    found = MeetingPerson.objects.filter(Q(meeting__day__gte=since) | going_on, person=person)
    found = found.exclude(meeting__state=MeetingState.PLANNED).select_related("meeting__node")
    return list(found.order_by("meeting__day", "meeting__starts", "meeting__title"))
