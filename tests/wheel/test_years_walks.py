"""Whatever is done to a year in whatever order: it goes from draft over published to closed, and keeps its promises."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from styrkedja.core.errors import Conflict, Refused
from styrkedja.wheel.models import Activity, Task
from styrkedja.wheel.years import actions, changing_actions, closing_actions, drafting_actions

from .yearing import draft, fields, fresh, own

pytestmark = pytest.mark.django_db

AFTER = dt.date(2027, 7, 1)
STEPS = (
    "publish",
    "delete",
    "restore",
    "out",
    "back",
    "move",
    "add",
    "own",
    "cancel",
    "change",
    "drop",
    "undo",
    "close",
)
ORDER = ["draft", "published", "closed"]


def step(world, cycle, what, number):
    by, now = world.person("quality"), fresh(cycle)
    rows = list(Activity.objects.filter(cycle=cycle).select_related("cycle", "node").order_by("number", "pk"))
    one = rows[number % len(rows)]
    said = {"cycle": now, "expected": now.version, "by": by}
    tasks = list(Task.objects.filter(activity__cycle=cycle, activity__cancelled_at=None))
    open_ones = [t.pk for t in tasks if not t.outcome]
    day = dt.date(2026, 9, 1) + dt.timedelta(days=number)
    match what:
        case "publish":
            actions.publish(**said)
        case "delete":
            actions.delete_draft(**said)
        case "restore":
            actions.restore_draft(cycle=now, by=by)
        case "out":
            drafting_actions.take_out(activity=one.pk, **said)
        case "back":
            drafting_actions.put_back(activity=one.pk, **said)
        case "move":
            drafting_actions.change_days(days={one.pk: (day, day)}, **said)
        case "add":
            changing_actions.add(cycle=now, node=world.council, fields=fields(f"Till {number}"), by=by)
        case "own":
            own(world, now, title=f"Egen {number}")
        case "cancel":
            changing_actions.cancel(activity=one, expected=one.version, reason="Så blev det.", by=by)
        case "change":
            changing_actions.change(activity=one, expected=one.version, fields={"starts": day, "ends": day}, by=by)
        case "drop":
            closing_actions.drop(cycle=now, tasks=open_ones[: 1 + number % 7], reason="Nej", by=by)
        case "undo":
            closing_actions.take_back(cycle=now, tasks=[t.pk for t in tasks], by=by)
        case "close":
            closing_actions.drop(cycle=now, tasks=open_ones, reason="Slut", by=by) if open_ones else None
            closing_actions.close(cycle=now, expected=now.version, by=by)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 40)), min_size=4, max_size=14))
def test_a_year_only_goes_forward(world, monkeypatch, steps):
    monkeypatch.setattr(timezone, "localdate", lambda *a: a[0].date() if a and a[0] else AFTER)
    with transaction.atomic():
        cycle, reached, closed_as = draft(world), 0, None
        for what, number in steps:
            try:
                with transaction.atomic():
                    step(world, cycle, what, number)
            except (Refused, Conflict):
                pass
            now = fresh(cycle)
            assert ORDER.index(now.state) in (reached, reached + 1)
            reached = ORDER.index(now.state)
            tasks = Task.objects.filter(activity__cycle=cycle)
            assert tasks.exists() == (reached > 0)
            if reached == 2:
                assert not tasks.filter(outcome="", activity__cancelled_at=None).exists()
                stands = sorted(tasks.values_list("pk", "outcome", "version"))
                assert closed_as in (None, stands)
                closed_as = stands
        transaction.set_rollback(True)
