"""Random walks through the states: whatever people press, in whatever order, no forbidden state is reached."""

import random

import pytest
from django.db import connection, transaction

from styrkedja.core.errors import Conflict, Refused
from styrkedja.plans.initiatives import actions, activity_actions, outcome_actions
from styrkedja.plans.initiatives.transitions import TRANSITIONS
from styrkedja.plans.models import Activity, Evaluation, Initiative
from tests.plans.initiating import need_keys, reread, whole

pytestmark = pytest.mark.django_db
ALLOWED = {(source.value, t.target.value) for t in TRANSITIONS.values() for source in t.sources}
PEOPLE = ("principal", "principal_ek", "lead_teacher", "teacher", "quality", "team_lead")
STEPS = 110


class Walk:
    """One initiative, and everything a person can try to do with it."""

    def __init__(self, world, seed):
        self.world, self.dice = world, random.Random(seed)
        self.keys = need_keys(world)
        self.made = actions.propose(node=world.bjork, period="2026/27", title="T", by=world.person("principal"))

    def step(self) -> str:
        """One try by somebody, right or wrong; what came of it."""
        who = self.world.person(self.dice.choices(PEOPLE, weights=(12, 1, 3, 1, 1, 1))[0])
        name = self.dice.choice([n for n in dir(self) if n.startswith("try_")])
        now = reread(self.made)
        version = now.version - (self.dice.random() < 0.1)
        try:
            with transaction.atomic():
                getattr(self, name)(now, version, who)
                with connection.cursor() as cursor:  # the database's own rules, as if the transaction ended here
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                    cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        except (Refused, Conflict):
            return "refused"
        return name

    def try_write(self, now, version, who):
        wanted = whole(holder=self.world.person("lead_teacher"))
        names = sorted(wanted)
        if self.dice.random() < 0.4:
            names = self.dice.sample(names, self.dice.randint(1, len(names)))
        blank = {"aim": "", "sign": " ", "holder": None, "evaluation_date": None, "resources": ""}
        lose = self.dice.random() < 0.1
        fields = {n: blank.get(n, wanted[n]) if lose else wanted[n] for n in names}
        keys = self.keys if self.dice.random() < 0.9 else []
        places = [self.world.bjork_team.pk] if self.dice.random() < 0.9 else []
        actions.change(initiative=now, expected=version, fields=fields, needs=keys, participants=places, by=who)

    def try_adjust(self, now, version, who):
        fields = {"holder": self.dice.choice([who, None]), "resources": self.dice.choice(["Mer", ""])}
        reason = self.dice.choice(["Skäl", ""])
        places = self.dice.choice([None, [], [self.world.bjork.pk]])
        actions.change_decided(
            initiative=now, expected=version, fields=fields, participants=places, reason=reason, by=who
        )

    def try_activity(self, now, version, who):
        rows = list(Activity.objects.filter(initiative=now))
        row, way = self.dice.choice(rows), self.dice.choices(range(4), weights=(1, 2, 3, 3))[0]
        reason = self.dice.choice(["Skäl", ""])
        if way == 0:
            activity_actions.remove(activity=row, reason=reason, by=who)
        elif way == 1:
            activity_actions.mark(activity=row, done=True, by=who)
        else:
            said = {"what": "Läs", "who": "Vi", "due": now.ends_on}
            activity_actions.change(activity=row, expected=row.version, fields=said, reason=reason, by=who)

    def try_decide(self, now, version, who):
        actions.decide(initiative=now, expected=version, by=who)

    def try_begin(self, now, version, who):
        actions.begin(initiative=now, expected=version, by=who)

    def try_complete(self, now, version, who):
        actions.complete(initiative=now, expected=version, by=who)

    def try_stop(self, now, version, who):
        actions.stop(initiative=now, expected=version, reason=self.dice.choice(["Skäl", " "]), by=who)

    def try_delete_and_restore(self, now, version, who):
        actions.remove(initiative=now, by=who)
        if self.dice.random() < 0.9:
            actions.restore(initiative=now, by=who)

    def try_restore(self, now, version, who):
        actions.restore(initiative=now, by=who)

    def try_follow_up(self, now, version, who):
        said = {"cycle": "2026-HT", "status": self.dice.choice(["as_planned", "deviates", "x"]), "done": "Något"}
        outcome_actions.follow_up(initiative=now, by=who, **said)

    def try_evaluate(self, now, version, who):
        said = {
            "words": "Sett", "carried_out": "yes", "carried_out_how": "", "other_explanations": "Inga",
            "verdict": self.dice.choice(["effect", "no_effect"]), "decision": self.dice.choice(["keep", "stop"]),
            "learned": self.dice.choice(["Något", ""]), "reason": self.dice.choice(["Skäl", ""]),
        }  # fmt: skip
        outcome_actions.evaluate(initiative=now, by=who, **said)

    def try_carry_on(self, now, version, who):
        outcome_actions.carry_on(initiative=now, period="2026/27", by=who)


def assert_whole(made: Initiative) -> None:
    """Invariants 3, 4 and 5 of what is decided."""
    if made.state == "proposed":
        return
    for field in ("aim", "sign", "ground", "reference", "resources", "evaluation_form"):
        assert getattr(made, field).strip(), field
    assert made.holder_id
    assert made.starts_on <= made.ends_on
    assert made.evaluation_date
    assert made.needs.exists()
    assert made.participants.exists()
    assert Activity.objects.filter(initiative=made, deleted_at=None).exclude(what="").exists()
    assert made.deleted_at is None
    assert (made.state == "evaluated") == Evaluation.objects.filter(initiative=made).exists()


def test_no_sequence_of_actions_reaches_a_forbidden_state(world):
    reached = set()
    for seed in range(4):
        reached |= walked(Walk(world, seed))
    assert reached >= {"proposed", "decided", "ongoing", "evaluated"}  # else the walks would show nothing


def walked(walk: Walk) -> set[str]:
    """The states one walk has been in."""
    before, decided_as, seen = reread(walk.made), None, set()
    for _ in range(STEPS):
        walk.step()
        now = reread(walk.made)
        seen.add(now.state)
        assert now.state == before.state or (before.state, now.state) in ALLOWED
        assert_whole(now)
        if now.state != "proposed":
            stands = (now.title, now.aim, now.effect, now.sign, now.target, now.target_date, now.reference)
            decided_as = decided_as or stands
            assert stands == decided_as
        before = now
    assert {i.state for i in Initiative.objects.filter(continues=walk.made)} <= {"proposed"}
    return seen
