"""Where what happened in one year is laid in the next: on its date, in its months, or in the same week."""

from __future__ import annotations

from typing import Any

from styrkedja.organisation.models import Person
from styrkedja.wheel import catalogue, dates
from styrkedja.wheel.models import Activity, AnnualCycle

KEPT = (  # of an activity, from one year to the next
    "process", "number", "kind", "title_sv", "title_en", "about_sv", "about_en", "before_sv", "before_en", "leaves_sv",
    "leaves_en", "routine_sv", "routine_en", "level", "role", "participants", "school_forms", "done_check", "done_with",
    "public",
)  # fmt: skip


def next_days(activity: Activity, old: str, new: str) -> dates.Moved:
    """Where an activity of the period `old` is laid in the period `new`, and by which rule."""
    process = catalogue.process(activity.process)
    return dates.carried_on(activity.starts, activity.ends, old, new, process.when if process else None)


def carried(cycle: AnnualCycle, activity: Activity, old: str, by: Person | None) -> Activity:
    """One of the period `old` in a year that is made from it, unsaved."""
    starts, ends, _rule = next_days(activity, old, cycle.period)
    kept: dict[str, Any] = {name: getattr(activity, name) for name in KEPT}
    return Activity(cycle=cycle, node=cycle.node, starts=starts, ends=ends, created_by=by, changed_by=by, **kept)


def again(cycle: AnnualCycle, before: Activity, by: Person | None) -> Activity:
    """One of the place's own in a later year, unsaved: the same weekday of the same week."""
    starts, ends = dates.shifted(before.starts, before.ends, cycle.period)
    kept: dict[str, Any] = {name: getattr(before, name) for name in KEPT}
    return Activity(cycle=cycle, node=before.node, starts=starts, ends=ends, created_by=by, changed_by=by, **kept)
