"""Provenance downward: where a node's analyses, figures and initiatives were used above, as far as the reader may see.

The answer to "does anybody read this?": every place is named with its date, and links to where it stands. Rooms above
this one have places too, and name them through `FURTHER`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import NoReverseMatch, reverse

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import queries as analyses
from styrkedja.analyses.models import Analysis
from styrkedja.analyses.quoted import label
from styrkedja.dialogues.models import Feedback, RequestReceiver
from styrkedja.documents.models import Document, DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.models import Node
from styrkedja.plans.models import Goal, GoalNeed, GoalState, Initiative, InitiativeNeed, InitiativeState
from styrkedja.plans.operational import queries as plans
from styrkedja.plans.operational.plan_types import KINDS


@dataclass(frozen=True)
class FigureUse:
    """An established analysis elsewhere that quotes figures about the node."""

    version: DocumentVersion
    analysis_id: UUID
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Answered:
    """A request the node has answered, and what feedback has said of the use of the answer."""

    receiver: RequestReceiver
    told: list[Feedback]


@dataclass(frozen=True)
class PlanUse:
    """A goal or an initiative elsewhere, and its page where it opens for the reader."""

    what: Goal | Initiative
    url: str | None


@dataclass(frozen=True)
class DocumentUse:
    """A report or a plan elsewhere that stands on the node's analyses or figures, directly or by way of another's."""

    title: str
    place: str
    at: dt.date
    url: str


Further = Callable[[Access, Node, Collection[UUID]], list[DocumentUse]]
FURTHER: list[Further] = []
"""What rooms above add: given the versions of analyses elsewhere that use the node's work, what is built on those."""


def uses(access: Access, node: Node) -> dict[str, Any]:
    """Everything, by kind. A fixed number of queries."""
    documents = analyses.analyses_of([node.pk])
    found = analyses.uses_of(documents, access)
    figures = _figure_uses(access, node)
    versions = {use.version.pk for of_one in found.values() for use in of_one} | {use.version.pk for use in figures}
    return {
        "analyses": [(d, found[d.pk]) for d in documents if d.pk in found],
        "figures": figures,
        "plans": _plans(access, node, documents),
        "further": [use for more in FURTHER for use in more(access, node, versions)],
        "answered": _answered(node),
        "goals": _goals(access, node),
        "initiatives": _initiatives(access, node),
        "carried_on": _carried_on(access, node),
        "likenesses": _likenesses(access, node),
        "serves": _serves(access, node),
    }


def _figure_uses(access: Access, node: Node) -> list[FigureUse]:
    """The established analyses that hold of other nodes and quote a figure about this one; the latest first."""
    if not node.statistical_code:
        return []
    wanted = {"kind": node.statistical_kind, "code": node.statistical_code}
    newer = DocumentVersion.objects.filter(
        document=OuterRef("document"), state=DocumentState.ESTABLISHED, number__gt=OuterRef("number")
    )
    quoting = (
        DocumentVersion.objects.filter(
            ~Exists(newer),
            document__kind=DocumentKind.ANALYSIS,
            state=DocumentState.ESTABLISHED,
            body__contains={"areas": [{"figures": [{"figure": wanted}]}]},
        )
        .exclude(document__node=node)
        .select_related("document__node")
        .order_by("-made_at")
    )
    readable = [v for v in quoting if analyses.may_read(access, v.document.node, v.state)]
    of = dict(Analysis.objects.filter(document__in=[v.document_id for v in readable]).values_list("document", "pk"))
    return [FigureUse(v, of[v.document_id], _labels(v.body, wanted)) for v in readable]


def _labels(body: dict[str, Any], wanted: dict[str, str]) -> tuple[str, ...]:
    figures = [quote["figure"] for area in body["areas"] for quote in area["figures"]]
    own = [f for f in figures if all(f[key] == value for key, value in wanted.items())]
    return tuple(dict.fromkeys(f"{label(f)} {f['period']}" for f in own))


def _answered(node: Node) -> list[Answered]:
    """Requests the node has answered, with their purpose; the latest first."""
    rows = RequestReceiver.objects.filter(node=node, submissions__isnull=False).distinct()
    receivers = list(rows.select_related("request__node").order_by("-request__asked_at"))
    told: dict[UUID, list[Feedback]] = {}
    for one in Feedback.objects.filter(receiver__in=receivers).exclude(use="").order_by("number"):
        told.setdefault(one.receiver_id, []).append(one)
    return [Answered(row, told.get(row.pk, [])) for row in receivers]


def _goals(access: Access, node: Node) -> list[PlanUse]:
    """Decided goals of other nodes that answer a need of this node's analyses."""
    citing = GoalNeed.objects.filter(source__document__node=node).values("goal")
    found = Goal.objects.filter(pk__in=citing).exclude(node=node).exclude(state=GoalState.PROPOSED)
    return _readable(access, "plans:goal", found)


def _initiatives(access: Access, node: Node) -> list[PlanUse]:
    """Decided initiatives of other nodes that answer a need of this node's analyses."""
    citing = InitiativeNeed.objects.filter(source__document__node=node).values("initiative")
    return _readable(access, "plans:initiative", _elsewhere(node).filter(pk__in=citing))


def _carried_on(access: Access, node: Node) -> list[PlanUse]:
    """Initiatives of other nodes that carry on one of this node's."""
    return _readable(access, "plans:initiative", _elsewhere(node).filter(continues__node=node))


def _likenesses(access: Access, node: Node) -> list[PlanUse]:
    """Initiatives that others have started like one of this node's in the library."""
    found = _elsewhere(node).filter(like__node=node).select_related("like")
    return _readable(access, "plans:initiative", found)


def _serves(access: Access, node: Node) -> list[PlanUse]:
    """Goals of other nodes that decided initiatives of this node's work for."""
    ours = Initiative.objects.filter(node=node).exclude(state=InitiativeState.PROPOSED).values("goal")
    found = Goal.objects.filter(pk__in=ours).exclude(node=node).exclude(state=GoalState.PROPOSED)
    return _readable(access, "plans:goal", found)


def _plans(access: Access, node: Node, documents: Iterable[Document]) -> list[DocumentUse]:
    """The established plans of other nodes that stand on this node's analyses; the latest first."""
    naming = Q()
    for document in documents:
        naming |= Q(body__uses__contains=[str(document.pk)])
    if not naming:
        return []
    found = (
        DocumentVersion.objects.filter(naming, document__kind__in=KINDS, state=DocumentState.ESTABLISHED)
        .exclude(document__node=node)
        .select_related("document__node")
        .order_by("document_id", "-number")
        .distinct("document_id")
    )
    readable = [v for v in found if plans.may_read(access, v.document.node, v.state)]
    return [
        DocumentUse(
            f"{v.document.get_kind_display()} {v.document.period}",
            v.document.node.name,
            v.made_at.date(),
            reverse("plans:plan_read", args=[v.document_id, v.number]),
        )
        for v in sorted(readable, key=lambda v: v.made_at, reverse=True)
    ]


def _elsewhere(node: Node) -> QuerySet[Initiative]:
    found = Initiative.objects.exclude(node=node).exclude(state=InitiativeState.PROPOSED)
    return found.select_related("continues")


def _readable(access: Access, view: str, found: QuerySet[Any]) -> list[PlanUse]:
    rows = [one for one in found.select_related("node") if access.reaches(one.node_id, P.PLAN_READ)]
    return [PlanUse(one, _address(view, one.pk)) for one in rows]


def _address(view: str, pk: UUID) -> str | None:
    try:
        return reverse(view, args=[pk])
    except NoReverseMatch:
        return None
