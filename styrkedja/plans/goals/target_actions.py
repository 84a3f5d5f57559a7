"""Figures a proposed goal aims at: added with where they stand, and taken away. *Vart ska vi?*"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from styrkedja.core import audit
from styrkedja.core.audit import Event
from styrkedja.core.writing import action
from styrkedja.organisation.models import Person
from styrkedja.plans.models import Goal, Target

from .actions import locked_proposal


@action
def add(
    *,
    goal: Goal,
    indicator: str,
    part: str,
    baseline: dict[str, Any] | None,
    value: float,
    date: dt.date,
    by: Person | None,
) -> Target:
    """A figure a proposed goal aims at. `baseline`: where it stands, frozen (`analyses.quoted`); None: no figure yet.

    The same indicator and part again replaces the target there was. Raises Refused when it is decided.
    """
    locked = locked_proposal(goal)
    aim = {"baseline": baseline, "value": value, "date": date}
    target, _new = Target.objects.update_or_create(goal=locked, indicator=indicator, part=part, defaults=aim)
    _touched(locked, by, target=f"{indicator}/{part}")
    return target


@action
def remove(*, goal: Goal, target_id: UUID, by: Person | None) -> None:
    """Take a target away. One that is gone already is no error: somebody pressed twice."""
    locked = locked_proposal(goal)
    if Target.objects.filter(goal=locked, pk=target_id).delete()[0]:
        _touched(locked, by, target_removed=target_id)


def _touched(goal: Goal, by: Person | None, **details: Any) -> None:
    Goal.objects.filter(pk=goal.pk).update(version=F("version") + 1, changed_by=by, changed_at=timezone.now())
    audit.record(Event.GOAL_CHANGED, by=by, node=goal.node, about=goal, details=details)
