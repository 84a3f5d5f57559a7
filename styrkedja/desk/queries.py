"""What the start page gathers: my places in the chain, what I am writing or am to decide, what is new."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.access.queries import role_name
from styrkedja.analyses.queries import analyses_of, default_period
from styrkedja.analyses.rules import ABOVE_UNITS
from styrkedja.core.sorting import swedish_key
from styrkedja.dialogues.reflections.reading import being_written
from styrkedja.documents.models import Document, DocumentState
from styrkedja.intake.models import Upload
from styrkedja.intake.queries import imported, open_uploads
from styrkedja.observations.models import Batch
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import page_of
from styrkedja.reports.models import Report
from styrkedja.reports.queries import readable
from styrkedja.reports.standing import in_lists

LATEST = 5


def places(access: Access) -> list[dict[str, Any]]:
    """The nodes where the person has a role today, by name: [{"node", "roles", "url"}]."""
    held: dict[Node, list[str]] = {}
    for a in access.assignments:
        held.setdefault(access.tree.nodes[a.node_id], []).append(role_name(a.role))
    return [
        {"node": node, "roles": ", ".join(roles), "url": page_of(access, node)}
        for node, roles in sorted(held.items(), key=lambda item: swedish_key(item[0].name))
    ]


def overviews(access: Access) -> list[Node]:
    """Places of the person's own with units below, whose progress they follow: the matrix of each, by name."""
    own = {a.node_id for a in access.assignments} & access.nodes_for(P.REQUEST_MAKE)
    above = [access.tree.nodes[i] for i in own if access.tree.nodes[i].kind in ABOVE_UNITS]
    return sorted((n for n in above if access.can(P.DIALOGUE_READ, n)), key=lambda n: swedish_key(n.name))


def tasks(access: Access) -> list[dict[str, Any]]:
    """Analyses the person is writing, is to establish, or could begin, in that order; for `_components/task_list`."""
    writes, establishes = access.nodes_for(P.ANALYSIS_WRITE), access.nodes_for(P.ANALYSIS_ESTABLISH)
    found = analyses_of(writes | establishes)
    open_drafts = [d for d in found if d.is_open and d.node_id in writes]
    handed_in = [d for d in found if d.state == DocumentState.SUBMITTED and d.node_id in establishes]
    period = default_period(access.today)
    begun = {d.node_id for d in found if d.period == period}
    missing = [node for i in writes if i not in begun and (node := access.tree.nodes[i])]
    return [
        *(_task(d, "analyses:establish", _("To establish"), "attention") for d in handed_in),
        *(_task(d, "analyses:edit", str(DocumentState(d.state).label), "info") for d in open_drafts),
        *(_beginning(node, period) for node in sorted(missing, key=lambda n: swedish_key(n.name))),
        *_reflections(access),
    ]


def _reflections(access: Access) -> list[dict[str, Any]]:
    """What colleagues are writing together at the person's own places: to read and comment on."""
    own = {a.node_id for a in access.assignments} & access.nodes_for(P.ANSWER_TALK)
    talks = own - access.nodes_for(P.REQUEST_ANSWER)
    return [
        {
            "label": str(row.request),
            "href": reverse("dialogues:receiver", args=[row.pk]),
            "note": _("%(node)s, to hand in by %(day)s")
            % {"node": row.node, "day": date_format(row.request.due, "j F")},
            "status": _("Read and comment"),
            "tone": "info",
        }
        for row in (being_written(talks) if talks else ())
    ]


def _task(document: Document, view: str, status: str, tone: str) -> dict[str, Any]:
    return {
        "label": _("Situation analysis %(period)s: %(node)s") % {"period": document.period, "node": document.node},
        "href": reverse(view, args=[document.analysis.pk]),  # type: ignore[attr-defined]
        "note": _("changed %(day)s") % {"day": document.changed_at.date()},
        "status": status,
        "tone": tone,
    }


def _beginning(node: Node, period: str) -> dict[str, Any]:
    return {
        "label": _("Begin the situation analysis %(period)s: %(node)s") % {"period": period, "node": node},
        "href": reverse("analyses:node", args=[node.pk]),
        "status": _("Not begun"),
        "tone": "neutral",
    }


def imports(access: Access) -> tuple[list[Upload], list[Batch]] | None:
    """Files on their way in and the latest imported; None for those who do not import."""
    if not access.holds(P.IMPORT):
        return None
    return list(open_uploads(access)[:LATEST]), list(imported(access)[:LATEST])


def latest_reports(access: Access) -> list[Report]:
    return list(in_lists(readable(access, also_closed=False))[:LATEST])
