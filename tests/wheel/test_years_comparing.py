"""Years side by side: figures worked by hand, a year that goes on against the one before at the same day."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.wheel.models import Task, Tick
from styrkedja.wheel.years import closing_actions, comparing

from .yearing import TODAY, fresh, of, published

pytestmark = pytest.mark.django_db

D = dt.date
LAST = "2025/26"
DONE = {  # of last year: number of the activity, who, and when
    ("1", "council"): D(2025, 8, 20),  # in August, in time
    ("2", "administration"): D(2025, 11, 30),  # week 40: late, and not yet on 23 November
    ("3", "bjork"): D(2025, 12, 20),  # by Christmas Eve
    ("3", "ek"): D(2026, 1, 10),
}


@pytest.fixture
def years(world, monkeypatch):
    """2025/26, closed with four of its eleven tasks done, and 2026/27 on 23 November with two."""

    def is_(day):
        monkeypatch.setattr(timezone, "localdate", lambda *a: a[0].date() if a and a[0] else day)

    is_(D(2026, 7, 1))
    last = published(world, period=LAST)
    for (number, place), day in DONE.items():
        node = world.committee if place == "council" else getattr(world, place)
        how = {"words_sv": "Klart", "by": "", "at": day.isoformat()}
        one = of(last, number).tasks.filter(node=node)
        assert one.update(outcome="done", outcome_at=timezone.now(), how=how) == 1
    rest = list(Task.objects.filter(activity__cycle=last, outcome="").values_list("pk", flat=True))
    closing_actions.drop(cycle=last, tasks=rest, reason="Hanns inte med.", by=None)
    closing_actions.close(cycle=last, expected=fresh(last).version, by=None)
    is_(TODAY)
    this = published(world)
    with monkeypatch.context() as then:
        then.setattr(timezone, "now", lambda: dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
        for number, node in (("1", world.committee), ("6", world.bjork)):
            Tick.objects.create(task=of(this, number).tasks.get(node=node), done=True)
    return fresh(this), fresh(last)


def read(world, node, years, *, same_day):
    found = comparing.compare(Access(world.person("quality")), node, years, same_day=same_day)
    cells = {s.activity.number: [c and (c.in_time, c.late, c.undone, c.coming) for c in s.cells] for s in found.steps}
    return found, cells


def test_a_year_that_goes_on_stands_beside_the_one_before_as_it_was_at_the_same_day(world, years):
    found, cells = read(world, world.council, years, same_day=True)
    assert found.days == [None, D(2025, 11, 23)]
    assert cells == {
        "1": [(0, 1, 0, 0), (1, 0, 0, 0)],
        "2": [(0, 0, 1, 0), (0, 0, 1, 0)],
        "3": [(0, 0, 0, 3), (0, 0, 0, 3)],
        "4": [(0, 0, 0, 2), (0, 0, 0, 2)],
        "5": [(0, 0, 0, 1), (0, 0, 0, 1)],
        "6": [(1, 0, 0, 2), (0, 0, 0, 3)],
    }
    assert [(t.in_time, t.late, t.undone, t.coming) for t in found.totals] == [(1, 1, 1, 8), (1, 0, 1, 9)]


def test_whole_years_and_one_place_of_them(world, years):
    _found, cells = read(world, world.council, years, same_day=False)
    assert {number: held[1] for number, held in cells.items()} == {
        "1": (1, 0, 0, 0), "2": (0, 1, 0, 0), "3": (1, 1, 1, 0), "4": (0, 0, 2, 0), "5": (0, 0, 1, 0),
        "6": (0, 0, 3, 0),
    }  # fmt: skip
    _found, mine = read(world, world.bjork, years, same_day=False)
    assert mine == {
        "3": [(0, 0, 0, 1), (1, 0, 0, 0)], "4": [(0, 0, 0, 1), (0, 0, 1, 0)], "6": [(1, 0, 0, 0), (0, 0, 1, 0)],
    }  # fmt: skip


def test_everybody_who_sees_the_wheel_reads_the_pages_and_only_those_who_plan_begin_a_year(world, years, client):
    this, _last = years
    client.force_login(world.person("teacher"))
    page = client.get(reverse("wheel:years"))
    said = page.content.decode()
    assert (
        'method="post"' not in said.split("<main", 1)[1]
        and reverse("wheel:year_new", args=[world.council.pk]) not in said
    )
    (going,) = [one for one in page.context["years"] if one["cycle"] == this]
    assert (going["stands"].in_time, going["stands"].late, going["left"]) == (1, 1, 9)
    compare = reverse("wheel:year_compare", args=[world.bjork.pk])
    with CaptureQueriesContext(connection) as few:
        shown = client.get(compare)
    assert "per 2025-11-23" in shown.content.decode()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("wheel:year_compare", args=[world.council.pk]))
    assert len(many) <= len(few) + 2
    assert client.get(compare, {"plats": str(world.ek.pk)}).status_code in (200, 302)
