"""What came before a plan: last year's plan, and the initiatives that have to be judged before a new one is begun."""

from __future__ import annotations

from django.db.models import QuerySet

from styrkedja.core import periods
from styrkedja.documents.models import Document, DocumentState, DocumentVersion
from styrkedja.organisation.models import Node
from styrkedja.plans.initiatives.transitions import ENDED, RUNNING
from styrkedja.plans.models import Initiative


def last_years_plan(document: Document) -> DocumentVersion | None:
    """The established version of the node's latest plan of the same kind for an earlier period, body included."""
    found = DocumentVersion.objects.filter(
        document__kind=document.kind, document__node=document.node_id, state=DocumentState.ESTABLISHED
    ).select_related("document__node", "made_by")
    year = periods.end_year(document.period)
    earlier = [v for v in found if periods.end_year(v.document.period) < year]
    return max(earlier, key=lambda v: (periods.end_year(v.document.period), v.number), default=None)


def unjudged_before(node: Node, period: str) -> QuerySet[Initiative]:
    """Initiatives of the node that were to be judged before the period begins, and are not; the database agrees."""
    found = Initiative.objects.filter(
        node=node,
        state__in=[*RUNNING, *ENDED],
        evaluation_date__lt=periods.bounds(period)[0],
        deleted_at=None,
    )
    return found.order_by("evaluation_date", "title")
