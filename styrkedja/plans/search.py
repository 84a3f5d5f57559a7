"""Finding what decisions, goals, initiatives and plans say: all that is decided, proposals where one may read them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.core.searching import Hit, best, in_drafts, latest
from styrkedja.documents.models import OPEN, Document, DocumentKind, DocumentVersion

from .initiatives.queries import READ_PROPOSAL
from .models import Consultation, MeasureOutcome, PlanMeasure, PlanRow, PlanSection, PlanWords
from .operational import queries as operational
from .operational.plan_types import KINDS
from .operational.staff import staff_nodes

Kind = PlanWords.Kind
WRITTEN: tuple[tuple[type[PlanRow], tuple[str, ...]], ...] = (
    (PlanSection, ("text",)),
    (PlanMeasure, ("what",)),
    (MeasureOutcome, ("outcome",)),
    (Consultation, ("forum", "views")),
)
DRAFT_FIELDS = ("plan__document__kind", "plan__document__period", "plan__document__node__name")
FIELDS = ("pk", "kind", "title", "text", "at", "period", "node__name")


def hits(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """The best of what this person may read, of each plan the latest such version, and drafts. Five queries."""
    readable = Q(state="proposed", node__any_of=access.nodes_for(*READ_PROPOSAL))
    readable |= Q(state="submitted", node__any_of=access.nodes_ever_for(*operational.SUBMITTED))
    readable |= Q(state__in=("established", "judged"), node__any_of=access.nodes_ever_for(P.PLAN_READ))
    ids = list(latest(PlanWords.objects.filter(readable), query))
    found = best(PlanWords.objects.filter(pk__in=ids), query, *FIELDS, limit=limit)
    plans = _plans([pk for _rank, pk, kind, *_rest in found if kind == Kind.PLAN])
    return [*(_hit(plans, *row) for row in found), *_drafts(access, query)]


def _drafts(access: Access, query: SearchQuery) -> list[Hit]:
    """Of operational plans: its writers' and leaders', and the staff's where it is shared (`operational.queries`)."""
    writes, staff = access.nodes_for(*operational.DRAFT), access.nodes_for(P.DIALOGUE_READ) & _places(access)
    readable = Q(node__any_of=writes) | Q(node__any_of=staff, plan__shared_at__isnull=False)
    drafts = list(Document.objects.filter(readable, kind__in=KINDS, state__in=OPEN).values_list("pk", flat=True))
    if not drafts:
        return []
    rows = [(model._default_manager.filter(plan__in=drafts, deleted_at=None), fields) for model, fields in WRITTEN]
    return [_draft(*row) for row in in_drafts(rows, query, "plan", *DRAFT_FIELDS)]


def _places(access: Access) -> set[UUID]:
    """The nodes whose plans this person works with as staff."""
    return {pk for a in access.assignments for pk in staff_nodes(access.tree, access.tree.nodes[a.node_id])}


def _draft(rank: float, text: str, at: dt.datetime, plan: UUID, kind: str, period: str, place: str) -> Hit:
    title, url = f"{DocumentKind(kind).label} {period}", reverse("plans:plan_preview", args=[plan])
    return Hit(_("Draft of a plan"), title, place, period, url, text, at.date(), rank)


def _plans(versions: list[UUID]) -> dict[UUID, tuple[UUID, int, str]]:
    """(document, number, kind of document) of each version."""
    found = DocumentVersion.objects.filter(pk__in=versions)
    return {pk: told for pk, *told in found.values_list("pk", "document_id", "number", "document__kind")}  # type: ignore[misc]


def _hit(
    plans: dict[UUID, tuple[UUID, int, str]],
    rank: float,
    pk: UUID,
    kind: str,
    title: str,
    text: str,
    at: dt.datetime,
    period: str,
    place: str,
) -> Hit:
    names = {Kind.DECISION: _("Decision"), Kind.GOAL: _("Goal"), Kind.INITIATIVE: _("Initiative")}
    if named := kind != Kind.PLAN:
        name, url = names[Kind(kind)], reverse(f"plans:{kind}", args=[pk])
    else:
        document, number, of_kind = plans[pk]
        name, url = str(DocumentKind(of_kind).label), reverse("plans:plan_read", args=[document, number])
        title = f"{name} {period}"
    return Hit(name, title, place, period, url, text, at.date(), rank, named)
