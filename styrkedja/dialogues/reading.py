"""Reading dialogues: what is asked, how far it has come, what has been said back. Queries do not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import queries as analyses
from styrkedja.analyses import quoted
from styrkedja.analyses.models import Analysis
from styrkedja.core.sorting import swedish_key
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.indicators import display
from styrkedja.indicators import queries as indicators
from styrkedja.organisation.models import Node
from styrkedja.plans.operational import queries as plans

from .leaders import led
from .models import (
    Acknowledgement,
    Feedback,
    Obligation,
    ObligationKind,
    ReceiverState,
    Request,
    RequestReceiver,
    Submission,
    What,
)
from .owing import Owed, levels, owed_about, owed_by, owed_to

BELOW = (P.DIALOGUE_READ, P.REQUEST_MAKE)  # either, at a node, lets one see what it has answered
SHOWN = 50  # of what was asked of a place, the latest
SECTION = 90  # characters of a cause or need that name it


def request(request_id: UUID) -> Request:
    """Raises Http404."""
    return get_object_or_404(Request.objects.select_related("node", "original", "asked_by"), pk=request_id)


def asker_of(request_id: UUID, **_: Any) -> Node:
    """The node that asks, for `@requires`. Raises Http404."""
    return request(request_id).node


def asked_again(node: Node, request_id: str) -> dict[str, Any]:
    """What a form begins with to ask the same reflection of the same places as before; {} for anything else."""
    try:
        found = Request.objects.filter(pk=UUID(request_id), node=node, what=What.REFLECTION).first()
    except ValueError:
        found = None
    if found is None:
        return {}
    questions = {f"question_{number}": text for number, text in enumerate(found.questions, start=1)}
    chosen = [str(pk) for pk in found.receivers.values_list("node", flat=True)]
    return {"what": found.what, "text": found.text, "purpose": found.purpose, "chosen": chosen, **questions}


def receiver(receiver_id: UUID) -> RequestReceiver:
    """Raises Http404."""
    rows = RequestReceiver.objects.select_related(
        "node", "original", "request__node", "request__original", "request__asked_by"
    )
    return get_object_or_404(rows, pk=receiver_id)


def asked_node(receiver_id: UUID, **_: Any) -> Node:
    return receiver(receiver_id).node


def asking_node(answer_id: UUID, **_: Any) -> Node:
    return receiver(answer_id).request.node


def seen(access: Access, nodes: Iterable[UUID]) -> set[UUID]:
    """Those of the nodes whose answers the person may see: a role may be limited to some school forms."""
    held = access.nodes_for(*BELOW)
    return {pk for pk in nodes if pk in held or (pk not in access.tree.nodes and access.reaches(pk, *BELOW))}


# --- A node -----------------------------------------------------------------------------------------------------------


def node_page(access: Access, node: Node) -> dict[str, Any]:
    """What the node owes and is owed, what it has asked and been asked, what it has not acknowledged."""
    made = list(_with_counts(Request.objects.filter(node=node)))
    asked = list(received(node)[:SHOWN])
    below = access.tree.subtree([node.pk]) & access.nodes_for(P.DIALOGUE_READ) - {node.pk}
    owed_below = owed_by(below) if below else []
    return {
        "owes": _seen_by(access, owed_by([node.pk])),
        "owed": _seen_by(access, owed_to([node.pk])),
        "unread": [r for r in asked if (r.given or 0) > (r.read or 0)],  # type: ignore[attr-defined]
        "made": made,
        "asked": asked,
        "levels": levels(owed_below),
        "unled": _unled(owed_below),
        "has_below": bool(below),
        "may_ask": access.can(P.REQUEST_MAKE, node) and bool(access.tree.below.get(node.pk)),
        "may_answer": access.can(P.REQUEST_ANSWER, node),
    }


def _seen_by(access: Access, owed: list[Owed]) -> list[Owed]:
    """What is owed from or to those below only where the person may see them."""
    mine = [o for o in owed if o.url_name != "dialogues:answer"]
    below = {o.receiver_node for o in owed}
    held = seen(access, below) if len(mine) < len(owed) else set()
    return [o for o in owed if o.url_name != "dialogues:answer" or o.receiver_node in held]


def _unled(owed: Iterable[Owed]) -> list[tuple[Node, int]]:
    """Places that owe something and have nobody who answers for them, with how many things."""
    found: dict[Node, int] = {}
    for one in owed:
        if one.unled:
            found[one.owes] = found.get(one.owes, 0) + 1
    return sorted(found.items(), key=lambda item: swedish_key(item[0].name))


def _with_counts(requests: QuerySet[Request]) -> QuerySet[Request]:
    """With `asked`, `answered` (handed in or accepted), `fed_back`, `let_go`: numbers of receivers. Open ones first."""
    answered = Q(receivers__state__in=[ReceiverState.SUBMITTED, ReceiverState.ACCEPTED])
    fed_back = Q(receivers__obligations__kind=ObligationKind.FEEDBACK, receivers__obligations__met_at__isnull=False)
    return requests.annotate(
        asked=Count("receivers", distinct=True),
        answered=Count("receivers", filter=answered, distinct=True),
        fed_back=Count("receivers", filter=fed_back, distinct=True),
        let_go=Count("receivers", filter=Q(receivers__state=ReceiverState.RELEASED), distinct=True),
    ).order_by(F("closed_at").desc(nulls_first=True), "due")


def received(node: Node) -> QuerySet[RequestReceiver]:
    """What was asked of a node, the latest first, with `given` and `read`: feedback there is, and acknowledged."""
    rows = RequestReceiver.objects.filter(node=node).select_related("request__node")
    return rows.annotate(given=given_to("pk"), read=read_of("pk")).order_by("-request__asked_at")


def given_to(receiver: str) -> Subquery:
    """The number of the latest feedback of a receiver."""
    last = Feedback.objects.filter(receiver=OuterRef(receiver)).values("receiver")
    return Subquery(last.annotate(last=Max("number")).values("last"))


def read_of(receiver: str) -> Subquery:
    """The number of the latest feedback a receiver has acknowledged."""
    last = Acknowledgement.objects.filter(receiver=OuterRef(receiver)).values("receiver")
    return Subquery(last.annotate(last=Max("up_to")).values("last"))


# --- A request --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One receiver of a request, as the one who asked sees it."""

    receiver: RequestReceiver
    owed: Owed | None  # by the receiver: its answer, or a reply
    promised: Owed | None  # to the receiver: feedback, or a reply
    handed_in: Submission | None
    given: int
    read: int
    unled: bool

    @property
    def days_late(self) -> int:
        return max((one.overdue_days for one in (self.owed, self.promised) if one), default=0)


def lines(access: Access, found: Request) -> list[Line]:
    """Every receiver the person may see, the latest first, then by name. A fixed number of queries."""
    rows = RequestReceiver.objects.filter(request=found).select_related("node", "original")
    rows = rows.annotate(given=given_to("pk"), read=read_of("pk"))
    every = list(rows)
    nodes = seen(access, {r.node_id for r in every})
    receivers = [r for r in every if r.node_id in nodes]
    of_request = {r.pk for r in receivers}
    owed = {o.receiver_id: o for o in reversed(owed_to([found.node_id], found))}
    promised = {o.receiver_id: o for o in reversed(owed_about([found.node_id], found))}
    latest = Submission.objects.filter(receiver__in=of_request).defer("figures", "text")
    handed_in = {s.receiver_id: s for s in latest.order_by("number")}
    answered_for = led(nodes)
    found_lines = [
        Line(
            r,
            owed.get(r.pk),
            promised.get(r.pk),
            handed_in.get(r.pk),
            r.given or 0,  # type: ignore[attr-defined]
            r.read or 0,  # type: ignore[attr-defined]
            r.node_id not in answered_for,
        )
        for r in receivers
    ]
    return sorted(found_lines, key=lambda line: (-max(line.days_late, 0), swedish_key(line.receiver.node.name)))


# --- A dialogue -------------------------------------------------------------------------------------------------------


@dataclass
class Turn:
    """One thing said in a dialogue: "submission", "feedback", "question" or "reply", in the order they were said."""

    kind: str
    what: Any
    url: str = ""  # of the document that was handed in, or the part of it that feedback is about
    asks: str = ""  # a question asked with it
    reply: Any = None  # Reply
    owed: Obligation | None = None  # the reply that is owed


@dataclass
class Dialogue:
    """Everything said between a receiver and the one who asked, in the order it was said."""

    receiver: RequestReceiver
    access: Access
    turns: list[Turn] = field(default_factory=list)

    @cached_property
    def submissions(self) -> list[Submission]:
        return list(self.receiver.submissions.select_related("made_by", "document__document__node", "node"))

    @cached_property
    def feedback(self) -> list[Feedback]:
        return list(self.receiver.feedback.select_related("made_by", "node", "reply_owed__reply__made_by"))

    @cached_property
    def acknowledgements(self) -> list[Acknowledgement]:
        return list(self.receiver.acknowledgements.select_related("made_by", "reply_owed__reply__made_by"))

    @cached_property
    def obligations(self) -> list[Obligation]:
        return list(self.receiver.obligations.select_related("owes", "to"))

    def open_of(self, kind: str) -> Obligation | None:
        return next((o for o in self.obligations if o.kind == kind and not o.met_at and not o.lifted_at), None)

    @property
    def answer_owed(self) -> Obligation | None:
        return self.open_of(ObligationKind.SUBMISSION)

    @property
    def feedback_owed(self) -> Obligation | None:
        return self.open_of(ObligationKind.FEEDBACK)

    @property
    def latest(self) -> Submission | None:
        return self.submissions[-1] if self.submissions else None

    @property
    def given(self) -> int:
        return self.feedback[-1].number if self.feedback else 0

    @property
    def unread(self) -> int:
        """How many pieces of feedback are not acknowledged."""
        return self.given - max((a.up_to for a in self.acknowledgements), default=0)

    @cached_property
    def said(self) -> list[Turn]:
        """What has been said, in order."""
        told: list[tuple[Any, Turn]] = [
            *((s.made_at, Turn("submission", s)) for s in self.submissions),
            *((f.made_at, _asking("feedback", f)) for f in self.feedback),
            *((a.made_at, _asking("acknowledgement", a)) for a in self.acknowledgements),
        ]
        turns = [turn for _at, turn in sorted(told, key=lambda item: item[0])]
        self._link(turns)
        return turns

    def _link(self, turns: list[Turn]) -> None:
        """Each to what it is about, as it was handed in at the time."""
        addresses = addresses_of((s.document for s in self.submissions), self.access)
        last = ""
        for turn in turns:
            if turn.kind == "submission":
                last = turn.url = addresses.get(turn.what.document_id, "")
            elif turn.kind == "feedback" and last and (part := anchor(turn.what.section)):
                turn.url = f"{last}{part}"


def _asking(kind: str, what: Feedback | Acknowledgement) -> Turn:
    owed: Obligation | None = getattr(what, "reply_owed", None)
    return Turn(kind, what, "", what.question, getattr(owed, "reply", None), owed)


def document_to_hand_in(of: RequestReceiver) -> DocumentVersion | None:
    """The latest version of the document asked for that is handed in or established; None while there is none."""
    asked = of.request
    found = DocumentVersion.objects.filter(
        document__kind=asked.kind, document__node=of.node, document__period=asked.period
    )
    return found.select_related("document__node", "made_by").defer("body").order_by("-number").first()


def addresses_of(versions: Iterable[DocumentVersion | None], access: Access) -> dict[UUID, str]:
    """Where each version is read, of those that open for this person, by its id. One query where there are analyses."""
    found = {v.pk: v for v in versions if v is not None}
    about = [v.document_id for v in found.values() if v.document.kind == DocumentKind.ANALYSIS]
    analyses_by = dict(Analysis.objects.filter(document__in=about).values_list("document", "pk")) if about else {}
    told = {pk: _address(version, access, analyses_by) for pk, version in found.items()}
    return {pk: address for pk, address in told.items() if address}


def _address(version: DocumentVersion, access: Access, analyses_by: dict[UUID, UUID]) -> str | None:
    document, node = version.document, version.document.node
    if document.kind == DocumentKind.ANALYSIS:
        analysis = analyses_by.get(document.pk)
        opens = analysis and analyses.may_read(access, node, version.state)
        return reverse("analyses:read", args=[analysis, version.number]) if opens else None
    if (
        document.kind == DocumentKind.QUALITY_REPORT
    ):  # handed in by its name (`reports.standing`), a room above this one
        report = version.body.get("report")
        return reverse("reports:read", args=[report]) if report and access.reaches(node.pk, P.REPORT_READ) else None
    opens = plans.may_read(access, node, version.state)
    return reverse("plans:plan_read", args=[document.pk, version.number]) if opens else None


ANCHORS = {"orsak": "orsak-", "behov": "behov-", "avsnitt": "del-"}


def anchor(section: str) -> str:
    """Where a part feedback is about stands on its document's page: "#del-bakgrund"; "" where it has no place."""
    kind, _colon, key = section.partition(":")
    return f"#{ANCHORS[kind]}{key}" if kind in ANCHORS and key else ""


def sections(version: DocumentVersion | None) -> list[tuple[str, str]]:
    """The parts feedback can be about: (key, words).

    Of an analysis its areas, causes and needs; of a plan its sections, needs, goals, initiatives and measures.
    """
    body = version.body if version else {}
    if not isinstance(body, dict):
        return []
    name = "sv" if (get_language() or "sv").startswith("sv") else "en"
    named = [("omrade", body.get("areas", [])), ("avsnitt", body.get("sections", []))]
    written = [
        ("orsak", "text", body.get("causes", []), _("Cause: %(text)s")),
        ("behov", "text", body.get("needs", []), _("Need: %(text)s")),
        ("mal", "title", body.get("goals", []), _("Goal: %(text)s")),
        ("insats", "title", body.get("initiatives", []), _("Initiative: %(text)s")),
        ("atgard", "what", body.get("measures", []), _("Measure: %(text)s")),
    ]
    return [
        *((f"{kind}:{one['key']}", one.get(name, one["sv"])) for kind, parts in named for one in parts),
        *(
            (f"{kind}:{one['id']}", words % {"text": Truncator(one[field]).chars(SECTION)})
            for kind, field, parts, words in written
            for one in parts
        ),
    ]


def figures_shown(access: Access, submission: Submission | None) -> list[dict[str, Any]]:
    """Handed-in figures as this reader may see them."""
    if submission is None or not submission.figures:
        return []
    audience, today = quoted.audience_for(access), quoted.today_of(submission.figures)
    return [quoted.release(one, audience, today) for one in submission.figures]


def figures_to_hand_in(access: Access, of: RequestReceiver) -> list[dict[str, Any]]:
    """What would be handed in now, as this reader sees it: [{"label", "display", "period"}]."""
    if of.request.what != What.FIGURES:
        return []
    found = indicators.node_figures(
        access, of.node, period=of.request.period, years=1, indicators=of.request.indicators
    )
    return [
        {
            "label": f.definition.label(f.part),
            "about": quoted.about_words(f),
            "display": display.with_unit(f),
            "period": f.period,
        }
        for f in found
    ]
