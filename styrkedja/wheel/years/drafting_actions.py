"""Writing in a draft: days of many activities at once, activities out and in, units. Each raises the draft's version.

Everybody raises Refused when it is no draft any more, Conflict when somebody else was first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from styrkedja.core import audit, periods
from styrkedja.core.audit import Event
from styrkedja.core.errors import Refused
from styrkedja.core.writing import action, save_version
from styrkedja.organisation.models import Node, NodeKind, Person
from styrkedja.wheel.models import Activity, AnnualCycle, CycleUnit

from . import places
from .actions import locked_draft

Days = tuple[dt.date, dt.date]
BEFORE, AFTER = dt.timedelta(days=30), dt.timedelta(days=60)  # of a year: as what shows a task done (`wheel/checks`)


def refuse_days_outside(period: str, starts: dt.date, ends: dt.date) -> None:
    """A year may begin a little early and end a little late. Raises Refused."""
    first, last = periods.bounds(period)
    if ends < starts:
        raise Refused(_("The last day comes before the first."))
    if starts < first - BEFORE or ends > last + AFTER:
        raise Refused(_("The days lie outside %(period)s.") % {"period": period})


@action
def change_days(*, cycle: AnnualCycle, expected: int, days: Mapping[UUID, Days], by: Person | None) -> AnnualCycle:
    """Move activities of a draft, all or none. The same days again change nothing, whatever the version."""
    found = locked_draft(cycle)
    rows = [a for a in found.activities.all() if a.pk in days and (a.starts, a.ends) != days[a.pk]]
    if not rows:
        return found
    for row in rows:
        row.starts, row.ends = days[row.pk]
        row.changed_by, row.changed_at, row.version = by, timezone.now(), row.version + 1
        refuse_days_outside(found.period, row.starts, row.ends)
    _raised(found, expected)
    Activity.objects.bulk_update(rows, ["starts", "ends", "changed_by", "changed_at", "version"])
    _record(found, by, moved=[row.pk for row in rows])
    return found


@action
def take_out(*, cycle: AnnualCycle, expected: int, activity: UUID, by: Person | None) -> AnnualCycle:
    """Leave an activity out of the year. It can be put back until the year is published."""
    found = locked_draft(cycle)
    row = _of_draft(found, activity)
    if row.cancelled_at is None:
        _raised(found, expected)
        gone = {"cancelled_at": timezone.now(), "cancelled_reason": _("Taken out of the draft.")}
        save_version(row, expected=row.version, fields={**gone, "changed_by": by})
        _record(found, by, taken_out=row.pk)
    return found


@action
def take_out_passed(*, cycle: AnnualCycle, expected: int, by: Person | None) -> int:
    """Leave out everything whose last day has been: a year published when it has begun would start late. How many."""
    found = locked_draft(cycle)
    reason = _("Had been already when the year was made.")
    return _all(
        found, expected, by, "taken_out", {"cancelled_at": timezone.now(), "cancelled_reason": reason}, out=False
    )


@action
def put_back_passed(*, cycle: AnnualCycle, expected: int, by: Person | None) -> int:
    """Have everything that has been and was taken out in the year again. Returns how many."""
    found = locked_draft(cycle)
    return _all(found, expected, by, "put_back", {"cancelled_at": None, "cancelled_reason": ""}, out=True)


def _all(found: AnnualCycle, expected: int, by: Person | None, what: str, fields: dict[str, Any], *, out: bool) -> int:
    """Write `fields` to all that have passed and are out, or are not."""
    passed = found.activities.filter(ends__lt=timezone.localdate(), cancelled_at__isnull=not out)
    rows = list(passed.values_list("pk", flat=True))
    if rows:
        _raised(found, expected)
        said = {**fields, "version": F("version") + 1, "changed_by": by, "changed_at": timezone.now()}
        found.activities.filter(pk__in=rows).update(**said)
        _record(found, by, **{what: rows})
    return len(rows)


@action
def put_back(*, cycle: AnnualCycle, expected: int, activity: UUID, by: Person | None) -> AnnualCycle:
    """Have an activity that was taken out in the year again, on the days it had."""
    found = locked_draft(cycle)
    row = _of_draft(found, activity)
    if row.cancelled_at is not None:
        _raised(found, expected)
        save_version(row, expected=row.version, fields={"cancelled_at": None, "cancelled_reason": "", "changed_by": by})
        _record(found, by, put_back=row.pk)
    return found


@action
def add(*, cycle: AnnualCycle, expected: int, fields: Mapping[str, Any], by: Person | None) -> Activity:
    """An activity no wheel has. `fields`: those of an Activity, with the Swedish title and the days at least."""
    found = locked_draft(cycle)
    refuse_days_outside(found.period, fields["starts"], fields["ends"])
    _raised(found, expected)
    made = Activity.objects.create(cycle=found, node=found.node, created_by=by, changed_by=by, **fields)
    audit.record(Event.ACTIVITY_ADDED, by=by, node=found.node, about=made, details={"period": found.period})
    return made


@action
def change(
    *, cycle: AnnualCycle, expected: int, activity: UUID, fields: Mapping[str, Any], by: Person | None
) -> Activity:
    """Write over an activity of a draft."""
    found = locked_draft(cycle)
    row = _of_draft(found, activity)
    changed = {name: value for name, value in fields.items() if getattr(row, name) != value}
    if changed:
        refuse_days_outside(found.period, fields["starts"], fields["ends"])
        _raised(found, expected)
        save_version(row, expected=row.version, fields={**changed, "changed_by": by, "changed_at": timezone.now()})
        details = {"period": found.period, "fields": sorted(changed)}
        audit.record(Event.ACTIVITY_CHANGED, by=by, node=found.node, about=row, details=details)
    return row


@action
def choose_units(*, cycle: AnnualCycle, expected: int, units: Iterable[Node], by: Person | None) -> AnnualCycle:
    """Which units take part, in place of those chosen before."""
    found = locked_draft(cycle)
    wanted = {unit.pk for unit in units}
    below = {n.pk for n in places.tree_of(found).descendants(found.node_id) if n.kind == NodeKind.UNIT}
    if wanted - below:
        raise Refused(_("One of them is not a unit of this year."))
    chosen = set(found.units.values_list("node_id", flat=True))
    if wanted == chosen:
        return found
    _raised(found, expected)
    found.units.filter(node__in=chosen - wanted).delete()
    CycleUnit.objects.bulk_create([CycleUnit(cycle=found, node_id=pk) for pk in wanted - chosen])
    _record(found, by, units=len(wanted), added=len(wanted - chosen), removed=len(chosen - wanted))
    return found


def _of_draft(cycle: AnnualCycle, activity: UUID) -> Activity:
    row = cycle.activities.filter(pk=activity).first()
    if row is None:
        raise Refused(_("The activity is not in this year."))
    return row


def _raised(cycle: AnnualCycle, expected: int) -> None:
    save_version(cycle, expected=expected, fields={})


def _record(cycle: AnnualCycle, by: Person | None, **details: Any) -> None:
    audit.record(Event.CYCLE_CHANGED, by=by, node=cycle.node, about=cycle, details={"period": cycle.period, **details})
