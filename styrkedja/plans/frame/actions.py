"""Decisions are entered, never changed; and how this organiser works is set. *Vart ska vi?*"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version, unless_taken
from styrkedja.organisation.models import Node, NodeKind, Person
from styrkedja.organisation.tree import tree_on
from styrkedja.plans.models import Decision, DecisionKind, PlanSettings

from .global_goals import global_goals


@action
def enter_decision(
    *,
    node: Node,
    kind: str,
    title: str,
    text: str,
    decided_on: dt.date,
    paragraph: str,
    registry_number: str,
    valid_from: dt.date,
    valid_to: dt.date | None = None,
    addressed_to: Node | None = None,
    above: Decision | None = None,
    replaces: Decision | None = None,
    global_goals: Iterable[int] = (),
    by: Person | None,
) -> Decision:
    """Write down what was decided, with where it can be read. A correction is a new decision that replaces.

    Raises Refused where a day, the unit, or a decision it is tied to cannot be right.
    """
    _refuse_wrong_days(decided_on, valid_from, valid_to)
    _refuse_wrong_unit(node, kind, addressed_to)
    _refuse_wrong_ties(node, above, replaces)
    numbers = _known(global_goals)
    made = Decision(
        node=node,
        kind=kind,
        title=title,
        text=text,
        decided_on=decided_on,
        paragraph=paragraph,
        registry_number=registry_number,
        valid_from=valid_from,
        valid_to=valid_to,
        addressed_to=addressed_to,
        above=above,
        replaces=replaces,
        global_goals=numbers,
        entered_by=by,
    )
    with unless_taken(
        _("It has already been replaced by another decision. Replace that one instead."),
        "plans_decision_replaces_id_key",
    ):
        made.save(force_insert=True)
    details = {"kind": kind, "registry_number": registry_number, "replaces": replaces.pk if replaces else None}
    audit.record(Event.DECISION_ENTERED, by=by, node=node, about=made, details=details)
    return made


def _refuse_wrong_days(decided_on: dt.date, valid_from: dt.date, valid_to: dt.date | None) -> None:
    if decided_on > timezone.localdate():
        raise Refused(_("Day of the decision: it lies ahead. Enter the decision when it is made."))
    if valid_to is not None and valid_to < valid_from:
        raise Refused(_("Last day: it lies before the first day."))


def _refuse_wrong_unit(node: Node, kind: str, addressed_to: Node | None) -> None:
    if kind not in DecisionKind.values:
        raise Refused(_("Kind: choose among those listed."))
    if (kind == DecisionKind.ASSIGNMENT) != (addressed_to is not None):
        raise Refused(_("Unit: an assignment is given to a unit, and only an assignment is."))
    if addressed_to is None:
        return
    below = tree_on(timezone.localdate()).subtree([node.pk])
    if addressed_to.kind != NodeKind.UNIT or addressed_to.pk not in below:
        raise Refused(_("Unit: it does not lie under the one who gives the assignment."))


def _refuse_wrong_ties(node: Node, above: Decision | None, replaces: Decision | None) -> None:
    if replaces is not None and replaces.node_id != node.pk:
        raise Refused(_("Replaces: only a decision of the same node can be replaced."))
    line = {n.pk for n in tree_on(timezone.localdate()).ancestors(node.pk)} | {node.pk}
    if above is not None and (above.node_id not in line or above == replaces):
        raise Refused(_("Carries out: choose a decision made here or above."))


def _known(numbers: Iterable[int]) -> list[int]:
    chosen = sorted(set(numbers))
    if not set(chosen) <= set(global_goals()):
        raise Refused(_("Global goals: choose among those listed."))
    return chosen


@action
def change_settings(
    *, expected: int, follow_up: str, goals_at_most: int, initiatives_at_most: int, by: Person | None
) -> PlanSettings:
    """How often initiatives are followed up, and how many goals and initiatives are many.

    Raises Conflict when somebody else was first.
    """
    row, _new = PlanSettings.objects.select_for_update().get_or_create(singleton=True)
    fields = {
        "follow_up": follow_up,
        "goals_at_most": goals_at_most,
        "initiatives_at_most": initiatives_at_most,
    }
    before = {name: getattr(row, name) for name in fields}
    if before == fields:
        return row
    save_version(row, expected=expected, fields=fields)
    audit.record(Event.SETTING_CHANGED, by=by, about=row, details={"before": before, "after": fields})
    return row
