"""Every initiative of the place that was running is followed up, in the cycle whose last day lies nearest.

The cycles are the organiser's (tertials or terms; assignments each term), not the wheel's: an activity in May follows
up the tertial that ended in April. Where nothing ran there was nothing to follow up, which the last day shows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, partial
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.plans.initiatives import cycles
from styrkedja.plans.initiatives.queries import follow_up_cycle
from styrkedja.plans.models import FollowUp, Initiative, InitiativeKind, InitiativeState, PlanSettings

from .showing import Asked, Evidence, Shown, Window, text

ROUND = dt.timedelta(days=250)  # more than half the longest cycle on each side of an activity


class Ran(NamedTuple):
    """An initiative and the days it ran."""

    id: UUID
    kind: str
    first: dt.date
    last: dt.date


def shown(asked: Asked) -> Shown:
    """Three queries."""
    how, ran = follow_up_cycle(), _ran(asked)
    made = _made(one.id for held in ran.values() for one in held)
    found: Shown = defaultdict(dict)
    for window in asked.windows:
        cycle_of = {
            kind: nearest_cycle(window, PlanSettings.Cycle.TERM if kind == InitiativeKind.ASSIGNMENT else how)
            for kind in InitiativeKind.values
        }
        for place in asked.wanted.places[window.id]:
            nodes = {place, asked.wanted.stands.get(place, place)}
            evidence = _evidence(window, [one for node in nodes for one in ran[node]], cycle_of, made, asked.today)
            if evidence:
                found[window.id][place] = Evidence(*evidence, partial(reverse, "plans:how", args=[place]))
    return dict(found)


def nearest_cycle(window: Window, how: str) -> str:
    """The cycle whose last day lies nearest to the activity's days; of two the earlier."""
    near = cycles.between(window.starts - ROUND, window.ends + ROUND, how)
    return min(near, key=lambda c: window.distance(cycles.bounds(c)[1]))


def _ran(asked: Asked) -> dict[str, list[Ran]]:
    """Initiatives by node: decided or ongoing, and those ended since. A stopped one needs no follow-up afterwards."""
    first, last = asked.days
    rows = Initiative.objects.filter(
        ~Q(state=InitiativeState.PROPOSED),
        node__any_of=asked.nodes,
        deleted_at=None,
        starts_on__lte=last,
        ends_on__gte=first - ROUND,
    )
    found: dict[str, list[Ran]] = defaultdict(list)
    for node, pk, kind, starts, ends, ended in rows.values_list(
        text("node"), "pk", "kind", "starts_on", "ends_on", "ended_at"
    ):
        found[node].append(Ran(pk, kind, starts, min(ends, timezone.localdate(ended)) if ended else ends))
    return found


def _made(initiatives: Iterable[UUID]) -> dict[tuple[UUID, str], tuple[dt.date, str]]:
    """When each was first followed up for a cycle, and by whom."""
    rows = FollowUp.objects.filter(initiative__any_of=list(initiatives)).order_by("-made_at")
    columns = ("initiative_id", "cycle", "made_at", "made_by__name")
    return {(pk, cycle): (timezone.localdate(at), by or "") for pk, cycle, at, by in rows.values_list(*columns)}


def _evidence(
    window: Window,
    held: list[Ran],
    cycle_of: dict[str, str],
    made: dict[tuple[UUID, str], tuple[dt.date, str]],
    today: dt.date,
) -> tuple[dt.date, str, partial[str]] | None:
    due = [one for one in held if _is_due(one, cycle_of[one.kind])]
    if not due:
        return (window.ends, "", partial(_nothing)) if today > window.ends else None
    given = [made.get((one.id, cycle_of[one.kind])) for one in due]
    if None in given:
        return None
    on, by = max(one for one in given if one)
    return on, by, partial(_words, len(due))


_bounds = cache(cycles.bounds)


def _is_due(one: Ran, cycle: str) -> bool:
    """Did it run at the end of the cycle, begun early enough in it? As `cycles.due` asks for it."""
    starts, ends = _bounds(cycle)
    return one.first <= max(ends - cycles.SETTLING, starts) and one.last >= ends


def _nothing() -> str:
    return _("No initiative was running, so there was nothing to follow up")


def _words(count: int) -> str:
    return ngettext("The initiative is followed up", "All %(count)s initiatives are followed up", count) % {
        "count": count
    }
