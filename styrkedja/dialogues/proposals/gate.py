"""Who may do what with a proposal: who keeps the meeting writes it, who reads the meeting reads it, and whoever enters
decisions where it is to be decided. A decided one is read by all who read decisions there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.meetings.gate import reads_what_was_agreed, refuse, standing_of
from styrkedja.dialogues.models import Proposal

from . import queries


def may(access: Access, found: Proposal, need: str) -> bool:
    """need: "reads", "keeps" or "enters"."""
    enters = queries.may_enter(access, found)
    if need == "enters":
        return enters
    standing = standing_of(access, found.meeting)
    if need == "keeps":
        return standing.keeps
    decided = found.decision_id is not None and access.reaches(found.node_id, P.PLAN_READ)
    return enters or reads_what_was_agreed(standing) or decided


def at_proposal(need: str) -> Callable[..., Any]:
    """A view of a proposal (`proposal_id` of the route becomes it). 404 outside the person's scope, 403 inside."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            access, found = access_of(request), queries.proposal(kwargs.pop("proposal_id"))
            if not may(access, found, need):
                refuse(access, found.meeting)
            return view(request, found, **kwargs)

        gated: Callable[..., HttpResponse] = requires()(guarded)
        return gated

    return decorate
