"""Reading plans: who may read what, the plan one asks for, those of a node, and what is said about them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from styrkedja.access.gate import Access, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses.models import EarlierText
from styrkedja.analyses.queries import UNDO_DAYS
from styrkedja.core import periods
from styrkedja.documents import queries as documents
from styrkedja.documents.models import Document, DocumentState, DocumentVersion
from styrkedja.documents.retention import still_there
from styrkedja.organisation.models import Node
from styrkedja.plans.models import OperationalPlan, PlanComment, PlanRow
from styrkedja.plans.models.operational import PLAN_ROWS

from . import plan_types
from .staff import staff_nodes

DRAFT = (P.PLAN_READ_DRAFT, P.PLAN_WRITE)
SUBMITTED = (*DRAFT, P.PLAN_DECIDE, P.DOCUMENT_RETURN, P.DIALOGUE_READ)
ESTABLISHED = (*SUBMITTED, P.PLAN_READ)
READERS = {DocumentState.SUBMITTED: SUBMITTED, DocumentState.ESTABLISHED: ESTABLISHED}
"""Who reads a version in each state, at the plan's node (invariant 19); a draft: `reads_draft`."""


def plan(document_id: UUID) -> OperationalPlan:
    """With its document and node. Raises Http404."""
    return get_object_or_404(
        OperationalPlan.objects.select_related("document__node", "document__changed_by"), pk=document_id
    )


def node_of(document_id: UUID, **_: Any) -> Node:
    """The node a plan belongs to, for `@requires`. Raises Http404."""
    return plan(document_id).node


def may_read(access: Access, node: Node, state: str) -> bool:
    """May the person read a version in the state? Also of a node that is closed."""
    return access.reaches(node.pk, *READERS[DocumentState(state)])


def reads_draft(access: Access, found: OperationalPlan) -> bool:
    """Its writers and the node's leaders; the unit's staff when it is shared with them."""
    if access.reaches(found.node.pk, *DRAFT):
        return True
    return found.shared_at is not None and is_staff(access, found.node)


def is_staff(access: Access, node: Node) -> bool:
    """Works in the plan's unit: holds a role in it, and reads what is asked of it."""
    here = staff_nodes(access.tree, node)
    return access.can(P.DIALOGUE_READ, node) and any(a.node_id in here for a in access.assignments)


def draft_to_read(access: Access, document_id: UUID) -> OperationalPlan:
    """The plan, if its draft is for this person. Raises Http404 outside scope, PermissionDenied inside."""
    found = plan(document_id)
    if not reads_draft(access, found):
        visible_node(access, found.node.pk, DRAFT, any_day=True)
    return found


def row(found: OperationalPlan, slug: str, row_id: UUID) -> PlanRow:
    """A row of the plan by the word of its kind; also a removed one. Raises Http404."""
    if slug not in PLAN_ROWS:
        raise Http404
    rows = PLAN_ROWS[slug]._default_manager.select_related("changed_by", "plan__document")
    return get_object_or_404(rows, plan=found, pk=row_id)


def removed_rows(found: OperationalPlan) -> list[PlanRow]:
    """What can be put back, latest first."""
    since = timezone.now() - dt.timedelta(days=UNDO_DAYS)
    kinds = [PLAN_ROWS[slug] for slug in plan_types.addable(found.document.kind)]
    rows = [r for model in kinds for r in model._default_manager.filter(plan=found, deleted_at__gt=since)]
    return sorted(rows, key=lambda r: str(r.deleted_at), reverse=True)


def earlier_texts(of: PlanRow) -> list[EarlierText]:
    return list(EarlierText.objects.filter(row_id=of.pk).select_related("by"))


def version_to_read(access: Access, found: OperationalPlan, number: int | None = None) -> DocumentVersion:
    """The version asked for, or the latest this person may read. Raises as `analyses.queries.version_to_read`."""
    kept = documents.with_standing(found.document.versions.select_related("document__node")).order_by("-number")
    wanted = list(kept if number is None else kept.filter(number=number))
    if not wanted:
        raise Http404
    for version in wanted:
        if may_read(access, found.node, version.state):
            still_there(found.document)
            return version
    visible_node(access, found.node.pk, READERS[DocumentState(wanted[0].state)], any_day=True)
    raise PermissionDenied


def readable_versions(access: Access, found: OperationalPlan) -> list[DocumentVersion]:
    """The versions this person may read, latest first."""
    return [v for v in documents.versions(found.document) if may_read(access, found.node, v.state)]


# A node's plans.


@dataclass(frozen=True)
class Line:
    """One plan in a list, as this reader may know of it. version: the latest they may read; draft: they read that."""

    plan: OperationalPlan
    version: DocumentVersion | None
    holds: bool
    draft: bool

    @property
    def document(self) -> Document:
        return self.plan.document

    @property
    def state(self) -> DocumentState:
        if self.draft or self.document.state == DocumentState.DISPOSED:
            return DocumentState(self.document.state)
        assert self.version
        return self.version.standing


def plans_of(access: Access, nodes: Iterable[Node]) -> list[Line]:
    """The plans of these nodes that the person may read something of, latest period first. Three queries."""
    held = OperationalPlan.objects.filter(document__node__in=[n.pk for n in nodes], document__kind__in=plan_types.KINDS)
    found = list(held.select_related("document__node", "document__changed_by"))
    versions: dict[UUID, list[DocumentVersion]] = defaultdict(list)
    kept = DocumentVersion.objects.filter(document__in=[p.pk for p in found])
    for version in documents.with_standing(kept).defer("body").order_by("-number"):
        versions[version.document_id].append(version)
    lines = []
    for one in found:
        readable = [v for v in versions[one.pk] if may_read(access, one.node, v.state)]
        draft = one.document.is_open and reads_draft(access, one)
        gone = one.document.state == DocumentState.DISPOSED and reads_draft(access, one)
        if readable or draft or gone:
            latest, holds = next(iter(readable), None), any(v.is_established for v in readable)
            lines.append(Line(one, latest, holds, draft))
    return sorted(lines, key=lambda line: (-periods.end_year(line.plan.period), line.plan.period, line.document.kind))


# What is said about a plan.


@dataclass
class Thread:
    """A comment and its answers. resolved: it is settled."""

    first: PlanComment
    resolved: bool
    answers: list[PlanComment] = field(default_factory=list)


def threads(found: OperationalPlan) -> dict[str, list[Thread]]:
    """By section ("" for the whole), in the order they were begun. Three queries."""
    comments = PlanComment.objects.filter(plan=found).select_related("made_by")
    by_first: dict[UUID, Thread] = {}
    for comment in comments.prefetch_related("resolutions", "mentions__person"):
        if comment.answers_id is None:
            last = max(comment.resolutions.all(), key=lambda r: r.made_at, default=None)
            by_first[comment.pk] = Thread(comment, last is not None and last.resolved)
        else:
            by_first[comment.answers_id].answers.append(comment)
    sorted_in: dict[str, list[Thread]] = defaultdict(list)
    for thread in by_first.values():
        sorted_in[thread.first.section].append(thread)
    return sorted_in


def comment(found: OperationalPlan, comment_id: UUID) -> PlanComment:
    return get_object_or_404(PlanComment.objects.select_related("plan__document"), plan=found, pk=comment_id)
