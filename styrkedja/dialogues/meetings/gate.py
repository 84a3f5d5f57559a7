"""Who may do what with a meeting. Those called take part whatever their role; the rest follows the chain.

Who may call at the meeting's node leads it; its secretary keeps it; those who read meetings at its node, or at one it
concerns, read agenda, material and minutes, but not the notes of those who take part. What is only planned is the
callers' own (invariant 19).
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

READERS = (P.MEETING_READ, P.MEETING_CALL)


@dataclass(frozen=True)
class Standing:
    """leads: calls, moves, minutes. keeps: also the secretary: conclusions, attendance, what is agreed.
    takes_part: notes. reads: opens the page.
    """

    leads: bool
    keeps: bool
    takes_part: bool
    reads: bool


def standing_of(access: Access, meeting: Meeting) -> Standing:
    """Two queries."""
    leads = access.reaches(meeting.node_id, P.MEETING_CALL)
    rows = list(MeetingPerson.objects.filter(meeting=meeting, person=access.person).select_related("node"))
    called = any(still_there(access, row) for row in rows)
    keeps = leads or (called and meeting.secretary_id == access.person.pk)
    if meeting.state == MeetingState.PLANNED:
        return Standing(leads, keeps, keeps, keeps)
    concerned = [meeting.node_id, *queries.concerned_ids(meeting)]
    reads = called or leads or any(access.reaches(node, *READERS) for node in concerned)
    return Standing(leads, keeps, called or leads, reads)


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

    404 outside the person's scope, 403 inside it.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            access = access_of(request)
            meeting = queries.meeting(kwargs.pop("meeting_id"))
            standing = standing_of(access, meeting)
            if not getattr(standing, need):
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


def may_end(access: Access, point: AgreedPoint, standing: Standing) -> bool:
    """Who says that what was agreed is done: whoever holds it, answers for its node, or leads the meeting."""
    answers = access.reaches(point.node_id, P.REQUEST_ANSWER)
    held = point.holder_id == access.person.pk and bool(access.assignments)
    return held or answers or standing.keeps
