"""The life of a receiver: nothing but the table's moves, in whatever order one presses; of two at once one is told."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from styrkedja.core.audit import breaks
from styrkedja.core.errors import Conflict, Refused
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.models import Feedback, Obligation, ReceiverState, Request, RequestReceiver, Submission
from styrkedja.dialogues.requests import answer_actions, asking_actions
from styrkedja.dialogues.requests.transitions import TRANSITIONS, Move
from tests.world import build

from .talking import ask, day, of

S = ReceiverState
ALLOWED = {  # written out by hand: the table under test is not its own answer
    (S.WAITING, Move.SUBMIT): S.SUBMITTED,
    (S.WAITING, Move.RELEASE): S.RELEASED,
    (S.SUBMITTED, Move.ACCEPT): S.ACCEPTED,
    (S.SUBMITTED, Move.RETURN): S.RETURNED,
    (S.SUBMITTED, Move.RELEASE): S.RELEASED,
    (S.RETURNED, Move.SUBMIT): S.SUBMITTED,
    (S.RETURNED, Move.RELEASE): S.RELEASED,
}
PATHS = {
    S.WAITING: (),
    S.SUBMITTED: (Move.SUBMIT,),
    S.RETURNED: (Move.SUBMIT, Move.RETURN),
    S.ACCEPTED: (Move.SUBMIT, Move.ACCEPT),
    S.RELEASED: (Move.RELEASE,),
}


def make(world, row, move):
    """One move by whoever makes it, whatever the state, with the row as it stands."""
    row = RequestReceiver.objects.select_related("request", "node").get(pk=row.pk)
    asker, principal = world.person("quality"), world.person("principal")
    if move is Move.SUBMIT:
        return answer_actions.answer_in_words(receiver=row, text="Svar", expected=row.version, by=principal)
    if move is Move.ACCEPT:
        return asking_actions.accept(receivers={row.pk: row.version}, by=asker)
    said = {"receiver": row, "reason": "Därför", "expected": row.version, "by": asker}
    return asking_actions.return_answer(due=day(3), **said) if move is Move.RETURN else asking_actions.release(**said)


@pytest.mark.django_db
@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("move", list(Move))
def test_only_the_moves_of_the_table_can_be_made(world, state, move):
    row = of(ask(world, of=[world.bjork]), world.bjork)
    for step in PATHS[state]:
        make(world, row, step)
    if target := ALLOWED.get((state, move)):
        make(world, row, move)
    else:
        before = AuditEvent.objects.count()
        with pytest.raises(Refused, match="Björkskolan"):
            make(world, row, move)
        target = state
        assert AuditEvent.objects.count() == before
    assert RequestReceiver.objects.get(pk=row.pk).state == target
    assert sum(len(t.sources) for t in TRANSITIONS.values()) == len(ALLOWED)


@pytest.mark.django_db
def test_who_has_read_an_older_answer_cannot_accept_it(world):
    row = of(ask(world, of=[world.bjork]), world.bjork)
    make(world, row, Move.SUBMIT)
    with pytest.raises(Conflict):
        asking_actions.accept(receivers={row.pk: 1}, by=world.person("quality"))


@pytest.mark.django_db
def test_only_places_below_can_be_asked(world):
    with pytest.raises(Refused, match="Ekskolan"):
        ask(world, of=[world.ek], node=world.bjork, who="principal")
    with pytest.raises(Refused, match="Björkskolan"):
        ask(world, of=[world.bjork], node=world.bjork, who="principal")
    assert not Request.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_hand_in_at_once_one_wins_and_the_other_is_told():
    world = build()
    row = of(ask(world, of=[world.bjork]), world.bjork)
    gate, outcomes = threading.Barrier(2), []

    def press() -> None:
        try:
            gate.wait(10)
            make(world, row, Move.SUBMIT)
            outcomes.append("won")
        except (Refused, Conflict):
            outcomes.append("told")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(outcomes) == ["told", "won"]
    assert Submission.objects.count() == 1 and not list(breaks())


class Walk(RuleBasedStateMachine):
    """Any order of presses, right or wrong: the database's rules hold after each, and nothing said is ever lost."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.world = build()
        self.request = ask(self.world)
        self.rows = [of(self.request, self.world.bjork), of(self.request, self.world.ek)]
        self.said = 0

    @rule(which=st.integers(0, 1), move=st.sampled_from(list(Move)))
    def move(self, which, move):
        before = RequestReceiver.objects.get(pk=self.rows[which].pk).state
        self._press(lambda: make(self.world, self.rows[which], move), (S(before), move) in ALLOWED)

    @rule(which=st.sets(st.integers(0, 1), min_size=1), question=st.sampled_from(["", "Hur?"]))
    def feedback(self, which, question):
        ids = [self.rows[i].pk for i in which]
        states = RequestReceiver.objects.filter(pk__in=ids).values_list("state", flat=True)
        by = self.world.person("quality")
        self._press(
            lambda: answer_actions.give_feedback(receivers=ids, saw="Sett", question=question, by=by),
            all(state == S.ACCEPTED for state in states),
        )

    @rule(which=st.integers(0, 1), up_to=st.integers(0, 3), question=st.sampled_from(["", "När?"]))
    def acknowledge(self, which, up_to, question):
        row = self.rows[which]
        self._press(lambda: answer_actions.acknowledge(receiver=row, up_to=up_to, question=question, by=None))

    @rule(data=st.data())
    def reply(self, data):
        owed = list(Obligation.objects.filter(kind="reply").order_by("pk"))
        if owed:
            one = data.draw(st.sampled_from(owed))
            self._press(lambda: answer_actions.reply(obligation=one, text="Så", by=None), one.met_at is None)

    @rule()
    def close(self):
        now = Request.objects.get(pk=self.request.pk)
        self._press(lambda: asking_actions.close(request=now, expected=now.version, by=None))

    def _press(self, act, allowed=None):
        try:
            with transaction.atomic():
                act()
            assert allowed is not False
        except Refused:
            assert not allowed

    @invariant()
    def the_database_is_content(self):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")

    @invariant()
    def nothing_accepted_is_without_an_answer_owed_or_given(self):
        for row in RequestReceiver.objects.filter(request=self.request, state=S.ACCEPTED):
            owed = Obligation.objects.get(receiver=row, kind="feedback")
            assert (owed.met_at is not None) == Feedback.objects.filter(receiver=row).exists()

    @invariant()
    def a_closed_request_is_answered_to_all(self):
        if not Request.objects.get(pk=self.request.pk).is_open:
            assert not Obligation.objects.filter(
                kind__in=["feedback", "submission"], met_at=None, lifted_at=None
            ).exists()

    @invariant()
    def nothing_said_has_gone(self):
        said = Submission.objects.count() + Feedback.objects.count()
        assert said >= self.said
        self.said = said

    def teardown(self):
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)


@pytest.mark.django_db
def test_invariant_06_no_sequence_of_actions_leaves_an_answer_owed_and_forgotten():
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
