"""What the tests of operational plans write: whole plans of the world's Björkskolan, through actions."""

from __future__ import annotations

import datetime as dt

from styrkedja.documents import actions as documents
from styrkedja.documents.models import DocumentKind, DocumentVersion
from styrkedja.plans.models import Consultation, MeasureOutcome, OperationalPlan, PlanMeasure, PlanRow, PlanSection
from styrkedja.plans.operational import actions, row_actions

PLAN, DEGRADING = DocumentKind.OPERATIONAL_PLAN, DocumentKind.DEGRADING_TREATMENT_PLAN
PERIOD = "2026/27"


def begin(world, kind=PLAN, period=PERIOD, node=None, by="principal") -> OperationalPlan:
    return actions.start(kind=kind, node=node or world.bjork, period=period, by=world.person(by))


def write(row: PlanRow, by, **fields) -> PlanRow:
    """Save over the row as it stands in the database."""
    row = type(row)._default_manager.select_related("plan").get(pk=row.pk)
    return row_actions.save_row(row=row, expected=row.version, fields={**row_actions.written(row), **fields}, by=by)


def section(plan: OperationalPlan, key: str) -> PlanSection:
    return PlanSection.objects.get(plan=plan, key=key)


def consulted(plan: OperationalPlan, by, **fields) -> Consultation:
    row = row_actions.add_row(plan=plan, slug="samrad", by=by)
    held = {"forum": "Arbetsplatsträff", "held_on": dt.date(2026, 9, 15), "views": "Mer tid för samplanering."}
    return write(row, by, **{**held, **fields})


def fill(plan: OperationalPlan, by) -> None:
    """Everything a plan needs to be handed in."""
    if plan.document.kind == PLAN:
        write(section(plan, "bakgrund"), by, text="Vi bygger vidare på förra årets analys.")
    else:
        write(section(plan, "utfall"), by, text="Det fanns ingen plan förra året.")
        write(section(plan, "kartlaggning"), by, text="Omklädningsrummen är otrygga.")
        write(section(plan, "delaktighet"), by, text="Elevrådet har gått trygghetsvandring.")
        write(PlanMeasure.objects.filter(plan=plan).first(), by, what="Vuxna i omklädningsrummen", who="Idrottslärarna")
    for row in MeasureOutcome.objects.filter(plan=plan):
        write(row, by, carried_out="partly", outcome="Lugnare på höstterminen.")
    consulted(plan, by)


def submitted(world, plan: OperationalPlan, who="principal") -> DocumentVersion:
    plan.document.refresh_from_db()
    return actions.submit(plan=plan, expected=plan.document.version, by=world.person(who))


def established(world, plan: OperationalPlan, who="principal") -> DocumentVersion:
    submitted(world, plan, who)
    return actions.establish(plan=plan, expected=plan.document.version, by=world.person(who))


def whole(world, kind=PLAN, period=PERIOD) -> OperationalPlan:
    """A plan that is established."""
    plan = begin(world, kind, period)
    fill(plan, world.person("principal"))
    established(world, plan)
    return plan


def corrected(world, plan: OperationalPlan) -> None:
    plan.document.refresh_from_db()
    documents.open_correction(
        document=plan.document, expected=plan.document.version, reason="Fel datum", by=world.person("principal")
    )
