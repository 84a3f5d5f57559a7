"""Röda tråden as a page, opened from a goal, an initiative, a decision or a need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.queries import may_read
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.documents.retention import still_there
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.frame import queries as frame
from styrkedja.plans.initiatives import queries as initiatives

from . import queries
from . import thread as threads
from .outline import Outline


@requires(*queries.READ, node=queries.node_of, any_day=True)
@require_GET
def thread(request: HttpRequest, goal_id: UUID) -> HttpResponse:
    """The thread of a goal."""
    access = access_of(request)
    found = queries.goal_to_read(access, goal_id, queries.alone())
    return _page(request, found.node, threads.of_goal(access, found), about=found.title)


@requires(*initiatives.READ, node=initiatives.node_of, any_day=True)
@require_GET
def initiative_thread(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """The thread an initiative hangs in."""
    access, found = access_of(request), initiatives.initiative(initiative_id)
    here = initiatives.answering(found.node, None)
    initiatives.readable(access, found, here)
    return _page(request, found.node, threads.of_initiative(access, found), about=found.title)


@requires(P.PLAN_READ, node=frame.node_of_decision, any_day=True)
@require_GET
def decision_thread(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """All that carries a decision out."""
    access, found = access_of(request), frame.decision(decision_id)
    return _page(request, found.node, threads.of_decision(access, found), about=found.title)


def version(version_id: UUID) -> DocumentVersion:
    """An established analysis. Raises Http404."""
    return get_object_or_404(
        DocumentVersion.objects.select_related("document__node"),
        pk=version_id,
        document__kind=DocumentKind.ANALYSIS,
        state=DocumentState.ESTABLISHED,
    )


def node_of_need(version_id: UUID, **_: Any) -> Node:
    return version(version_id).document.node


@requires(P.PLAN_READ, node=node_of_need, any_day=True)
@require_GET
def need_thread(request: HttpRequest, version_id: UUID, need_id: UUID) -> HttpResponse:
    """What has come of a need of an established analysis."""
    access, source = access_of(request), version(version_id)
    if not may_read(access, source.document.node, DocumentState.ESTABLISHED):
        raise PermissionDenied
    still_there(source.document)
    need = threads.need_in(source, need_id)
    if need is None:
        raise Http404
    found = threads.of_need(access, need_id)
    analysis = queries.analyses_of([source.pk]).get(source.pk)
    found.needs = [{"text": need["text"], "need": need_id, "source": source, "analysis": analysis}]
    return _page(request, source.document.node, found, about=need["text"])


def _page(request: HttpRequest, node: Node, found: threads.Thread, *, about: str) -> HttpResponse:
    outline = Outline(found)
    above = [
        replace(knot, initiatives=[], below=[]) for knot in found.goals_above
    ]  # a line each, what hangs there apart
    context = {
        "thread": found,
        "about": about,
        "above": outline.goals(above),
        "goals": outline.goals(found.goals),
        "loose": outline.initiatives(found.loose),
        "tally": outline.tally,
        "folded": outline.folded,
    }
    return render(request, "plans/goals/thread.html", {**node_shell(access_of(request), node, "whereto"), **context})
