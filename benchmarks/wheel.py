"""The year wheel at full size: a year of 400 units and 60 activities published, as the worker does it.

Seconds count here, not a ratio: whoever publishes waits for it. Every task is a row, all of them in one transaction,
and how far it has come is written over a connection of its own.
"""

from __future__ import annotations

import statistics
import time
from typing import Any

from styrkedja.organisation.models import Node, Person
from styrkedja.wheel.catalogue import Process, Wheel, When, WhoAt
from styrkedja.wheel.catalogue._shapes import Words
from styrkedja.wheel.models import AnnualCycle, Publishing, Task
from styrkedja.wheel.years import actions, publishing_actions

from .pages import chain

UNITS, ACTIVITIES, YEARS, LIMIT_S = 400, 60, ("2026/27", "2027/28", "2028/29"), 10.0


def measure() -> dict[str, Any]:
    person, units = chain(UNITS)
    return {"publish": _published(person, units)}


def _published(person: Person, units: list[Node]) -> dict[str, Any]:
    """Three years after each other, each with the years before it in place."""
    top = units[0].placements.get().parent
    took = []
    for period in YEARS:
        cycle = actions.make_cycle(
            node=top, period=period, wheel=_wheel(), title="Mäthjulet", school_forms=(), units=units, by=person
        )
        publishing_actions.ask_to_publish(cycle=cycle, expected=cycle.version, by=person)
        start = time.perf_counter()
        publishing_actions.work(cycle.pk, cycle.version)
        took.append(time.perf_counter() - start)
        assert AnnualCycle.objects.get(pk=cycle.pk).state == "published"
        assert Publishing.objects.get(cycle=cycle).progress == 100
        assert Task.objects.filter(activity__cycle=cycle).count() == UNITS * ACTIVITIES
    middle = statistics.median(took)
    return {
        "tasks": UNITS * ACTIVITIES,
        "seconds": round(middle, 2),
        "seconds_min_max": [round(min(took), 2), round(max(took), 2)],
        "limit_s": LIMIT_S,
        "held": max(took) <= LIMIT_S,
    }


def _wheel() -> Wheel:
    """Sixty activities of the units, five a month."""
    processes = tuple(
        Process(
            id=f"mathjulet/{number}", number=str(number), kind="follow_up", title=Words(f"Aktivitet {number}"),
            when=When(month=number % 12 + 1), responsible=WhoAt("principal", "unit"),
        )
        for number in range(1, ACTIVITIES + 1)
    )  # fmt: skip
    return Wheel("mathjulet", Words("Mäthjulet"), Words(), Words(), 7, (), processes)
