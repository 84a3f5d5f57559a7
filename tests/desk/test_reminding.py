"""Reminders 14, 3 and 0 days before, and a summary each week: one mail a person, once, and no word of what it is."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.desk import reminder_actions as reminding
from styrkedja.desk import tasks
from styrkedja.organisation import actions, mailing
from styrkedja.organisation import tasks as sending
from styrkedja.plans.models import Initiative
from tests.conftest import as_owner
from tests.dialogues.talking import ask, day
from tests.plans.initiating import ongoing

pytestmark = pytest.mark.django_db


def posted() -> dict[str, mail.EmailMessage]:
    """What the worker sends of reminders and summaries, by address."""
    mail.outbox.clear()
    for job in ProcrastinateJob.objects.filter(task_name=mailing.SEND).order_by("id"):
        if job.args["template"].startswith("desk/"):
            sending.send(**job.args)
    return {message.to[0].partition("@")[0]: message for message in mail.outbox}


@pytest.mark.parametrize("before", [0, 1, 2, 3, 4, 13, 14, 15])
def test_reminded_14_3_and_0_days_before_and_no_other_day(world, before):
    ask(world, of=[world.bjork], due=day(20))
    reminding.remind_of_dates(day=day(20 - before), by=None)
    assert list(posted()) == (["principal"] if before in (0, 3, 14) else [])


def test_what_fell_on_days_the_worker_was_down_is_told_the_day_it_is_up_again_and_once(world):
    for due in (20, 9, 6):
        ask(world, of=[world.bjork], due=day(due), text=f"Till {due}?")
    assert reminding.remind_of_dates(day=day(5), by=None) == 0
    assert reminding.remind_of_dates(day=day(8), since=day(5), by=None) == 1  # days 6 and 7 are missing
    body = posted()["principal"].body
    assert "inom två veckor: 1" in body and "inom tre dagar: 1" in body and "senast i dag: 1" in body
    assert reminding.remind_of_dates(day=day(8), since=day(5), by=None) == 0
    assert reminding.remind_of_dates(day=day(10), since=day(9), by=None) == 0


def test_the_job_knows_when_it_was_last_done(world):
    then = timezone.make_aware(dt.datetime.combine(day(-2), dt.time(5, 20)))
    for status, moment in (("succeeded", then), ("failed", then + dt.timedelta(days=1))):
        args = f'{{"timestamp": {int(moment.timestamp())}}}'
        as_owner(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args)"
            f" VALUES ('tending', 'desk.remind', '{status}', '{args}')"
        )
    ask(world, of=[world.bjork], due=day(2))  # three days from yesterday
    tasks.remind(timestamp=0)
    assert "inom tre dagar: 1" in posted()["principal"].body


def test_one_mail_says_how_much_and_never_what(world):
    ask(world, of=[world.bjork], due=day(3), text="Hur går det för Kalle?")
    ask(world, of=[world.bjork], due=day(3), text="Och för Lisa?")
    ask(world, of=[world.bjork], due=day(14), text="Och för resten?")
    assert reminding.remind_of_dates(day=day(0), by=None) == 1
    (sent,) = posted().values()
    assert sent.subject == "Ska vara klart inom tre dagar i Styrkedja"
    assert "inom tre dagar: 2" in sent.body and "inom två veckor: 1" in sent.body and "i dag" not in sent.body
    assert "Kalle" not in sent.body + sent.subject and "http" in sent.body


def test_run_again_it_tells_nobody_twice(world):
    ask(world, due=day(3))
    assert reminding.remind_of_dates(day=day(0), by=None) == 2
    assert reminding.remind_of_dates(day=day(0), by=None) == 0
    tasks.remind(timestamp=0)
    assert len(posted()) == 2


def test_who_is_to_judge_an_initiative_is_reminded(world):
    made = ongoing(world)
    Initiative.objects.filter(pk=made.pk).update(evaluation_date=day(14))
    reminding.remind_of_dates(day=day(0), by=None)
    assert "lead_teacher" in posted()


def test_the_summary_comes_once_a_week_to_those_it_concerns(world):
    ask(world, of=[world.bjork], due=day(3))
    monday = day(0) + dt.timedelta(days=7 - day(0).weekday())
    assert reminding.send_digests(day=monday, by=None) == 3  # who is asked, and the two who lead the asking node
    assert reminding.send_digests(day=monday + dt.timedelta(days=6), by=None) == 0
    assert reminding.send_digests(day=monday + dt.timedelta(days=7), by=None) == 3
    sent = posted()["principal"]
    assert sent.subject == "Din vecka i Styrkedja" and "Du ska lämna: 1, varav försenat: 1" in sent.body
    assert "Du väntar på: 1" in posted()["quality"].body


def test_who_has_declined_gets_none(world):
    ask(world, of=[world.bjork], due=day(3))
    principal = world.person("principal")
    actions.choose_mail(person=principal, declined=["reminder"], by=principal)
    reminding.remind_of_dates(day=day(0), by=None)
    assert posted() == {}


def test_nothing_due_is_no_mail(world):
    assert reminding.remind_of_dates(day=day(0), by=None) == 0
    assert reminding.send_digests(day=day(0), by=None) == 0
