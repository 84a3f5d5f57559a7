"""What a unit or team has added of its own, in the year before and in this one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from styrkedja.core import periods
from styrkedja.organisation.models import Node
from styrkedja.wheel import dates
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState

from .laying import again
from .places import Taking


@dataclass(frozen=True)
class Proposed:
    """One of last year's, with its days in this one. remarks: on those days, and why it may not be wanted."""

    before: Activity
    starts: dt.date
    ends: dt.date
    remarks: list[str]
    places: int
    passed: bool

    @property
    def chosen(self) -> bool:
        """Is it proposed: somebody has it to do, and its days are not over?"""
        return bool(self.places) and not self.passed


def own_before(cycle: AnnualCycle, node: Node) -> list[Activity]:
    """What the place had added of its own in the latest year before this one, and not cancelled. One query."""
    end = periods.bounds(cycle.period)[1]
    rows = Activity.objects.filter(node=node, cancelled_at=None, continues=None).exclude(cycle=cycle)
    held = rows.exclude(cycle__state=CycleState.DRAFT).exclude(cycle__node=node).select_related("cycle")
    ends = {one.pk: periods.bounds(one.cycle.period)[1] for one in held}
    earlier = [one for one in held if ends[one.pk] < end]
    last = max((ends[one.pk] for one in earlier), default=None)
    return [one for one in earlier if ends[one.pk] == last]


def own_now(cycle: AnnualCycle, node: Node) -> list[Activity]:
    """What it has added in this year and not cancelled, by day. One query."""
    return list(cycle.activities.filter(node=node, cancelled_at=None).exclude(node=cycle.node_id))


def proposed(cycle: AnnualCycle, node: Node, today: dt.date) -> list[Proposed]:
    """Last year's own that this year does not have, each in the same week; by day. Queries whatever their number."""
    there = {one.title_sv for one in own_now(cycle, node)}
    where, found = Taking(cycle), []
    for before in own_before(cycle, node):
        if before.title_sv not in there:
            one = again(cycle, before, None)
            said = dates.remarks(one.starts, one.ends, was=before.starts)
            places, passed = len(where.of(one)), one.ends < today
            said += [_("The day has been already")] if passed else []
            said += [] if places else [_("There is no place of that level to do it.")]
            found.append(Proposed(before, one.starts, one.ends, said, places, passed))
    return sorted(found, key=lambda one: (one.starts, one.ends, one.before.title_sv))
