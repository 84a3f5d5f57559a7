"""What is owed, how old, how late: the lists of the start page, the command line and the levels' statistics."""

from __future__ import annotations

import argparse
import datetime as dt
import json

import pytest
from django.utils import timezone

from styrkedja.config.commands import obligations as command
from styrkedja.config.unusable import Unusable
from styrkedja.dialogues.models import Obligation
from styrkedja.dialogues.owing import levels, owed_by, owed_to

from .talking import accept, ask, day, hand_in, of

pytestmark = pytest.mark.django_db


def aged(days: int, **which) -> None:
    """By the calendar: late in the evening so many times 24 hours are a day less where the clocks have changed."""
    opened = timezone.localtime().replace(tzinfo=None) - dt.timedelta(days=days)
    Obligation.objects.filter(**which).update(opened_at=timezone.make_aware(opened))


def test_the_latest_stands_first_with_its_age(world):
    ask(world, of=[world.bjork], due=day(1))
    ask(world, of=[world.ek], due=day(5))
    Obligation.objects.filter(owes=world.ek).update(due=day(-2))
    aged(9, owes=world.ek)
    first, second = owed_to([world.council.pk])
    assert (first.owes, first.overdue_days, first.age_days, first.state) == (world.ek, 2, 9, "overdue")
    assert (second.owes, second.overdue_days, second.days_left, second.state) == (world.bjork, -1, 1, "open")
    assert first.url_name == "dialogues:answer"
    assert [o.id for o in owed_by([world.bjork.pk, world.ek.pk])] == [first.id, second.id]


def test_the_number_of_queries_does_not_depend_on_what_is_owed(world, django_assert_num_queries):
    ask(world)
    ask(world, of=[world.lind])
    with django_assert_num_queries(4):  # what is owed, the nodes, the requests, who answers
        assert len(owed_to([world.council.pk])) == 3
    with django_assert_num_queries(4):
        assert len(owed_by([world.bjork.pk, world.ek.pk, world.lind.pk])) == 3


def test_statistics_of_a_level_hide_nothing_behind_a_mean(world):
    """Ages 0, 7, 8, 14, 30 and 31 days at the units: median (8 + 14) / 2 = 11; classes 2, 2, 1, 1."""
    for _ in range(2):
        ask(world, of=[world.bjork, world.ek, world.lind])
    for one, days in zip(Obligation.objects.order_by("pk"), (0, 7, 8, 14, 30, 31), strict=True):
        aged(days, pk=one.pk)
    oldest = max(owed_to([world.council.pk]), key=lambda o: o.age_days)
    Obligation.objects.filter(pk=oldest.id).update(due=day(-1))
    request = ask(world, of=[world.bjork_team], node=world.bjork, who="principal")
    aged(3, receiver__request=request)
    unit, team = levels(owed_by([world.bjork.pk, world.ek.pk, world.lind.pk, world.bjork_team.pk]))
    assert (unit.kind, unit.owed, unit.late, unit.median_days, unit.classes) == ("unit", 6, 1, 11, (2, 2, 1, 1))
    assert (unit.worst.id, unit.worst.age_days) == (oldest.id, 31)
    assert (team.kind, team.owed, team.late, team.median_days, team.classes) == ("team", 1, 0, 3, (1, 0, 0, 0))


def test_the_command_lists_both_directions(world, capsys):
    row = of(ask(world, of=[world.bjork], due=day(4)), world.bjork)
    hand_in(world, row)
    accept(world, row)
    ask(world, of=[world.bjork], due=day(4))
    assert command.run(argparse.Namespace(node="11111111", json=True)) == 0
    assert json.loads(capsys.readouterr().out) == [
        {
            "direction": "owe", "kind": "submission", "from": "Björkskolan", "to": "Ekköpings kommun",
            "due": day(4).isoformat(), "age_days": 0, "state": "open",
        },
        {
            "direction": "owed", "kind": "feedback", "from": "Ekköpings kommun", "to": "Björkskolan",
            "due": day(21).isoformat(), "age_days": 0, "state": "open",
        },
    ]  # fmt: skip
    with pytest.raises(Unusable, match="99999999"):
        command.run(argparse.Namespace(node="99999999", json=True))
