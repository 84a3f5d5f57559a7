"""Tasks in the one mail of the day: 14, 3 and 0 days before their last day; those above once when it has gone on."""

from __future__ import annotations

import datetime as dt

import pytest

from styrkedja.desk import reminder_actions as reminding
from styrkedja.desk.models import Told
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import Assignment
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.models import Task, Tick
from styrkedja.wheel.tasks import settings_actions
from styrkedja.wheel.tasks.queries import settings
from styrkedja.wheel.tasks.reminder_actions import remind
from tests.desk.test_reminding import posted
from tests.wheel.year import activity, day, task, year

pytestmark = pytest.mark.django_db


def escalate(world, after: int) -> None:
    settings_actions.change_settings(escalate_after=after, expected=settings().version, by=world.person("quality"))


@pytest.mark.parametrize("before", [0, 1, 2, 3, 4, 13, 14, 15])
def test_reminded_14_3_and_0_days_before_the_last_day(world, before):
    escalate(world, 0)
    activity(year(world), at=[world.bjork], starts=-30, ends=20)
    reminding.remind_of_dates(day=day(20 - before), by=None)
    assert list(posted()) == (["principal"] if before in (0, 3, 14) else [])


def test_in_one_mail_with_the_rest_and_without_a_word_of_what(world):
    from tests.dialogues.talking import ask

    activity(year(world), at=[world.bjork], ends=3, title_sv="Samtal om Kalle")
    ask(world, of=[world.bjork], due=day(3))
    assert reminding.remind_of_dates(day=day(0), by=None) == 1
    (sent,) = posted().values()
    assert "inom tre dagar: 2" in sent.body and "Kalle" not in sent.body + sent.subject


def test_what_is_done_reminds_nobody(world):
    made = activity(year(world), at=[world.bjork, world.ek], ends=3)
    Tick.objects.create(task=task(made, world.bjork), done=True, made_by=world.person("principal"))
    reminding.remind_of_dates(day=day(0), by=None)
    assert list(posted()) == ["principal_ek"]


@pytest.mark.parametrize(("after", "late", "told"), [(7, 6, False), (7, 7, True), (7, 40, True), (0, 40, False)])
def test_those_above_are_told_when_it_has_been_late_for_as_long_as_is_said(world, after, late, told):
    escalate(world, after)
    activity(year(world), at=[world.bjork], starts=-50, ends=-late)
    reminding.remind_of_dates(day=day(0), by=None)
    assert sorted(posted()) == (["head", "quality"] if told else [])


def test_each_of_those_above_is_told_once_of_a_task(world):
    escalate(world, 7)
    cycle = year(world)
    activity(cycle, at=[world.bjork, world.ek], starts=-50, ends=-8)
    reminding.remind_of_dates(day=day(0), by=None)
    assert "under dig sedan en tid, och ingen har gjort det: 2" in posted()["quality"].body
    assert reminding.remind_of_dates(day=day(1), by=None) == 0
    activity(cycle, at=[world.lind], starts=-50, ends=-7)
    assert reminding.remind_of_dates(day=day(2), by=None) == 2
    assert Told.objects.filter(occasion=reminding.ABOVE, person=world.person("quality")).count() == 3


def test_nobody_is_told_above_of_what_they_answer_for_themselves(world):
    escalate(world, 7)
    made = activity(year(world), at=[world.bjork], starts=-50, ends=-8)
    Task.objects.filter(activity=made).update(holder=world.person("quality"))
    reminding.remind_of_dates(day=day(0), by=None)
    assert list(posted()) == ["head"]


def test_of_a_place_nobody_leads_those_one_further_up_are_told(world):
    """Its tasks are already those of whoever leads the place above."""
    escalate(world, 7)
    activity(year(world), at=[world.bjork], starts=-50, ends=-8)
    Assignment.objects.filter(person=world.person("principal")).update(valid_to=day(-1))
    near = organisation.add_person(email="near@ekkoping.example", name="Nära", by=None)
    there = {"role": "administration_head", "node": world.administration, "valid_from": day(-60)}
    organisation.assign_role(person=near, by=None, **there)
    reminding.remind_of_dates(day=day(0), by=None)
    assert sorted(posted()) == ["head", "quality"]


def test_the_summary_of_the_week_counts_what_is_late_and_what_the_week_brings(world):
    cycle = year(world)
    for ends in (-3, 0, 6, 7):
        activity(cycle, at=[world.bjork], starts=-9, ends=ends)
    reminding.send_digests(day=day(0), by=None)
    body = posted()["principal"].body
    assert "göra den här veckan: 2" in body and "Försenade uppgifter i årshjulet: 1" in body


def test_a_press_reminds_those_who_are_late_once_a_day(world):
    made = activity(year(world), at=[world.bjork, world.ek], starts=-9, ends=-1)
    ids = list(Task.objects.filter(activity=made).values_list("pk", flat=True))
    tree = tree_on(dt.date.today())
    told = remind(tasks=ids, tree=tree, by=world.person("quality"))
    assert told.sent == ["Björkskolan", "Ekskolan"]
    assert remind(tasks=ids, tree=tree, by=world.person("quality")).already == ["Björkskolan", "Ekskolan"]
