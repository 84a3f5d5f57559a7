"""The body of a plan: all it says, as plain data; live while it is a draft, frozen when it is handed in.

Shape (ids are texts; figures are kept unmasked, as `analyses.quoted` keeps them, and read through `reading`):
    {"schema": 1, "kind", "node": {"id", "name", "kind"}, "period",
     "sections": [{"key", "sv", "en", "text"}],                          in the plan type's order, empty ones too
     "needs": [{"id", "text", "priority", "causes": [str]}],
     "needs_from": {"document", "number", "period"} | None,              the established analysis they stand in
     "goals": [{"id", "title", "text", "state", "outcome", "above", "continues", "national": [{"id", "sv", "en"}],
                "targets": [as `initiatives.effects` shows]}],           decided and closed; proposals are not in it
     "initiatives": [{"id", "title", "kind", "state", "aim", "expected": as `effects` shows | None, "goal", "holder",
                      "participants": [str], "starts_on", "ends_on", "evaluation_date", "evaluation_form", "continues",
                      "activities": [{"what", "who", "due"}]}],
     "measures": [{"id", "what", "who", "due"}],
     "last_year": {"document", "number", "period", "measures": [{"id", "what", "who", "carried_out", "outcome"}]}|None,
     "consultations": [{"id", "forum", "held_on", "views", "entered_by"}],
     "uses": [document id]}                                              analyses and plans it stands on
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Prefetch

from styrkedja.analyses import queries as analyses
from styrkedja.core import periods
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.plans.frame.national import national_goals
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import (
    Activity,
    Consultation,
    Goal,
    GoalState,
    Initiative,
    InitiativeState,
    MeasureOutcome,
    OperationalPlan,
    PlanMeasure,
    PlanSection,
    Target,
)

from . import plan_types
from .last_year import last_years_plan

Body = dict[str, Any]
UNSAID = {"carried_out": "", "outcome": ""}


def working_body(plan: OperationalPlan) -> Body:
    """The body as the working rows, and what they stand on, are now. A fixed number of queries."""
    kind = plan.document.kind
    analysis = _analysis(plan)
    last_year = _last_year(plan) if kind == plan_types.DEGRADING else None
    operational = kind == plan_types.OPERATIONAL
    used = [analysis["document"] if analysis else None, last_year["document"] if last_year else None]
    return {
        "schema": 1,
        "kind": kind,
        "node": {"id": str(plan.node.pk), "name": plan.node.name, "kind": plan.node.kind},
        "period": plan.period,
        "sections": _sections(plan),
        "needs": analysis["needs"] if analysis else [],
        "needs_from": {k: analysis[k] for k in ("document", "number", "period")} if analysis else None,
        "goals": [_goal(goal) for goal in goals_of(plan)] if operational else [],
        "initiatives": [_initiative(one) for one in initiatives_of(plan)] if operational else [],
        "measures": [] if operational else _measures(plan),
        "last_year": last_year,
        "consultations": _consultations(plan),
        "uses": sorted({pk for pk in used if pk}),
    }


def _live(rows: Any) -> Any:
    return rows.filter(deleted_at=None)


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _sections(plan: OperationalPlan) -> list[Body]:
    texts = dict(PlanSection.objects.filter(plan=plan).values_list("key", "text"))
    types = plan_types.sections_of(plan.document.kind)
    return [{"key": one.key, "sv": one.sv, "en": one.en, "text": texts.get(one.key, "")} for one in types]


def analysis_for(plan: OperationalPlan) -> DocumentVersion | None:
    """The established analysis a plan of the node stands on: of the period before it or its own, the unit's for a team.

    Of those established, the latest that does not lie after the plan's period.
    """
    if plan.document.kind != plan_types.OPERATIONAL:
        return None
    tree = analyses.tree_of(plan.node, plan.period)
    unit = tree.unit_of(plan.node.pk) if plan.node.pk in tree.nodes else None
    nodes = {plan.node.pk, *([unit.pk] if unit else [])}
    found = DocumentVersion.objects.filter(
        document__kind=DocumentKind.ANALYSIS, document__node__in=nodes, state=DocumentState.ESTABLISHED
    ).select_related("document")
    last = periods.end_year(plan.period)
    possible = [v for v in found if periods.end_year(v.document.period) <= last]
    own = [v for v in possible if v.document.node_id == plan.node.pk] or possible
    return max(own, key=lambda v: (periods.end_year(v.document.period), v.number), default=None)


def _analysis(plan: OperationalPlan) -> Body | None:
    version = analysis_for(plan)
    if version is None:
        return None
    kept = ("id", "text", "priority", "causes")
    needs = [{key: need[key] for key in kept} for need in analyses.needs_of(version.body)]
    about = {"document": str(version.document_id), "number": version.number, "period": version.document.period}
    return {**about, "needs": needs}


def goals_of(plan: OperationalPlan) -> list[Goal]:
    """The node's goals of the period that are decided, or were and are closed."""
    found = Goal.objects.filter(node=plan.node, period=plan.period, deleted_at=None)
    return list(found.exclude(state=GoalState.PROPOSED).select_related("above").prefetch_related("national", "targets"))


def _goal(goal: Goal) -> Body:
    known = national_goals()
    return {
        "id": str(goal.pk),
        "title": goal.title,
        "text": goal.text,
        "state": goal.state,
        "outcome": goal.outcome,
        "above": goal.above.title if goal.above else "",
        "continues": str(goal.continues_id) if goal.continues_id else None,
        "national": [
            {"id": link.national_goal, "sv": known[link.national_goal].sv, "en": known[link.national_goal].en}
            for link in goal.national.all()
            if link.national_goal in known
        ],
        "targets": [_target(target) for target in goal.targets.all()],
    }


def _target(target: Target) -> Body:
    about = effects.named(target.indicator, target.part, target.baseline)
    dates = {"target": target.value, "target_date": target.date.isoformat()}
    return {"kind": "indicator", "figure": target.baseline, "words": "", **about, **dates}


def initiatives_of(plan: OperationalPlan) -> list[Initiative]:
    """The node's initiatives of the period that are decided or further."""
    found = Initiative.objects.filter(node=plan.node, period=plan.period, deleted_at=None)
    activities = Prefetch("activities", Activity.objects.filter(deleted_at=None).select_related("person"))
    return list(
        found.exclude(state=InitiativeState.PROPOSED)
        .select_related("holder")
        .prefetch_related("participants__node", activities)
    )


def _initiative(one: Initiative) -> Body:
    return {
        "id": str(one.pk),
        "title": one.title,
        "kind": one.kind,
        "state": one.state,
        "aim": one.aim,
        "expected": effects.expected(one),
        "goal": str(one.goal_id) if one.goal_id else None,
        "holder": one.holder.name if one.holder else "",
        "participants": [participant.node.name for participant in one.participants.all()],
        "starts_on": _day(one.starts_on),
        "ends_on": _day(one.ends_on),
        "evaluation_date": _day(one.evaluation_date),
        "evaluation_form": one.evaluation_form,
        "continues": str(one.continues_id) if one.continues_id else None,
        "activities": [
            {"what": a.what, "who": a.who or (a.person.name if a.person else ""), "due": _day(a.due)}
            for a in one.activities.all()
        ],
    }


def _measures(plan: OperationalPlan) -> list[Body]:
    """Measures that say something."""
    return [
        {"id": str(m.pk), "what": m.what, "who": m.who, "due": _day(m.due)}
        for m in _live(PlanMeasure.objects.filter(plan=plan))
        if m.what.strip() or m.who.strip()
    ]


def _last_year(plan: OperationalPlan) -> Body | None:
    """Every measure of last year's plan as it holds now, with what is said of it."""
    version = last_years_plan(plan.document)
    if version is None:
        return None
    judged = {str(row.measure): row for row in MeasureOutcome.objects.filter(plan=plan)}
    measures = []
    for measure in version.body["measures"]:
        row = judged.get(measure["id"])
        said = {"carried_out": row.carried_out, "outcome": row.outcome.strip() and row.outcome} if row else UNSAID
        measures.append({"id": measure["id"], "what": measure["what"], "who": measure["who"], **said})
    about = {"document": str(version.document_id), "number": version.number, "period": version.document.period}
    return {**about, "measures": measures}


def _consultations(plan: OperationalPlan) -> list[Body]:
    """Those that say where and when or what; in the order they were held."""
    rows = _live(Consultation.objects.filter(plan=plan).select_related("changed_by"))
    said = [row for row in rows if row.forum.strip() or row.views.strip()]
    return [
        {
            "id": str(row.pk),
            "forum": row.forum,
            "held_on": _day(row.held_on),
            "views": row.views,
            "entered_by": row.changed_by.name if row.changed_by else "",
        }
        for row in sorted(said, key=lambda r: (r.held_on or dt.date.max, r.created_at))
    ]
