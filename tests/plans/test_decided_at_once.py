"""Two who decide, judge or end the same thing at once: one wins, the other is told, nothing is done twice."""

import datetime as dt
import threading

import pytest
from django.db import connections
from django.utils import timezone

from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.plans.goals import actions, closing_actions
from styrkedja.plans.initiatives import actions as initiatives
from styrkedja.plans.initiatives import outcome_actions
from styrkedja.plans.models import ClosedPeriod, Evaluation, Goal, Initiative
from tests.plans import initiating
from tests.plans.chain_of_goals import NATIONAL, decided, proposed
from tests.plans.initiating import reread
from tests.standing import put_up

pytestmark = pytest.mark.django_db(transaction=True)
PERIOD = "2025/26"
JUDGED = {
    "words": "Sett", "carried_out": "yes", "carried_out_how": "", "other_explanations": "Inga", "verdict": "effect",
    "decision": "keep", "learned": "Något",
}  # fmt: skip


def both(first, second) -> list[str]:
    """What came of two acts in two transactions that meet: "won" or "told", in alphabetical order."""
    gate, outcomes = threading.Barrier(2), []

    def press(act) -> None:
        try:
            gate.wait(10)
            act()
            outcomes.append("won")
        except (Refused, Conflict):
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=[act]) for act in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not list(breaks())
    return sorted(outcomes)


def events(name: str) -> int:
    return AuditEvent.objects.filter(event=name).count()


def goal_acts(world, goal, by):
    def decide():
        actions.decide(goal=Goal.objects.get(pk=goal.pk), expected=goal.version, by=by)

    def change():
        actions.change(goal=goal, expected=goal.version, title="Annat", national=[NATIONAL], by=world.person("head"))

    def close():
        actions.close(goal=goal, expected=goal.version, outcome="Nått", by=by)

    def carry_on():
        actions.carry_on(goal=goal, expected=goal.version, outcome="Halvvägs", by=by)

    return {"decide": decide, "change": change, "close": close, "carry_on": carry_on}


@pytest.mark.parametrize("other", ["decide", "change"])
def test_a_goal_is_decided_once_and_never_in_other_words_than_were_read(other):
    world = put_up()
    acts = goal_acts(world, proposed(world), world.person("principal"))
    assert both(acts["decide"], acts[other]) == ["told", "won"]
    goal = Goal.objects.get()
    assert events("goal_decided") == (goal.state == "decided")
    assert not (goal.state == "decided" and goal.title == "Annat")


@pytest.mark.parametrize("other", ["close", "carry_on"])
def test_a_goal_ends_once(other):
    world = put_up()
    acts = goal_acts(world, decided(world), world.person("principal"))
    assert both(acts["carry_on"], acts[other]) == ["told", "won"]
    assert events("goal_closed") == 1
    assert Goal.objects.filter(continues__isnull=False).count() <= 1


def test_an_initiative_is_decided_once():
    world = put_up()
    made = initiating.proposed(world)

    def decide():
        initiatives.decide(initiative=reread(made), expected=made.version, by=world.person("principal"))

    assert both(decide, decide) == ["told", "won"]
    assert events("initiative_moved") == 1
    assert reread(made).state == "decided"


def test_an_initiative_is_judged_once_and_the_second_is_asked_why_it_corrects():
    world = put_up()
    made = initiating.completed(world)

    def judge():
        outcome_actions.evaluate(initiative=reread(made), by=world.person("principal"), **JUDGED)

    assert both(judge, judge) == ["told", "won"]
    assert Evaluation.objects.count() == events("evaluated") == 1


def test_an_initiative_is_carried_on_once():
    world = put_up()
    made = initiating.completed(world)
    outcome_actions.evaluate(initiative=reread(made), by=world.person("principal"), **JUDGED)

    def carry_on():
        outcome_actions.carry_on(initiative=reread(made), period="2026/27", by=world.person("principal"))

    assert both(carry_on, carry_on) == ["told", "won"]
    assert Initiative.objects.filter(continues=made.pk).count() == 1


@pytest.mark.parametrize("what", ["goal", "initiative of the team"])
def test_nothing_is_decided_while_its_period_is_closed(monkeypatch, what):
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2026, 8, 20))
    world = put_up()
    by = world.person("principal")
    dates = {"starts_on": dt.date(2025, 9, 1), "ends_on": dt.date(2026, 5, 1), "period": PERIOD}
    if what == "goal":
        decide = goal_acts(world, proposed(world), by)["decide"]
    else:
        late = initiating.proposed(world, node=world.bjork_team, **dates, evaluation_date=dt.date(2026, 6, 1))

        def decide():
            initiatives.decide(initiative=reread(late), expected=late.version, by=by)

    assert both(decide, lambda: closing_actions.close_period(node=world.bjork, period=PERIOD, by=by)) == ["told", "won"]
    open_ones = [*Goal.objects.filter(state="decided"), *Initiative.objects.filter(state="decided")]
    assert len(open_ones) + ClosedPeriod.objects.count() == 1
