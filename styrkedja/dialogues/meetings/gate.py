"""Who may do what with a meeting. Those called take part whatever their role; the rest follows the chain.

Who may call at the meeting's node leads it; its secretary keeps it; those who read the dialogues of its node read its
agenda, material and minutes, but not the notes of those who take part. Everybody else who reads meetings, at its node
or at one it concerns, knows that it is held and reads its minutes once they are established, unless its kind keeps them
to the called (`catalogue.MinutesTo`). What is only planned is the callers' own (invariant 19).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from styrkedja.access.gate import Access, access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.models import AgreedPoint, Meeting, MeetingPerson, MeetingState

from . import queries
from .catalogue import minutes_for_all

READERS = (P.MEETING_READ, P.MEETING_CALL)


@dataclass(frozen=True)
class Standing:
    """leads: calls, moves, minutes. keeps: also the secretary: conclusions, attendance, what is agreed.
    asks: sends questions back as requests. takes_part: notes. reads: the work as it goes on, and everything after.
    minutes: what is established. knows: that it is held, and when.
    """

    leads: bool = False
    keeps: bool = False
    asks: bool = False
    takes_part: bool = False
    reads: bool = False
    minutes: bool = False
    knows: bool = False


def standing_of(access: Access, meeting: Meeting) -> Standing:
    """Two queries."""
    leads = access.reaches(meeting.node_id, P.MEETING_CALL)
    rows = list(MeetingPerson.objects.filter(meeting=meeting, person=access.person).select_related("node"))
    called = any(still_there(access, row) for row in rows)
    keeps = leads or (called and meeting.secretary_id == access.person.pk)
    if meeting.state == MeetingState.PLANNED:
        return Standing(leads, keeps, takes_part=keeps, reads=keeps, knows=keeps)
    asks = keeps and access.reaches(meeting.node_id, P.REQUEST_MAKE)
    reads = called or leads or access.reaches(meeting.node_id, P.DIALOGUE_READ)
    here = reads or access.reaches(meeting.node_id, *READERS)
    there = any(access.reaches(node, *READERS) for node in queries.concerned_ids(meeting))
    minuted = meeting.state == MeetingState.MINUTED and (here or (there and minutes_for_all(meeting.kind)))
    part = called or leads
    return Standing(leads, keeps, asks, takes_part=part, reads=reads, minutes=minuted, knows=here or there)


def still_there(access: Access, row: MeetingPerson) -> bool:
    """Whether somebody who was called still has a role where they were called for, or in its line (invariant 21)."""
    held = {a.node_id for a in access.assignments}
    if row.node_id is None:
        return bool(held)
    tree = access.tree
    around = {n.pk for n in tree.ancestors(row.node_id)} | tree.subtree([row.node_id])
    return bool(held & around)


def at_meeting(need: str) -> Callable[..., Any]:
    """A view of a meeting (`meeting_id` of the route becomes the meeting) for those whose standing has `need`.

    403 for those called and those who have it in their scope, 404 for everybody else.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            access = access_of(request)
            meeting = queries.meeting(kwargs.pop("meeting_id"))
            standing = standing_of(access, meeting)
            if not getattr(standing, need):
                if standing.takes_part:
                    raise PermissionDenied
                refuse(access, meeting)
            request.standing = standing  # type: ignore[attr-defined]
            return view(request, meeting, **kwargs)

        gated: Callable[..., HttpResponse] = requires()(guarded)
        return gated

    return decorate


def refuse(access: Access, meeting: Meeting) -> None:
    """Raises as the gate does: Http404 outside the person's scope, PermissionDenied inside."""
    visible_node(access, meeting.node_id, (), any_day=True)
    raise PermissionDenied


def reads_what_was_agreed(standing: Standing) -> bool:
    """What was agreed or proposed is read with the meeting, and as it stands in its minutes."""
    return standing.reads or standing.minutes


def may_end(access: Access, point: AgreedPoint, standing: Standing) -> bool:
    """Who says that what was agreed is done: whoever holds it, answers for its node, or leads the meeting."""
    answers = access.reaches(point.node_id, P.REQUEST_ANSWER)
    held = point.holder_id == access.person.pk and bool(access.assignments)
    return held or answers or standing.keeps
