"""Finding what analyses say: established ones, and those handed in where one may read them."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.core.searching import Hit, best, latest
from styrkedja.documents.models import DocumentState, DocumentVersion

from .models import VersionWords
from .queries import READ

STATES = (DocumentState.ESTABLISHED, DocumentState.SUBMITTED)
FIELDS = ("text", "version__number", "at", "version__document__period", "node__name", "version__document__analysis")


def hits(access: Access, query: SearchQuery, *, limit: int) -> list[Hit]:
    """The best of what this person may read, of each analysis the latest such version. Two queries."""
    readable = Q()
    for state in STATES:
        readable |= Q(state=state, node__any_of=access.nodes_ever_for(*READ[state]))
    later = DocumentVersion.objects.filter(
        Q(state=OuterRef("state")) | Q(state=DocumentState.ESTABLISHED),
        document=OuterRef("version__document"),
        number__gt=OuterRef("version__number"),
    )
    found = VersionWords.objects.filter(pk__in=list(latest(VersionWords.objects.filter(readable), query)))
    return [_hit(*row) for row in best(found.exclude(Exists(later)), query, *FIELDS, limit=limit)]


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
