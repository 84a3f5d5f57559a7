"""A unit that merges in mid-year: what is owed moves, what has been said stays."""

from uuid import uuid4

import pytest
from django.urls import reverse

from styrkedja.core.models import AuditEvent
from styrkedja.dialogues import tasks
from styrkedja.dialogues.models import Obligation, RequestReceiver, Submission
from styrkedja.dialogues.owing import owed_by, owed_to
from styrkedja.organisation import actions as organisation

from .talking import accept, ask, day, feedback, hand_in, of

pytestmark = pytest.mark.django_db


def merge(world, on_date):
    organisation.merge_nodes(predecessors=[world.bjork], successor=world.ek, on_date=on_date, with_below=True, by=None)


def run_job() -> None:
    tasks.follow(timestamp=0)


def test_what_is_owed_follows_the_merger_and_history_stays(world):
    waiting, answered = ask(world), ask(world, of=[world.bjork])
    row = of(answered, world.bjork)
    hand_in(world, row)
    accept(world, row)
    merge(world, day(0))
    run_job()
    assert {o.receiver_id for o in owed_by([world.ek.pk])} == set(waiting.receivers.values_list("pk", flat=True))
    (promised,) = owed_to([world.ek.pk])
    assert (promised.kind, promised.receiver_id) == ("feedback", row.pk)
    assert not owed_by([world.bjork.pk]) and not owed_to([world.bjork.pk])
    moved = RequestReceiver.objects.get(pk=row.pk)
    assert (moved.node, moved.original) == (world.ek, world.bjork)
    assert Submission.objects.get().node == world.bjork
    assert AuditEvent.objects.filter(event="obligation_moved", node_id=world.ek.pk).count() == 2
    run_job()
    assert AuditEvent.objects.filter(event="obligation_moved").count() == 2  # once is enough


def test_the_heir_answers_and_is_answered(world):
    row = of(ask(world, of=[world.bjork]), world.bjork)
    merge(world, day(0))
    run_job()
    row = RequestReceiver.objects.select_related("request", "node").get(pk=row.pk)
    hand_in(world, row, who="principal_ek")
    accept(world, row)
    (given,) = feedback(world, row)
    assert given.receiver.node == world.ek


def test_a_merger_that_is_to_come_moves_nothing_yet(world):
    ask(world, of=[world.bjork])
    merge(world, day(30))
    run_job()
    assert Obligation.objects.get().owes == world.bjork


def test_a_request_that_is_closed_stays_with_those_it_was_asked_of(world):
    from .talking import close

    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    feedback(world, row)
    close(world, request)
    merge(world, day(0))
    run_job()
    assert RequestReceiver.objects.get(pk=row.pk).node == world.bjork


def test_a_question_that_waits_when_the_request_is_closed_is_answered_by_the_heir(world, client):
    from .talking import close

    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    feedback(world, row, question="Kan ni berätta om det på rektorsmötet?")
    close(world, request)
    merge(world, day(0))
    run_job()
    (owed,) = owed_by([world.ek.pk])
    client.force_login(world.person("principal_ek"))
    assert client.get(reverse(owed.url_name, args=owed.url_args)).status_code == 200
    said = {"obligation": owed.id, "text": "Ja, i december.", "_key": str(uuid4())}
    client.post(reverse("dialogues:receiver_reply", args=owed.url_args), said)
    assert not owed_by([world.ek.pk])


def test_what_a_place_that_ends_has_asked_goes_to_the_place_above(world):
    request = ask(world, node=world.administration)
    row, silent = of(request, world.bjork), of(request, world.ek)
    hand_in(world, row)
    accept(world, row)
    asked_of_it = ask(world, of=[world.administration])
    last = day(-1)
    for unit in (world.bjork, world.ek, world.lind):
        organisation.move_node(node=unit, parent=world.committee, from_date=day(0), by=None)
    organisation.close_node(node=world.administration, last_day=last, by=None)
    run_job()
    (promised,) = owed_to([world.bjork.pk])
    assert (promised.kind, promised.owes) == ("feedback", world.committee)
    assert [o.receiver_id for o in owed_to([world.committee.pk])] == [silent.pk]
    assert [o.receiver.request for o in Obligation.objects.filter(owes=world.administration)] == [asked_of_it]
    request.refresh_from_db()
    assert (request.node, request.original) == (world.committee, world.administration)
    assert of(request, world.bjork).node == world.bjork
    feedback(world, row)
    assert not owed_to([world.bjork.pk])
