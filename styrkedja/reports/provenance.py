"""Reports among the places where a node's work was used above (`dialogues.provenance`)."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.dialogues.overview.provenance import DocumentUse
from styrkedja.organisation.models import Node

from . import queries, standing
from .models import Report


def built_on(access: Access, node: Node, analyses: Collection[UUID]) -> list[DocumentUse]:
    """The latest report of each other node and period that is built on one of these versions of analyses."""
    if not analyses:
        return []
    found = standing.in_lists(queries.readable(access)).filter(analysis__in=list(analyses)).exclude(node=node)
    latest: dict[tuple[UUID, str], Report] = {}
    for report in found:
        latest.setdefault((report.node_id, report.period), report)
    return [
        DocumentUse(
            _("Quality report %(period)s") % {"period": report.period},
            report.node.name,
            report.made_at.date(),
            reverse("reports:read", args=[report.pk]),
        )
        for report in latest.values()
    ]
