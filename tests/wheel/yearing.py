"""What the tests of years do: a small wheel of their own, a draft, a published year; all through actions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from styrkedja.wheel.catalogue import Process, Wheel, When, WhoAt
from styrkedja.wheel.catalogue._shapes import Words
from styrkedja.wheel.models import Activity, AnnualCycle
from styrkedja.wheel.years import actions, changing_actions, drafting_actions

PERIOD, NEXT = "2026/27", "2027/28"
TODAY = dt.date(2026, 11, 23)


def process(number: str, when: When, level: str, role: str, **more: Any) -> Process:
    said = {"kind": "follow_up", "title": Words(f"Aktivitet {number}", f"Activity {number}"), **more}
    return Process(id=f"liten/{number}", number=number, when=when, responsible=WhoAt(role, level), **said)


SMALL = Wheel(
    id="liten",
    title=Words("Ett litet hjul", "A small wheel"),
    about=Words("Sex aktiviteter.", "Six activities."),
    source=Words("Påhittat.", "Invented."),
    starts=7,
    school_forms=(),
    processes=(
        process("1", When(month=8), "committee", "committee_member", kind="decision"),
        process("2", When(week=40), "administration", "quality_lead"),
        process("3", When(month=12, day=24), "unit", "principal", before=Words("Läs")),
        process("4", When(week=5, to_week=6), "team", "team_lead", school_forms=("gr",)),
        process("5", When(month=3), "unit", "principal", school_forms=("fs",), kind="survey"),
        process("6", When(month=6, day=1), "unit", "principal", public=True),
    ),
)


def draft(world, *, units=None, period=PERIOD, node=None, forms=(), who="quality") -> AnnualCycle:
    return actions.make_cycle(
        node=node or world.council, period=period, wheel=SMALL, title="Årshjulet", school_forms=forms,
        units=[world.bjork, world.ek, world.lind] if units is None else units, by=world.person(who),
    )  # fmt: skip


def fresh(cycle: AnnualCycle) -> AnnualCycle:
    return AnnualCycle.objects.select_related("node", "follows").get(pk=cycle.pk)


def publish(world, cycle: AnnualCycle, who="quality") -> AnnualCycle:
    return actions.publish(cycle=cycle, expected=fresh(cycle).version, by=world.person(who))


def published(world, **said: Any) -> AnnualCycle:
    return publish(world, draft(world, **said))


def of(cycle: AnnualCycle, number: str) -> Activity:
    """The activity with a number, as it stands in the database."""
    return Activity.objects.select_related("cycle", "node").get(cycle=cycle, number=number)


def fields(title="Vår egen dag", starts=dt.date(2027, 2, 10), ends=None, level="unit", **more: Any) -> dict[str, Any]:
    return {
        "title_sv": title, "starts": starts, "ends": ends or starts, "level": level, "kind": "day",
        "role": "principal", **more,
    }  # fmt: skip


def own(world, cycle: AnnualCycle, node=None, who="principal", **said: Any) -> Activity:
    return changing_actions.add(cycle=cycle, node=node or world.bjork, fields=fields(**said), by=world.person(who))


def move(world, cycle: AnnualCycle, number: str, starts: dt.date, who="quality") -> AnnualCycle:
    row = of(cycle, number)
    return drafting_actions.change_days(
        cycle=cycle, expected=fresh(cycle).version, days={row.pk: (starts, starts)}, by=world.person(who)
    )
