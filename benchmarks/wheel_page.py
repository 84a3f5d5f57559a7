"""The page of a node's year with 120 activities at 400 units, against the page of one row; the size of its picture."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from styrkedja.core import periods
from styrkedja.core.database import APP_ROLE
from styrkedja.organisation.models import Node, Organiser, Person
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, CycleUnit, Kind, Task

from .pages import PLAIN, chain, compare

UNITS, ACTIVITIES = 400, 120
LARGEST = 150_000  # bytes of the picture


def measure() -> dict[str, Any]:
    person, units = chain(UNITS)
    root = Organiser.objects.get().root
    year(root, units, person)
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE NONE")
        cursor.execute("ANALYZE")
        cursor.execute(f"SET ROLE {APP_ROLE}")
    top, unit = (reverse("wheel:node", args=[node.pk]) for node in (root, units[0]))
    with override_settings(**PLAIN):
        client = Client()
        client.force_login(person)
        svg = client.get(top).content.split(b"<svg xmlns", 1)[1].split(b"</svg>\n", 1)[0]
        return {
            "wheel": compare(client, top),
            "wheel_of_a_unit": compare(client, unit),
            "list": compare(client, f"{top}?visa=lista"),
            "timeline": compare(client, f"{top}?visa=tidslinje"),
            "table": compare(client, f"{top}?visa=tabell"),
            "picture": {"bytes": len(svg), "limit": LARGEST, "held": len(svg) <= LARGEST},
        }


def year(root: Node, units: list[Node], person: Person) -> None:
    """A published year: 40 activities of the huvudman's own, 80 with a task at each of the units."""
    dice, period = random.Random(1), periods.school_year_on(timezone.localdate())
    first = periods.bounds(period)[0]
    cycle = AnnualCycle.objects.create(node=root, period=period, wheel="mat", title="Årshjul", created_by=person)
    CycleUnit.objects.bulk_create([CycleUnit(cycle=cycle, node=unit) for unit in units])
    made = []
    for number in range(ACTIVITIES):
        starts = first + dt.timedelta(days=30 + dice.randrange(300))
        own = number % 3 == 0
        made.append(
            Activity(
                cycle=cycle, node=root, number=f"{number // 12 + 1}.{number % 12 + 1}", kind=dice.choice(Kind.values),
                title_sv=f"Uppföljning av verksamhetens resultat {number}", starts=starts,
                ends=starts + dt.timedelta(days=dice.choice((0, 0, 0, 2, 4, 14))),
                level="council" if own else "unit", role="quality_lead" if own else "principal",
            )
        )  # fmt: skip
    Activity.objects.bulk_create(made)
    AnnualCycle.objects.filter(pk=cycle.pk).update(state=CycleState.PUBLISHED, published_at=timezone.now())
    Task.objects.bulk_create(
        [
            Task(activity=one, node=place, original=place)
            for one in made
            for place in ([root] if one.level == "council" else units)
        ],
        batch_size=2_000,
    )
