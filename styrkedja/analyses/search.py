"""Finding what analyses say: established ones, those handed in where one may read them, and the drafts one may read."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core.searching import Hit, best, in_drafts, latest
from styrkedja.documents.models import OPEN, Document, DocumentKind, DocumentState, DocumentVersion

from .models import Assessment, Cause, Evidence, Finding, Need, Row, VersionWords
from .queries import READ

STATES = (DocumentState.ESTABLISHED, DocumentState.SUBMITTED)
FIELDS = ("text", "version__number", "at", "version__document__period", "node__name", "version__document__analysis")


DRAFT = ("analysis__document__period", "analysis__document__node__name")
WRITTEN: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
    (Finding, ("text",)),
    (Evidence, ("text",)),
    (Assessment, ("text",)),
    (Cause, ("text", "rival")),
    (Need, ("text",)),
)


def hits(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """The best of what this person may read, of each analysis the latest such version, and drafts. Four queries."""
    readable = Q()
    for state in STATES:
        readable |= Q(state=state, node__any_of=access.nodes_ever_for(*READ[state]))
    later = DocumentVersion.objects.filter(
        Q(state=OuterRef("state")) | Q(state=DocumentState.ESTABLISHED),
        document=OuterRef("version__document"),
        number__gt=OuterRef("version__number"),
    )
    found = VersionWords.objects.filter(pk__in=list(latest(VersionWords.objects.filter(readable), query)))
    kept = [_hit(*row) for row in best(found.exclude(Exists(later)), query, *FIELDS, limit=limit)]
    return [*kept, *_drafts(access, query)]


def _drafts(access: Access, query: SearchQuery) -> list[Hit]:
    open_ones = Document.objects.filter(
        kind=DocumentKind.ANALYSIS, state__in=OPEN, node__any_of=access.nodes_for(*READ[DocumentState.DRAFT])
    )
    drafts = list(open_ones.values_list("analysis", flat=True))
    if not drafts:
        return []
    rows = [(model._default_manager.filter(analysis__in=drafts, deleted_at=None), fields) for model, fields in WRITTEN]
    return [_draft(*row) for row in in_drafts(rows, query, "analysis", *DRAFT)]


def _draft(rank: float, text: str, at: Any, analysis: Any, period: str, node: str) -> Hit:
    title, url = _("Situation analysis %(period)s") % {"period": period}, reverse("analyses:preview", args=[analysis])
    return Hit(_("Draft of an analysis"), title, node, period, url, text, at.date(), rank)


def _hit(rank: float, text: str, number: int, at: Any, period: str, node: str, analysis: Any) -> Hit:
    return Hit(
        kind=_("Situation analysis"),
        title=_("Situation analysis %(period)s") % {"period": period},
        place=node,
        period=period,
        url=reverse("analyses:read", args=[analysis, number]),
        text=text,
        at=at.date(),
        rank=rank,
    )
