"""The demo's year: the wheel of the school year that runs, published, with what can only be ticked ticked by most.

What the work itself shows is read from the rest of the demo, so some of it is done and some of it is late.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.organisation.models import Node, Person
from styrkedja.organisation.tree import Tree
from styrkedja.wheel.catalogue import default_wheel
from styrkedja.wheel.models import AnnualCycle, DoneCheck, Kind, Task
from styrkedja.wheel.tasks import actions as tasks
from styrkedja.wheel.tasks.responsible import responsible_of
from styrkedja.wheel.years import actions as years
from styrkedja.wheel.years import changing_actions, drafting_actions

from . import autumn, cast

PLANNER = "Amina Warsame"
EVERY = 9  # one in so many has not ticked yet
FIRST_WEEK = 27  # ISO weeks before it lie in the year's spring
OWN = (  # place, who adds it, kind, level, role, title, ISO week
    ("00010002", "Erik Hallgren", Kind.DIALOGUE, "unit", "principal", "Utvecklingssamtal", 41),
    ("00010002", "Erik Hallgren", Kind.WORKSHOP, "team", "team_lead", "Lektionsbesök i par", 48),
    ("00010002", "Erik Hallgren", Kind.DAY, "unit", "principal", "Öppet hus för nya elever", 4),
    ("bjork-7-9", "Tova Grahn", Kind.FOLLOW_UP, "team", "team_lead", "Avstämning av lektionsstarten", 49),
)


def write(*, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """The year, unless there is one. `nodes` by the keys of `cast`, `people` by e-mail."""
    if AnnualCycle.objects.exists():
        return
    planner = next(people[m.email] for m in cast.PEOPLE if m.name == PLANNER)
    with transaction.atomic():
        cycle = _published(nodes["huvudman"], planner)
        _add_own(cycle, nodes, people)
        autumn.write(cycle, nodes, people)
        _tick(cycle, Access(planner).tree)


def _published(root: Node, planner: Person) -> AnnualCycle:
    wheel = default_wheel()
    cycle = years.make_cycle(
        node=root,
        period=periods.school_year_on(timezone.localdate()),
        wheel=wheel,
        title=wheel.title.sv,
        school_forms=(),
        units=Access(planner).tree.units(root.pk),
        by=planner,
    )
    cycle = drafting_actions.change_days(cycle=cycle, expected=cycle.version, days=autumn.days(cycle), by=planner)
    return years.publish(cycle=cycle, expected=cycle.version, by=planner)


def _add_own(cycle: AnnualCycle, nodes: dict[str, Node], people: dict[str, Person]) -> None:
    """What a school and a team have added of their own."""
    first = periods.bounds(cycle.period)[0]
    for place, who, kind, level, role, title, week in OWN:
        monday = dt.date.fromisocalendar(first.year + (week < FIRST_WEEK), week, 1)
        fields = {
            "kind": kind,
            "title_sv": title,
            "starts": monday,
            "ends": monday + dt.timedelta(days=4),
            "level": level,
            "role": role,
        }
        by = next(people[m.email] for m in cast.PEOPLE if m.name == who)
        changing_actions.add(cycle=cycle, node=nodes[place], fields=fields, by=by)


def _tick(cycle: AnnualCycle, tree: Tree) -> None:
    """What is over is ticked by whoever answers for it, but for one here and there."""
    over = Task.objects.filter(
        activity__cycle=cycle, activity__done_check=DoneCheck.TICK, activity__ends__lt=timezone.localdate()
    )
    found = list(over.select_related("activity", "node", "holder").order_by("activity__starts", "node__name"))
    who = responsible_of(found, tree)
    for number, task in enumerate(found):
        if (number + 1) % EVERY and who[task.pk]:
            tasks.tick(task=task, done=True, by=who[task.pk][0])
