"""A plan as a whole: begun for a node and period, shared with staff, handed in, established, corrected."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action
from styrkedja.documents import actions as documents
from styrkedja.documents.authority import Minutes
from styrkedja.documents.models import Document, DocumentKind, DocumentVersion
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.models import (
    Initiative,
    MeasureOutcome,
    OperationalPlan,
    PlanMeasure,
    PlanSection,
)

from . import plan_types, rules
from .body import working_body
from .last_year import last_years_plan, unjudged_before


class Unjudged(Refused):
    """A plan cannot be begun: `initiatives` were to be judged before its period."""

    def __init__(self, initiatives: list[Initiative]) -> None:
        super().__init__(_("Initiatives of the period before are not judged yet. Judge them first."))
        self.initiatives = initiatives


class Incomplete(Refused):
    """It cannot be handed in or established yet: `missing` says what is missing, and where."""

    def __init__(self, missing: list[rules.Missing]) -> None:
        super().__init__(_("Something is missing before it can be handed in."))
        self.missing = missing


@action
def start(*, kind: DocumentKind, node: Node, period: str, by: Person | None) -> OperationalPlan:
    """The node's plan of a kind for a period, begun if there is none: with empty sections to write in.

    Last year's measures against degrading treatment arrive as a list to be judged. Raises Unjudged where initiatives of
    the period before wait for their verdict, Refused for a kind the node does not have.
    """
    if kind not in plan_types.kinds_at(node):
        raise Refused(_("This place has no such plan."))
    if not periods.is_period(period):
        raise Refused(_("Choose a period, such as 2026/27."))
    if kind == plan_types.OPERATIONAL and (waiting := list(unjudged_before(node, period))):
        raise Unjudged(waiting)
    document, _new = documents.create(kind=kind, node=node, period=period, by=by)
    Document.objects.select_for_update(no_key=True).get(pk=document.pk)
    plan, new = OperationalPlan.objects.get_or_create(document=document)
    if new:
        _lay_out(plan, by)
    if document.is_open and kind == plan_types.DEGRADING:
        _gather_measures(plan, by)
    return plan


def _lay_out(plan: OperationalPlan, by: Person | None) -> None:
    who = {"plan": plan, "created_by": by, "changed_by": by}
    kind = plan.document.kind
    PlanSection.objects.bulk_create(PlanSection(key=one.key, **who) for one in plan_types.sections_of(kind))
    if kind == plan_types.DEGRADING:
        PlanMeasure.objects.create(**who)


def _gather_measures(plan: OperationalPlan, by: Person | None) -> None:
    """A row to judge for each of last year's measures that has none: its plan may be established later than this."""
    before = last_years_plan(plan.document)
    for measure in before.body["measures"] if before else []:
        told = {"source": before, "what": measure["what"], "who": measure["who"], "created_by": by, "changed_by": by}
        MeasureOutcome.objects.get_or_create(plan=plan, measure=measure["id"], defaults=told)


@action
def share(*, plan: OperationalPlan, shared: bool, by: Person | None) -> None:
    """Let the unit's staff read the draft and comment on it, or no longer. Saying it twice changes nothing."""
    document = documents.lock_draft(plan.document_id)
    stored = OperationalPlan.objects.get(pk=plan.pk)
    if (stored.shared_at is not None) == shared:
        return
    moment = timezone.now() if shared else None
    OperationalPlan.objects.filter(pk=plan.pk).update(shared_at=moment, shared_by=by if shared else None)
    documents.mark_changed(document, by=by)
    details = {"shared": shared}
    audit.record(Event.DOCUMENT_CHANGED, by=by, node=document.node, about=document, details=details)


@action
def submit(*, plan: OperationalPlan, expected: int, by: Person | None) -> DocumentVersion:
    """Freeze the plan and hand it in. `expected` is the document's version the person has read.

    Raises Incomplete with everything that is missing, Refused if it is no draft, Conflict if it was changed since.
    """
    documents.lock_draft(plan.document_id)
    body = working_body(plan)
    if missing := rules.missing(body):
        raise Incomplete(missing)
    return documents.submit(document=plan.document, expected=expected, body=body, by=by)


@action
def establish(
    *, plan: OperationalPlan, expected: int, by: Person | None, minutes: Minutes | None = None
) -> DocumentVersion:
    """Make what was handed in valid, word for word. Raises as `documents.actions.establish`, and Incomplete."""
    submitted = plan.document.versions.order_by("-number").first()
    if submitted and (missing := rules.missing(submitted.body)):
        raise Incomplete(missing)
    return documents.establish(document=plan.document, expected=expected, by=by, minutes=minutes)
