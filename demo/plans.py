"""The demo's plans (`plans.toml`): last year's established, this year's worked through with staff.

Written through the actions by those whose work it is: the principal writes, the staff comment.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from styrkedja.documents.models import DocumentKind
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.models import Consultation, MeasureOutcome, OperationalPlan, PlanMeasure, PlanRow, PlanSection
from styrkedja.plans.operational import actions, row_actions, talk_actions

Told = dict[str, Any]
Day = Callable[[list[int]], dt.date]


def plans_told(year: int) -> list[Told]:
    """Those of a year: -1 last school year, 0 this."""
    told = tomllib.loads(Path(__file__).with_name("plans.toml").read_text("utf-8"))
    return [one for one in told["plans"] if one["year"] == year]


def write(told: Told, *, node: Node, period: str, day: Day, by: Person, people: dict[str, Person]) -> None:
    """One plan, as far as it has come. `people` by name, `day` as days are told."""
    plan = actions.start(kind=DocumentKind(told["kind"]), node=node, period=period, by=by)
    for key, text in told["sections"].items():
        _save(PlanSection.objects.get(plan=plan, key=key), {"text": text}, by)
    for what, who, due in told.get("measures", ()):
        _add(plan, PlanMeasure, {"what": what, "who": who, "due": day(due)}, by)
    judged = MeasureOutcome.objects.filter(plan=plan)
    for row, (carried_out, outcome) in zip(judged, told.get("outcomes", ()), strict=True):
        _save(row, {"carried_out": carried_out, "outcome": outcome}, by)
    if told.get("shared"):
        actions.share(plan=plan, shared=True, by=by)
    for comment in told.get("comments", ()):
        _talk(plan, comment, people)
    for forum, held_on, views in told.get("consultations", ()):
        _add(plan, Consultation, {"forum": forum, "held_on": day(held_on), "views": views}, by)
    if told["state"] == "established":
        _establish(plan, by)


def _add(plan: OperationalPlan, model: type[PlanRow], fields: Told, by: Person) -> None:
    """Write in the empty row a plan begins with, or in a new one."""
    row = model._default_manager.filter(plan=plan, version=1).first()
    _save(row or row_actions.add_row(plan=plan, slug=model.slug, by=by), fields, by)


def _save(row: PlanRow, fields: Told, by: Person) -> None:
    row_actions.save_row(row=row, expected=row.version, fields=fields, by=by)


def _talk(plan: OperationalPlan, told: Told, people: dict[str, Person]) -> None:
    """A thread; whom its words name by @ is told."""
    said = {"plan": plan, "section": told["section"]}
    first = talk_actions.comment(**said, text=told["text"], by=people[told["by"]])
    for who, text in told.get("answers", ()):
        talk_actions.comment(**said, text=text, answers=first, by=people[who])
    if told.get("settled"):
        talk_actions.resolve(comment=first, resolved=True, by=people[told["settled"]])


def _establish(plan: OperationalPlan, by: Person) -> None:
    plan.document.refresh_from_db()
    actions.submit(plan=plan, expected=plan.document.version, by=by)
    actions.establish(plan=plan, expected=plan.document.version, by=by)
