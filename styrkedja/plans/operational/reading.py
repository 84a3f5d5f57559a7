"""The pages of plans put together: a node's list, the one being written, a version word for word."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Model

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission as P
from styrkedja.analyses import quoted
from styrkedja.analyses.models import Analysis
from styrkedja.analyses.rules import lists_units
from styrkedja.core import periods
from styrkedja.documents.authority import way_to_establish
from styrkedja.documents.models import DocumentState, DocumentVersion
from styrkedja.documents.transitions import Move, offered
from styrkedja.organisation.models import Node
from styrkedja.plans.initiatives import effects
from styrkedja.plans.models import (
    Consultation,
    Evaluation,
    Goal,
    GoalState,
    Initiative,
    InitiativeKind,
    InitiativeState,
    MeasureOutcome,
    OperationalPlan,
    PlanMeasure,
    PlanSection,
)

from . import plan_types, queries
from .body import Body, working_body
from .forms import CommentForm, RowForm, form_of
from .last_year import last_years_plan
from .staff import TALKED_ABOUT, staff_of

MOVES = (Move.GIVE_BACK, Move.PUBLISH, Move.CORRECT, Move.ARCHIVE)
YEARS_OFFERED = 3  # school years one can begin a plan for: this one, the one before and the one after


@dataclass
class Part:
    """A section as a page shows it: its text or form, what stands in it by itself, and what is said about it."""

    section: plan_types.Section
    text: str = ""
    form: RowForm | None = None
    threads: list[queries.Thread] = field(default_factory=list)
    comment_form: CommentForm | None = None

    @property
    def open_threads(self) -> int:
        return sum(not thread.resolved for thread in self.threads)


def node_page(access: Access, node: Node) -> dict[str, Any]:
    """The node's plans, those one can begin, and the units' plans below. A fixed number of queries."""
    lines = queries.plans_of(access, [node])
    units = access.tree.units(node.pk) if lists_units(node.kind) else []
    writes = access.can(P.PLAN_WRITE, node)
    return {
        "lines": lines,
        "offered": _offered(node, access.today) if writes else [],
        "kinds": [(kind.value, kind.label) for kind in plan_types.kinds_at(node)],
        "may_write": writes,
        "units": _of_units(access, units),
    }


def _offered(node: Node, today: dt.date) -> list[dict[str, Any]]:
    """Periods one can begin a plan for, latest first; from May the one that comes is the likeliest."""
    now = periods.end_year(periods.school_year_on(today))
    usual = periods.school_year(now + (today.month in (5, 6)))
    years = [periods.school_year(year) for year in range(now + 1, now + 1 - YEARS_OFFERED, -1)]
    taken = set(Goal.objects.filter(node=node, deleted_at=None).values_list("period", flat=True))
    calendar = sorted((p for p in taken if not periods.SCHOOL_YEAR.match(p)), reverse=True)
    return [{"period": period, "chosen": period == usual} for period in [*years, *calendar]]


def _of_units(access: Access, units: list[Node]) -> list[tuple[Node, list[queries.Line]]]:
    """Each unit with its plans of the latest period any of them has one for."""
    lines = queries.plans_of(access, units) if units else []
    latest = lines[0].plan.period if lines else ""
    return [
        (unit, [ln for ln in lines if ln.document.node_id == unit.pk and ln.plan.period == latest]) for unit in units
    ]


def body_context(access: Access, found: OperationalPlan, body: Body) -> dict[str, Any]:
    """The body as this person may read it, with the words of its codes."""
    audience = quoted.audience_for(access)
    kept = [t for goal in body["goals"] for t in goal["targets"]]
    kept += [i["expected"] for i in body["initiatives"] if i["expected"]]
    today = quoted.today_of(effects.kept_figures(kept))
    goal_words, titles = dict(GoalState.choices), {g["id"]: g["title"] for g in body["goals"]}
    goals = [
        {
            **goal,
            "state_word": goal_words[goal["state"]],
            "national": [quoted.said(n) for n in goal["national"]],
            "targets": [effects.shown(t, audience, today) for t in goal["targets"]],
        }
        for goal in body["goals"]
    ]
    return {
        "plan": found,
        "kind_name": plan_types.KINDS[plan_types.KINDS.index(body["kind"])].label,
        "body": {**body, "goals": goals},
        "initiatives": [_initiative(one, titles, audience, today) for one in body["initiatives"]],
        "judged": _judged(body),
        "consultations": [{**one, "held": _date(one["held_on"])} for one in body["consultations"]],
        "measures": [{**one, "day": _date(one["due"])} for one in body["measures"]],
        "analysis_id": _analysis_id(body),
    }


def _initiative(one: Body, titles: dict[str, str], audience: Any, today: Any) -> Body:
    days = {name: _date(one[name]) for name in ("starts_on", "ends_on", "evaluation_date")}
    return {
        **one,
        **days,
        "expected": effects.shown(one["expected"], audience, today) if one["expected"] else None,
        "goal_title": titles.get(one["goal"] or "", ""),
        "state_word": dict(InitiativeState.choices)[one["state"]],
        "kind_word": dict(InitiativeKind.choices)[one["kind"]],
        "activities": [{**a, "day": _date(a["due"])} for a in one["activities"]],
    }


def _judged(body: Body) -> list[Body]:
    """Last year's measures with the words of how they went."""
    words = dict(MeasureOutcome.CarriedOut.choices)
    last = body["last_year"] or {"measures": []}
    return [{**one, "word": words.get(one["carried_out"], "")} for one in last["measures"]]


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _analysis_id(body: Body) -> UUID | None:
    about = body["needs_from"]
    return Analysis.objects.filter(document=about["document"]).values_list("pk", flat=True).first() if about else None


def read_parts(access: Access, found: OperationalPlan, body: Body) -> list[Part]:
    """The sections to read; with what is said about them, for those who may read the draft."""
    talks = queries.reads_draft(access, found)
    said = queries.threads(found) if talks else {}
    staff = staff_of(access.tree, found.node) if talks and may_talk(found) else []
    return [
        Part(
            section=_named(found.document.kind, one),
            text=one["text"],
            threads=said.get(one["key"], []),
            comment_form=CommentForm(staff=staff, auto_id=f"k-{one['key']}-%s") if staff else None,
        )
        for one in body["sections"]
    ]


def plain_parts(body: Body) -> list[Part]:
    """The sections without anything around them."""
    return [Part(_named(body["kind"], one), one["text"]) for one in body["sections"]]


def may_talk(found: OperationalPlan) -> bool:
    return found.document.state in TALKED_ABOUT


def _named(kind: str, one: Body) -> plan_types.Section:
    """The section as the type has it today, under the heading the body has."""
    known = plan_types.section(kind, one["key"])
    return plan_types.Section(
        one["key"], one["sv"], one["en"], "", "", known.gathers if known else "", known.required if known else False
    )


def version_page(access: Access, found: OperationalPlan, version: DocumentVersion) -> dict[str, Any]:
    """A frozen version with everything around it: who, when, why, its hash, and what can be done."""
    document = found.document
    kept = queries.readable_versions(access, found)
    latest = next((v for v in kept if v.is_established), None)
    return {
        **body_context(access, found, version.body),
        "parts": read_parts(access, found, version.body),
        "version": version,
        "versions": kept,
        "newer": latest if latest and version.number < latest.number else None,
        "returned": next((e for e in version.events.all() if e.state == DocumentState.RETURNED), None),
        "may_establish": document.state == DocumentState.SUBMITTED and way_to_establish(access, document) is not None,
        "may_write": document.is_open and access.can(P.PLAN_WRITE, found.node),
        "may_restore": (document.is_open or document.holds) and access.can(P.PLAN_WRITE, found.node),
        "may_compare": last_years_plan(document) is not None,
        "may_talk": may_talk(found) and queries.reads_draft(access, found),
        **{f"may_{move}": offered(access, document, move) for move in MOVES},
    }


def editing_page(access: Access, found: OperationalPlan) -> dict[str, Any]:
    """The plan being written: its rows with their forms. A fixed number of queries."""
    body = working_body(found)
    said = queries.threads(found)
    staff = staff_of(access.tree, found.node)
    rows = {row.key: row for row in PlanSection.objects.filter(plan=found).select_related("plan__document")}
    for row in rows.values():
        row.plan = found
    parts = [
        Part(
            section=one,
            form=form_of(rows[one.key]) if one.key in rows else None,
            threads=said.get(one.key, []),
            comment_form=CommentForm(staff=staff, auto_id=f"k-{one.key}-%s"),
        )
        for one in plan_types.sections_of(found.document.kind)
    ]
    outcomes = {str(row.measure): row for row in _live(MeasureOutcome, found)}
    last = body["last_year"]["measures"] if body["last_year"] else []
    return {
        **body_context(access, found, body),
        "parts": parts,
        "may_talk": True,
        "outcome_forms": [form_of(outcomes[m["id"]]) for m in last if m["id"] in outcomes],
        "to_fetch": sum(m["id"] not in outcomes for m in last),
        "measure_forms": [form_of(row) for row in _live(PlanMeasure, found)],
        "consultation_forms": [form_of(row) for row in _live(Consultation, found)],
        "proposals": _proposals(found),
        "removed": queries.removed_rows(found),
        "may_compare": last_years_plan(found.document) is not None,
    }


def _live(model: type[Model], found: OperationalPlan) -> list[Any]:
    return list(model._default_manager.filter(plan=found, deleted_at=None).select_related("plan__document"))


def _proposals(found: OperationalPlan) -> dict[str, int]:
    """How many goals and initiatives of the period are only proposed, and so not part of the plan."""
    if found.document.kind != plan_types.OPERATIONAL:
        return {"goals": 0, "initiatives": 0}
    wanted = {"node": found.node, "period": found.period, "deleted_at": None, "state": "proposed"}
    return {"goals": Goal.objects.filter(**wanted).count(), "initiatives": Initiative.objects.filter(**wanted).count()}


def verdicts_of(initiative_ids: list[str]) -> dict[str, Evaluation]:
    """The evaluation that counts of each initiative, by its id. One query."""
    ids = [UUID(pk) for pk in initiative_ids]
    found = Evaluation.objects.filter(initiative__in=ids).order_by("number")
    return {str(e.initiative_id): e for e in found}
