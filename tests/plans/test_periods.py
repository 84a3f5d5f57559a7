"""A period ends by decisions: every initiative judged, every goal with an outcome or carried on; never by itself."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from styrkedja.core.errors import Refused
from styrkedja.core.models import AuditEvent
from styrkedja.plans.goals import actions, closing_actions
from styrkedja.plans.goals.closing_actions import StillOpen
from styrkedja.plans.initiatives import actions as initiatives
from styrkedja.plans.models import ClosedPeriod, Goal, GoalNational
from tests.plans import initiating
from tests.plans.chain_of_goals import decided, proposed

pytestmark = pytest.mark.django_db
PERIOD = "2025/26"


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The period is over."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2026, 8, 20))


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


DATES = {"starts_on": dt.date(2025, 9, 1), "ends_on": dt.date(2026, 5, 1)}


def close(world, node=None, period=PERIOD):
    return closing_actions.close_period(node=node or world.bjork, period=period, by=world.person("principal"))


def test_unjudged_initiatives_here_and_below_are_named_with_their_way(log_in, world):
    due = {**DATES, "period": PERIOD, "evaluation_date": dt.date(2026, 6, 1)}
    own = initiating.completed(world, **{**due, "title": "Avslutad men inte utvärderad"})
    below = initiating.decided(world, node=world.bjork_team, **{**due, "title": "Försenad i laget"})
    later = {**due, "title": "Löper över två år", "evaluation_date": dt.date(2027, 6, 1)}
    going_on = initiating.decided(world, **later)
    with pytest.raises(StillOpen, match="Avslutad men inte utvärderad") as refused:
        close(world)
    assert {i.pk for i in refused.value.initiatives} == {own.pk, below.pk}
    assert not ClosedPeriod.objects.exists()
    page = log_in("principal").get(reverse("plans:period_close", args=[world.bjork.pk])).content.decode()
    for initiative in (own, below):
        assert reverse("plans:initiative", args=[initiative.pk]) in page
    assert going_on.title not in page
    assert "Ska 2025/26 stängas?" not in page


def test_invariant_05_the_database_keeps_a_period_open_over_what_is_unjudged(world):
    initiating.completed(world, period=PERIOD)
    with pytest.raises(IntegrityError, match="unjudged"), transaction.atomic():
        ClosedPeriod.objects.create(node=world.bjork, period=PERIOD)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_goal_without_an_outcome_keeps_the_period_open(log_in, world):
    goal = decided(world, title="Studiero")
    with pytest.raises(StillOpen, match="Studiero"):
        close(world)
    client = log_in("principal")
    address = reverse("plans:period_close", args=[world.bjork.pk])
    page = client.post(address, {"period": PERIOD}, follow=True).content.decode()
    assert reverse("plans:goal_close", args=[goal.pk]) in page
    assert not ClosedPeriod.objects.exists()
    actions.close(goal=goal, expected=2, outcome="Vi nådde dit.", by=world.person("principal"))
    assert "Ska 2025/26 stängas?" in client.get(address).content.decode()
    client.post(address, {"period": PERIOD})
    closed = ClosedPeriod.objects.get()
    assert (closed.node, closed.period, closed.closed_by) == (world.bjork, PERIOD, world.person("principal"))
    assert AuditEvent.objects.filter(event="period_closed").count() == 1
    assert "Perioden är stängd" in client.get(address).content.decode()


def test_a_goal_is_carried_on_by_a_decision_and_as_a_proposal(log_in, world):
    goal = decided(world, title="Studiero", text="I alla klassrum")
    client = log_in("principal")
    sent = {"version": 2, "outcome": "Halvvägs.", "then": "carry"}
    answer = client.post(reverse("plans:goal_close", args=[goal.pk]), sent)
    after = Goal.objects.get(continues=goal)
    assert answer.headers["Location"] == reverse("plans:goal", args=[after.pk])
    assert (after.period, after.state, after.title, after.text) == (
        "2026/27",
        "proposed",
        "Studiero",
        "I alla klassrum",
    )
    assert [n.national_goal for n in after.national.all()] == ["lgr22/normer/trygghet"]
    goal.refresh_from_db()
    assert (goal.state, goal.outcome) == ("closed", "Halvvägs.")
    close(world)
    page = client.get(reverse("plans:goal", args=[goal.pk])).content.decode()
    assert "Fortsätter i" in page


def test_nothing_is_carried_on_by_itself(world):
    proposed(world, title="Bara ett förslag")
    close(world)
    assert not Goal.objects.filter(period="2026/27").exists()


def test_what_no_longer_holds_does_not_come_along(world):
    goal = decided(world, national=["lgr22/normer/trygghet"])
    GoalNational.objects.create(goal=goal, national_goal="lgr11/normer/gammalt", valid_from=dt.date(2011, 7, 1))
    after = actions.carry_on(goal=goal, expected=2, outcome="Halvvägs.", by=world.person("principal"))
    assert [n.national_goal for n in after.national.all()] == ["lgr22/normer/trygghet"]


def test_in_a_closed_period_nothing_is_proposed_or_decided(world):
    waiting = proposed(world)
    close(world)
    with pytest.raises(Refused, match="stängd"):
        proposed(world, title="För sent")
    with pytest.raises(Refused, match="stängd"):
        by = world.person("principal")
        initiatives.propose(node=world.bjork_team, period=PERIOD, title="För sent", by=by)  # closed above the team
    with pytest.raises(Refused, match="stängd"):
        actions.decide(goal=waiting, expected=1, by=world.person("principal"))
    with pytest.raises(Refused, match="redan stängd"):
        close(world)


@pytest.mark.parametrize(("period", "words"), [("2026/27", "pågår"), ("2026", "pågår"), ("hej", "läsår")])
def test_a_period_that_runs_or_is_none_cannot_be_closed(world, period, words):
    with pytest.raises(Refused, match=words):
        close(world, period=period)


def test_only_who_decides_plans_closes(log_in, world):
    address = reverse("plans:period_close", args=[world.bjork.pk])
    for who in ("teacher", "team_lead", "lead_teacher", "principal_ek", "quality", "registrar"):
        assert log_in(who).post(address, {"period": PERIOD}).status_code in (403, 404)
    assert not ClosedPeriod.objects.exists()


def test_one_page_for_a_period_that_still_runs(log_in, world):
    address = reverse("plans:period_close", args=[world.bjork.pk])
    assert "Perioden pågår" in log_in("principal").get(address + "?period=2026/27").content.decode()
