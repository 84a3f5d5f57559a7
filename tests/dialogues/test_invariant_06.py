"""Invariant 6: an accepted answer opens an obligation to answer, and no request closes before it is met."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.utils import timezone

from styrkedja.core.errors import Refused
from styrkedja.dialogues.models import (
    Acknowledgement,
    Feedback,
    Obligation,
    ObligationKind,
    ReceiverState,
    Reply,
    Request,
    RequestReceiver,
)
from styrkedja.dialogues.requests import answer_actions, asking_actions

from .talking import accept, ask, close, day, feedback, hand_in, of, open_kinds

pytestmark = pytest.mark.django_db


def settle() -> None:
    """What the database checks when a transaction ends, now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refuses(write) -> None:
    """The database says no, at once or at the end of the transaction."""
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
        settle()


def accepted(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    settle()
    return request, RequestReceiver.objects.get(pk=row.pk)


def test_invariant_06_an_accepted_answer_opens_an_obligation_with_a_date(world):
    request = ask(world, of=[world.bjork], answer_within=14)
    row = of(request, world.bjork)
    assert open_kinds(row) == ["submission"]
    hand_in(world, row)
    assert open_kinds(row) == []
    accept(world, row)
    (owed,) = Obligation.objects.filter(receiver=row, met_at=None)
    assert (owed.kind, owed.owes, owed.to, owed.due) == ("feedback", world.council, world.bjork, day(14))


def test_invariant_06_a_request_closes_only_when_everyone_has_had_feedback(world):
    request = ask(world)
    bjork, ek = of(request, world.bjork), of(request, world.ek)
    with pytest.raises(Refused, match="Björkskolan, Ekskolan"):
        close(world, request)
    hand_in(world, bjork)
    hand_in(world, ek, who="principal_ek")
    accept(world, bjork, ek)
    feedback(world, bjork)
    with pytest.raises(Refused, match="återkoppling till Ekskolan"):
        close(world, request)
    feedback(world, ek)
    close(world, request)
    settle()
    assert not Request.objects.get(pk=request.pk).is_open


def test_invariant_06_a_silent_place_is_released_with_a_reason_before_closing(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    with pytest.raises(Refused):
        asking_actions.release(receiver=row, reason=" ", expected=row.version, by=world.person("quality"))
    asking_actions.release(receiver=row, reason="Skolan brann.", expected=row.version, by=world.person("quality"))
    assert open_kinds(row) == []
    close(world, request)
    settle()


def test_invariant_06_a_question_from_below_is_answered_before_closing(world):
    request, row = accepted(world)
    feedback(world, row)
    answer_actions.acknowledge(receiver=row, up_to=1, question="När hör vi mer?", by=world.person("principal"))
    with pytest.raises(Refused, match="Björkskolan"):
        close(world, request)
    owed = Obligation.objects.get(kind=ObligationKind.REPLY)
    answer_actions.reply(obligation=owed, text="I maj.", by=world.person("quality"))
    close(world, request)
    settle()


# Straight against the database, past every action.


def test_invariant_06_the_database_wants_an_obligation_with_an_accepted_answer(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    refuses(lambda: RequestReceiver.objects.filter(pk=row.pk).update(state="accepted"))


def test_invariant_06_the_database_refuses_to_close_what_is_unanswered(world):
    request, row = accepted(world)
    refuses(lambda: Request.objects.filter(pk=request.pk).update(closed_at=timezone.now()))
    feedback(world, row)
    Request.objects.filter(pk=request.pk).update(closed_at=timezone.now())
    settle()
    refuses(lambda: Request.objects.filter(pk=request.pk).update(closed_at=None))


def test_invariant_06_the_database_refuses_to_close_over_a_silent_place(world):
    request = ask(world)
    refuses(lambda: Request.objects.filter(pk=request.pk).update(closed_at=timezone.now()))


def test_invariant_06_an_obligation_is_not_met_by_nothing_nor_taken_back(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    owed = Obligation.objects.filter(receiver=row)
    refuses(lambda: owed.update(met_at=timezone.now()))
    hand_in(world, row)
    accept(world, row)
    refuses(lambda: Obligation.objects.filter(kind="feedback").update(met_at=timezone.now()))
    refuses(lambda: Obligation.objects.filter(kind="feedback").update(lifted_at=timezone.now()))
    feedback(world, row)
    settle()
    refuses(lambda: Obligation.objects.filter(kind="feedback").update(met_at=None))
    with pytest.raises(ProgrammingError), transaction.atomic():
        Obligation.objects.all().delete()


def test_invariant_06_feedback_before_the_answer_is_accepted_is_refused(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    with pytest.raises(Refused, match="Björkskolan"):
        feedback(world, row)
    refuses(lambda: Feedback.objects.create(receiver=row, number=1, node=world.council, saw="Bra"))


def test_invariant_06_there_is_one_open_obligation_of_a_cause(world):
    _request, row = accepted(world)

    def again(kind):
        return lambda: Obligation.objects.create(
            kind=kind, receiver=row, owes=world.council, to=world.bjork, due=day(1), opened_at=timezone.now()
        )

    refuses(again("feedback"))
    refuses(again("submission"))  # it has answered
    other = of(ask(world, of=[world.ek]), world.ek)
    settle()
    refuses(
        lambda: Obligation.objects.create(
            kind="submission", receiver=other, owes=world.ek, to=world.council, due=day(1), opened_at=timezone.now()
        )
    )


def test_invariant_06_a_question_without_anyone_who_owes_the_answer_is_refused(world):
    _request, row = accepted(world)
    feedback(world, row)
    settle()
    refuses(lambda: Acknowledgement.objects.create(receiver=row, up_to=1, question="När?"))
    refuses(lambda: Feedback.objects.create(receiver=row, number=2, node=world.council, saw="Mer", question="Hur?"))
    feedback(world, row, question="Hur gör ni i åk 9?")
    owed = Obligation.objects.get(kind="reply")
    refuses(lambda: Reply.objects.create(obligation=owed, text="Så här."))


def test_invariant_06_a_receiver_moves_only_along_the_table(world):
    _request, row = accepted(world)
    for state in (ReceiverState.WAITING, ReceiverState.SUBMITTED, ReceiverState.RETURNED, ReceiverState.RELEASED):
        refuses(lambda state=state: RequestReceiver.objects.filter(pk=row.pk).update(state=state, reason="x"))


def test_invariant_06_a_request_asks_somebody(world):
    refuses(
        lambda: Request.objects.create(
            node=world.council, original=world.council, what="question", title="?", text="?", purpose="p", due=day(3)
        )
    )


@pytest.mark.parametrize("statement", ["UPDATE {t} SET saw = 'x'", "DELETE FROM {t}", "TRUNCATE {t} CASCADE"])
def test_invariant_06_feedback_that_is_given_stays(world, statement):
    _request, row = accepted(world)
    feedback(world, row)
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(t=Feedback._meta.db_table))


def test_invariant_06_what_is_owed_is_seen_from_both_sides(world):
    from styrkedja.dialogues.owing import owed_by, owed_to

    _request, row = accepted(world)
    (mine,), (theirs,) = owed_by([world.council.pk]), owed_to([world.bjork.pk])
    assert mine.id == theirs.id
    assert (mine.url_name, theirs.url_name) == ("dialogues:answer", "dialogues:receiver")
    assert mine.url_args == theirs.url_args == (row.pk,)
