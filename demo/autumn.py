"""What has been done of the demo's running year (`autumn.toml`), through the actions by those whose work it is."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from styrkedja.core import periods
from styrkedja.organisation.models import Node, Person
from styrkedja.plans.goals import actions as aiming
from styrkedja.wheel.models import Activity, AnnualCycle

from . import cast, plans
from .meetings import OneMeeting

QUALITY, HEAD = "Amina Warsame", "Johan Sandell"
DAY = dt.timedelta(days=1)
SATURDAY = 5
Told = dict[str, Any]


@cache
def _told() -> Told:
    return tomllib.loads(Path(__file__).with_name("autumn.toml").read_text("utf-8"))


def days(cycle: AnnualCycle) -> dict[UUID, tuple[dt.date, dt.date]]:
    """Where the planner lays the analysis round: it has come as far as the demo has, whenever that is loaded."""
    first, last = periods.bounds(cycle.period)

    def laid(away: int) -> dt.date:
        day = timezone.localdate() + away * DAY
        day += max(7 - day.weekday(), 0) * DAY if day.weekday() >= SATURDAY else 0 * DAY
        return min(max(day, first), last)

    told = _told()["days"]
    found = cycle.activities.filter(number__in=told)
    return {one.pk: (laid(told[one.number][0]), laid(told[one.number][1])) for one in found}


def write(cycle: AnnualCycle, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """Goals and plans of the year, and the meetings whose days have been. `people` by e-mail."""
    named = {member.name: people[member.email] for member in cast.PEOPLE}
    leaders = {member.place: member.name for member in cast.PEOPLE if member.role == "principal"}
    for one in _told()["units"]:
        _unit(one, nodes[one["node"]], named[leaders[one["node"]]], cycle.period, named)
    for one in _told()["meetings"]:
        activity = cycle.activities.get(process=f"{cycle.wheel}/{one['number']}")
        for unit in one.get("units", [None]):
            _meet(one, activity, unit, leaders, nodes, named)


def _unit(told: Told, node: Node, by: Person, period: str, people: dict[str, Person]) -> None:
    goal = aiming.propose(node=node, period=period, title=told["goal"], national=told["national"], by=by)
    aiming.decide(goal=goal, expected=goal.version, by=by)
    begins = periods.bounds(period)[0].year

    def day(when: list[int]) -> dt.date:
        years, month, of_month = when
        return dt.date(begins + years, month, of_month)

    talked = ["Arbetsplatsträff", [0, 6, 9], "Personalen var överens. En fråga om tid togs med till hösten."]
    if "plan" in told:
        operational = {
            "kind": "operational_plan",
            "state": "established",
            "sections": {"bakgrund": told["plan"], "uppfoljning": "På ledningsgruppens möten i december och maj."},
            "consultations": [talked],
        }
        plans.write(operational, node=node, period=period, day=day, by=by, people=people)
    if "safe" in told:
        safe = {
            "kind": "degrading_treatment_plan",
            "state": "established",
            "sections": {
                "utfall": "Förra årets plan skrevs utanför verktyget och följdes upp i juni.",
                "kartlaggning": told["safe"],
                "delaktighet": "Barnen och eleverna har pekat ut platserna och sagt vad de vill att vuxna gör.",
            },
            "measures": [[told["measure"], "Arbetslagen efter schema", [0, 9, 1]]],
            "consultations": [talked],
        }
        plans.write(safe, node=node, period=period, day=day, by=by, people=people)


def _meet(
    told: Told, activity: Activity, unit: str | None, leaders: dict[str, str], nodes: dict[str, Node],
    people: dict[str, Person],
) -> None:  # fmt: skip
    """Called, held and minuted; not if its day is still to come. A meeting that goes on has been today."""
    today = timezone.localdate()
    if activity.starts > today:
        return
    by = leaders[unit] if unit and "at" not in told else QUALITY
    meeting = {
        "kind": told["kind"],
        "node": told.get("at", unit),
        "concerns": [unit] if unit else [],
        "by": by,
        "secretary": by,
        "title": "",
        "period": activity.cycle.period,
        "subject": told.get("subject", ""),
        "in": (min(activity.ends, today - DAY) - today).days,
        "starts": "13:00",
        "ends": "15:00",
        "place": "Rådhuset" if by == QUALITY else nodes[unit or "namnd"].name,
        "conclusions": [told["said"]],
        "state": "minuted",
    }
    OneMeeting(nodes, people, meeting).write()
