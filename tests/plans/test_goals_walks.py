"""Random walks over a year's goals, its initiatives and its closing: no order of presses reaches a forbidden state."""

import datetime as dt
import random

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from styrkedja.core.errors import Conflict, Refused
from styrkedja.plans.goals import actions, closing, closing_actions
from styrkedja.plans.initiatives import actions as initiatives
from styrkedja.plans.initiatives import outcome_actions
from styrkedja.plans.models import ClosedPeriod, Goal, Initiative
from tests.plans import initiating
from tests.plans.chain_of_goals import NATIONAL
from tests.plans.initiating import reread

pytestmark = pytest.mark.django_db
PERIOD, NEXT = "2025/26", "2026/27"
LAST_DAY = dt.date(2026, 6, 30)
ALLOWED = {("proposed", "decided"), ("decided", "closed")}  # written out by hand: the table is not its own answer
PEOPLE = ("principal", "team_lead", "principal_ek", "teacher", "registrar", "quality")
STEPS = 110
OFTEN = {"try_close_the_period": 5, "try_begin_or_end_an_initiative": 3, "try_judge_an_initiative": 2, "try_decide": 3}


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    """The period is over, and the next has begun."""
    monkeypatch.setattr(timezone, "localdate", lambda *_: dt.date(2026, 8, 20))


class Walk:
    """The goals and initiatives of a unit and its team, and everything people can try to do with them."""

    def __init__(self, world, seed):
        self.world, self.dice = world, random.Random(seed)
        dates = {"starts_on": dt.date(2025, 9, 1), "ends_on": dt.date(2026, 5, 1), "period": PERIOD}
        self.initiatives = [
            initiating.proposed(world, **dates, evaluation_date=dt.date(2026, 6, 1)).pk,
            initiating.proposed(world, node=world.bjork_team, **dates, evaluation_date=dt.date(2026, 6, 1)).pk,
            initiating.proposed(world, **dates, evaluation_date=dt.date(2027, 6, 1)).pk,
        ]

    def step(self) -> None:
        who = self.world.person(self.dice.choices(PEOPLE, weights=(14, 2, 1, 1, 1, 1))[0])
        names = [n for n in dir(self) if n.startswith("try_")]
        name = self.dice.choices(names, weights=[OFTEN.get(n, 1) for n in names])[0]
        try:
            with transaction.atomic():
                getattr(self, name)(who)
                with connection.cursor() as cursor:  # the database's own rules, as if the transaction ended here
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except (Refused, Conflict):
            pass

    def goal(self) -> tuple[Goal, int] | None:
        """Some goal, and the version somebody has read: now and then an old one."""
        found = list(Goal.objects.order_by("created_at", "pk"))
        if not found:
            return None
        goal = self.dice.choice(found)
        return goal, goal.version - (self.dice.random() < 0.1)

    def try_propose(self, who):
        if Goal.objects.count() >= 6:
            return
        node = self.dice.choice([self.world.bjork, self.world.bjork, self.world.bjork_team])
        national = self.dice.choice([[NATIONAL], [NATIONAL], []])
        period = self.dice.choice([PERIOD, PERIOD, NEXT])
        above = self.dice.choice([None, Goal.objects.order_by("pk").first()])
        actions.propose(node=node, period=period, title="Mål", national=national, above=above, by=who)

    def try_change(self, who):
        if found := self.goal():
            title, national = self.dice.choice(["Mål", "Annat mål"]), self.dice.choice([[NATIONAL], []])
            actions.change(goal=found[0], expected=found[1], title=title, national=national, by=who)

    def try_decide(self, who):
        if found := self.goal():
            actions.decide(goal=found[0], expected=found[1], by=who)

    def try_close(self, who):
        if found := self.goal():
            actions.close(goal=found[0], expected=found[1], outcome=self.dice.choice(["Nått", " "]), by=who)

    def try_carry_on(self, who):
        if found := self.goal():
            actions.carry_on(goal=found[0], expected=found[1], outcome=self.dice.choice(["Halvvägs", ""]), by=who)

    def try_delete(self, who):
        if found := self.goal():
            actions.delete_goal(goal=found[0], by=who)

    def try_restore(self, who):
        if found := self.goal():
            actions.restore_goal(goal=found[0], by=who)

    def try_close_the_period(self, who):
        if not Goal.objects.exclude(state="proposed").exists():
            return  # a year in which nothing was meant says nothing
        node = self.dice.choice([self.world.bjork, self.world.bjork, self.world.bjork_team])
        closing_actions.close_period(node=node, period=self.dice.choice([PERIOD, PERIOD, NEXT]), by=who)

    def initiative(self) -> Initiative:
        return reread(Initiative(pk=self.dice.choice(self.initiatives)))

    def try_decide_an_initiative(self, who):
        now = self.initiative()
        initiatives.decide(initiative=now, expected=now.version, by=who)

    def try_begin_or_end_an_initiative(self, who):
        now = self.initiative()
        way = self.dice.choice([initiatives.begin, initiatives.complete])
        way(initiative=now, expected=now.version, by=who)

    def try_judge_an_initiative(self, who):
        said = {
            "words": "Sett", "carried_out": "yes", "carried_out_how": "", "other_explanations": "Inga",
            "verdict": "effect", "decision": "keep", "learned": "Något",
        }  # fmt: skip
        outcome_actions.evaluate(initiative=self.initiative(), by=who, **said)

    def try_carry_an_initiative_on(self, who):
        outcome_actions.carry_on(initiative=self.initiative(), period=NEXT, by=who)


def assert_goals_are_whole(before: dict, after: dict) -> None:
    for pk, goal in after.items():
        was = before.get(pk)
        if was is None:
            assert goal.state == "proposed"
        elif was.state != goal.state:
            assert (was.state, goal.state) in ALLOWED
        elif goal.state != "proposed":
            assert (was.title, was.text, was.above_id) == (goal.title, goal.text, goal.above_id)
        if goal.state != "proposed":
            assert goal.deleted_at is None
            assert goal.decided_at and goal.decided_by_id
            assert goal.national.exists()
        assert (goal.state == "closed") == bool(goal.outcome.strip())
        assert goal.continues_id is None or after[goal.continues_id].state == "closed"
    assert set(before) <= set(after)
    carried = [goal.continues_id for goal in after.values() if goal.continues_id]
    assert len(carried) == len(set(carried))


def assert_closed_is_closed(world) -> None:
    """In a closed period nothing is undecided about what was decided: judged, or judged later by its own date."""
    below = {world.bjork.pk: [world.bjork.pk, world.bjork_team.pk], world.bjork_team.pk: [world.bjork_team.pk]}
    for closed in ClosedPeriod.objects.all():
        assert closed.period == PERIOD
        assert not Goal.objects.filter(node=closed.node_id, period=PERIOD, state="decided").exists()
        due = Initiative.objects.filter(node__in=below[closed.node_id], period=PERIOD, evaluation_date__lte=LAST_DAY)
        assert not due.filter(state__in=["decided", "ongoing", "completed", "stopped"]).exists()


def walked(world, seed: int) -> set[str]:
    """What one walk has been through."""
    walk, seen, goals = Walk(world, seed), set(), {}
    for _ in range(STEPS):
        walk.step()
        now = {goal.pk: goal for goal in Goal.objects.all()}
        assert_goals_are_whole(goals, now)
        assert_closed_is_closed(world)
        goals = now
        seen |= {goal.state for goal in now.values()}
        seen |= {"carried on" for goal in now.values() if goal.continues_id}
        seen |= {"period closed" for _one in ClosedPeriod.objects.all()}
    return seen


def test_no_sequence_of_actions_leaves_a_goal_or_a_closed_period_half_done(world):
    seen = set()
    for seed in range(6):
        with transaction.atomic():
            seen |= walked(world, seed)
            transaction.set_rollback(True)
    assert seen == {"proposed", "decided", "closed", "carried on", "period closed"}  # else it would show nothing


FAULTS = {
    "moves are not asked for": (actions, "_refuse_wrong_state", lambda *_: None),
    "a closed period is open": (closing, "lock_open_period", lambda *_: None),
    "nothing waits to be judged": (closing, "unjudged", lambda *_: Initiative.objects.none()),
    "goals need no outcome": (closing, "open_goals", lambda *_: Goal.objects.none()),
    "anything can be rewritten": (actions, "locked_proposal", lambda goal: actions._locked(goal)),
    "no national goal is wanted": (actions, "_national", lambda *_: []),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_walk_finds_a_planted_fault(world, monkeypatch, fault):
    module, name, instead = FAULTS[fault]
    monkeypatch.setattr(module, name, instead)
    with pytest.raises((AssertionError, IntegrityError)):
        for seed in range(6):
            with transaction.atomic():
                walked(world, seed)
                transaction.set_rollback(True)


def test_what_was_proposed_is_not_decided_in_a_period_closed_here_or_above(world):
    dates = {"starts_on": dt.date(2025, 9, 1), "ends_on": dt.date(2026, 5, 1), "period": PERIOD}
    late = initiating.proposed(world, node=world.bjork_team, **dates, evaluation_date=dt.date(2026, 6, 1))
    closing_actions.close_period(node=world.bjork, period=PERIOD, by=world.person("principal"))
    with pytest.raises(Refused, match="stängd"):
        initiatives.decide(initiative=late, expected=late.version, by=world.person("principal"))
    with pytest.raises(IntegrityError, match="closed period"), transaction.atomic():
        Initiative.objects.filter(pk=late.pk).update(state="decided")


def test_the_database_closes_no_period_over_a_goal_without_an_outcome(world):
    goal = actions.propose(
        node=world.bjork, period=PERIOD, title="Mål", national=[NATIONAL], by=world.person("principal")
    )
    actions.decide(goal=goal, expected=1, by=world.person("principal"))
    with pytest.raises(IntegrityError, match="outcome"), transaction.atomic():
        ClosedPeriod.objects.create(node=world.bjork, period=PERIOD)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
