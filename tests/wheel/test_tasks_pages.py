"""The pages of a task, of an activity at many places, and of where the year stands."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils.html import escape
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import Assignment
from styrkedja.organisation.tree import tree_on
from styrkedja.wheel.catalogue import wheels
from styrkedja.wheel.models import DoneCheck, Task, Tick, WheelSettings
from styrkedja.wheel.tasks.asking import who_calls
from tests.analyses.writing import unit_established
from tests.wheel.year import activity, day, task, year

pytestmark = pytest.mark.django_db


def page(client, world, who: str, name: str, *args, status=200, **query) -> str:
    client.force_login(world.person(who))
    answer = client.get(reverse(name, args=args, query=query))
    assert answer.status_code == status, answer.status_code
    return answer.content.decode()


def send(client, world, who: str, name: str, *args, status=302, **data):
    client.force_login(world.person(who))
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, answer.status_code
    return answer


def of(made, node) -> Task:
    return task(made, node)


# A task


def test_the_page_says_what_when_who_and_how_one_sees_that_it_is_done(world, client):
    part = [{"role": "quality_lead", "level": "council"}]
    made = activity(
        year(world), at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"}, starts=-9, ends=-4,
        participants=part, before_sv="Betygen", leaves_sv="En analys", routine_sv="Rutin 4", about_sv="Så går det till",
    )  # fmt: skip
    text = page(client, world, "principal", "wheel:task", of(made, world.bjork).pk)
    for words in (
        "Försenad", "4 dagar sen", "Ragnar Björk", "Utvecklingsledare", "Betygen", "En analys", "Rutin 4",
        "Så går det till", "Blir klar när detta är fastställt: Nulägesanalys.",
    ):  # fmt: skip
        assert words in text, words
    assert reverse("analyses:node", args=[world.bjork.pk]) in text
    assert "Pricka av" not in text


def test_the_page_says_what_showed_it_done_and_leads_there(world, client):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork], check=DoneCheck.DOCUMENT, done_with={"kind": "analysis"})
    unit_established(world, period=cycle.period)
    text = page(client, world, "teacher", "wheel:task", of(made, world.bjork).pk)
    assert "Detta visar att den är klar" in text and f"Nulägesanalys {cycle.period} är fastställd" in text
    assert "Ragnar Björk" in text


def test_a_meeting_is_called_from_the_task_with_kind_and_day(world, client):
    made = activity(year(world), at=[world.council], check=DoneCheck.MEETING, done_with={"kind": "dialogdag"}, starts=5)
    text = page(client, world, "quality", "wheel:task", of(made, world.council).pk)
    assert f"kind=dialogdag&amp;day={made.starts.isoformat()}" in text
    assert "Kalla till mötet" in text and "Dialogdag" in text
    assert "Kalla till mötet" not in page(client, world, "registrar", "wheel:task", of(made, world.council).pk)


def test_a_meeting_that_is_called_above_is_called_there_by_those_who_may(world, client):
    made = activity(year(world), at=[world.bjork], check=DoneCheck.MEETING, done_with={"kind": "betygsdialog"})
    one = of(made, world.bjork)
    text = page(client, world, "principal", "wheel:task", one.pk)
    assert "Utbildningsförvaltningen kallar till mötet." in text
    assert "meeting_plan" not in text and "moten/nytt" not in text
    assert reverse("dialogues:meetings", args=[world.bjork.pk]) in text
    text = page(client, world, "quality", "wheel:task", one.pk)
    said = {"uppgift": one.pk, "kind": "betygsdialog", "day": made.starts.isoformat(), "node": world.bjork.pk}
    url = reverse("dialogues:meeting_plan", args=[world.administration.pk], query=said)
    assert escape(url) in text
    form = client.get(url).content.decode()
    assert f'value="{world.bjork.pk}" selected' in form  # the kind is there to be called, for this unit


def test_every_meeting_of_the_catalogue_can_be_called_or_is_said_to_be_by_whom(world):
    """A task never leads to a page where its kind of meeting cannot be chosen."""
    at = {n.kind: n for n in (world.council, world.committee, world.administration, world.bjork, world.bjork_team)}
    cycle, asked = year(world), 0
    for process in (one for wheel in wheels().values() for one in wheel.processes if one.done_check == "meeting"):
        made = activity(cycle, at=[at[process.responsible.level]], check=DoneCheck.MEETING, done_with=process.done_with)
        (one,) = made.tasks.all()
        levels = {level for kind in as_list(process.done_with["kind"]) for level in kinds()[kind].levels}
        own = process.responsible.level in levels
        assert bool(who_calls(tree_on(day()), one)) is not own, process.id
        asked += not own
    assert asked >= 3


def as_list(kind) -> list[str]:
    return [kind] if isinstance(kind, str) else list(kind)


def test_ticked_with_a_word_by_whom_and_taken_back(world, client):
    one = of(activity(year(world), at=[world.bjork]), world.bjork)
    assert "Pricka av" in page(client, world, "principal", "wheel:task", one.pk)
    send(client, world, "principal", "wheel:task_tick", one.pk, done="1", words="Klart på APT")
    text = page(client, world, "teacher", "wheel:task", one.pk)
    assert "Klart på APT" in text and "Avprickad" in text and "Ragnar Björk" in text and "Ta tillbaka" not in text
    send(client, world, "principal", "wheel:task_tick", one.pk, done="1")
    assert Tick.objects.count() == 1  # it was ticked already
    send(client, world, "principal", "wheel:task_tick", one.pk, done="0")
    text = page(client, world, "principal", "wheel:task", one.pk)
    assert "Tillbakatagen" in text and "Pricka av" in text


def test_what_the_work_shows_cannot_be_ticked(world, client):
    one = of(activity(year(world), at=[world.bjork], check=DoneCheck.GOALS), world.bjork)
    send(client, world, "principal", "wheel:task_tick", one.pk, done="1")
    assert not Tick.objects.exists()


def test_only_those_who_answer_lead_or_plan_may_do_something_with_it(world, client):
    one = of(activity(year(world), at=[world.bjork]), world.bjork)
    for who, status in (("lead_teacher", 403), ("principal_ek", 404), ("quality", 302)):
        send(client, world, who, "wheel:task_tick", one.pk, done="1", status=status)
    Task.objects.filter(pk=one.pk).update(holder=world.person("teacher"))
    assert "Ta tillbaka" in page(client, world, "teacher", "wheel:task", one.pk)
    send(client, world, "teacher", "wheel:task_tick", one.pk, done="0")
    send(client, world, "teacher", "wheel:task_note", one.pk, note="Vi gör så", version=one.version)
    assert Task.objects.get(pk=one.pk).note == "Vi gör så"


def test_a_note_written_meanwhile_is_shown_and_nothing_is_lost(world, client):
    one = of(activity(year(world), at=[world.bjork]), world.bjork)
    send(client, world, "principal", "wheel:task_note", one.pk, note="Den första", version=one.version)
    answer = send(
        client, world, "quality", "wheel:task_note", one.pk, note="Den andra", version=one.version, status=200
    )
    text = answer.content.decode()
    assert "Ragnar Björk har ändrat samma text" in text
    assert text.count("Den andra") == 2 and "Skriv inga elevnamn" in text  # in the comparison and in the field
    assert Task.objects.get(pk=one.pk).note == "Den första"
    again = {"note": "Den andra", "version": one.version + 1}
    send(client, world, "quality", "wheel:task_note", one.pk, keep="theirs", **again)
    assert Task.objects.get(pk=one.pk).note == "Den första"
    send(client, world, "quality", "wheel:task_note", one.pk, keep="mine", **again)
    assert Task.objects.get(pk=one.pk).note == "Den andra"


def test_another_is_named_and_has_it_on_their_list_until_they_leave(world, client):
    one = of(activity(year(world), at=[world.bjork], title_sv="Rundan"), world.bjork)
    teacher = world.person("teacher")
    send(client, world, "principal", "wheel:task_holder", one.pk, holder=str(teacher.pk), version=one.version)
    assert "Rundan" in page(client, world, "teacher", "desk:start")
    assert "Rundan" not in page(client, world, "principal", "desk:start")
    assert "namngiven här" in page(client, world, "principal", "wheel:task", one.pk)
    send(client, world, "principal", "wheel:task_holder", one.pk, holder="", version=one.version + 1)
    assert "Rundan" in page(client, world, "principal", "desk:start")


def test_somebody_without_a_role_there_cannot_be_named(world, client):
    one = of(activity(year(world), at=[world.bjork]), world.bjork)
    other = str(world.person("principal_ek").pk)
    send(client, world, "principal", "wheel:task_holder", one.pk, holder=other, version=one.version, status=200)
    assert Task.objects.get(pk=one.pk).holder is None


def test_of_a_cancelled_activity_nothing_can_be_done(world, client):
    from django.utils import timezone

    made = activity(year(world), at=[world.bjork])
    made.cancelled_at, made.cancelled_reason = timezone.now(), "Alla är sjuka"
    made.save()
    one = of(made, world.bjork)
    text = page(client, world, "principal", "wheel:task", one.pk)
    assert "Alla är sjuka" in text and "Pricka av" not in text
    send(client, world, "principal", "wheel:task_tick", one.pk, done="1")
    assert not Tick.objects.exists()


def test_hostile_words_are_only_words(world, client):
    made = activity(year(world), at=[world.bjork], title_sv="<script>alert(1)</script>", title_en="")
    Task.objects.filter(activity=made).update(note="<b>fet</b>")
    for who in ("principal", "teacher"):
        text = page(client, world, who, "wheel:task", of(made, world.bjork).pk)
        assert "<script>alert" not in text and "<b>fet" not in text


# An activity at many places


def test_an_activity_shows_its_places_the_late_first(world, client):
    made = activity(year(world), at=[world.bjork, world.ek, world.lind], starts=-9, ends=-2)
    Tick.objects.create(task=of(made, world.bjork), done=True, made_by=world.person("principal"))
    text = page(client, world, "quality", "wheel:activity", world.council.pk, made.pk)
    assert text.index("Ekskolan") < text.index("Lindens förskola") < text.index(">Björkskolan")
    assert "Försenad: 2" in text and "Klar: 1" in text
    page(client, world, "quality", "wheel:activity", world.council.pk, world.council.pk, status=404)


# Where the year stands


def test_progress_shows_each_place_and_step_late_first_and_its_file(world, client):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork, world.ek], starts=-9, ends=-2, title_sv="Runda")
    activity(cycle, at=[world.lind], starts=5, title_sv="Förskolans")
    Tick.objects.create(task=of(made, world.bjork), done=True, made_by=world.person("principal"))
    text = page(client, world, "quality", "wheel:progress", world.council.pk)
    assert "1 av 3 är försenade" in text and text.index("Ekskolan</a>") < text.index("Björkskolan</a>")
    assert "2 dagar sen" in text and "Berörs inte" in text and "1 av 2" in text
    assert f'<a href="{reverse("wheel:node", args=[world.ek.pk])}">Ekskolan</a>' in text
    late = page(client, world, "quality", "wheel:progress", world.council.pk, visa="sena")
    assert "Ekskolan</a>" in late and "Lindens förskola</a>" not in late
    csv = page(client, world, "quality", "wheel:progress_csv", world.council.pk)
    assert "Runda" in csv and "Ekskolan;2 dagar sen;Berörs inte;2" in csv
    assert "Klar" in page(client, world, "teacher", "wheel:progress", world.council.pk)


def test_progress_shows_twelve_steps_at_a_time(world, client):
    cycle = year(world)
    for number in range(30):
        activity(cycle, at=[world.bjork], starts=number - 20, title_sv=f"Nummer{number:02d}.")
    text = page(client, world, "quality", "wheel:progress", world.council.pk, fran="1")
    assert "Steg 1–12 av 30" in text and "Nummer11." in text and "Nummer12." not in text
    text = page(client, world, "quality", "wheel:progress", world.council.pk, fran="13")
    assert "Steg 13–24 av 30" in text and "Nummer12." in text and "Nummer11." not in text
    assert "Nummer20." in page(client, world, "quality", "wheel:progress", world.council.pk)  # what goes on today


def test_a_press_reminds_who_is_late(world, client):
    made = activity(year(world), at=[world.bjork, world.ek], starts=-9, ends=-2)
    Tick.objects.create(task=of(made, world.bjork), done=True, made_by=world.person("principal"))
    send(client, world, "teacher", "wheel:progress_remind", world.council.pk, status=404)
    send(client, world, "quality", "wheel:progress_remind", world.council.pk)
    told = [job.args["person"] for job in ProcrastinateJob.objects.filter(args__template="wheel/email/late")]
    assert told == [str(world.person("principal_ek").pk)]


def test_without_a_year_progress_says_so(world, client):
    assert "Inget år är publicerat" in page(client, world, "quality", "wheel:progress", world.council.pk)


def test_progress_takes_as_many_queries_whatever_its_size(world, client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cycle = year(world)
    activity(cycle, at=[world.bjork])
    client.force_login(world.person("quality"))
    address = reverse("wheel:progress", args=[world.council.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _n in range(15):
        activity(cycle, at=[world.bjork, world.ek, world.lind])
    with django_assert_num_queries(len(few)):
        client.get(address)


# Settings


def test_who_plans_the_whole_wheel_says_how_late_is_late(world, client):
    way = reverse("wheel:settings")
    assert way in page(client, world, "quality", "wheel:years")
    assert "<h1" in client.get(way).content.decode()
    send(client, world, "quality", "wheel:settings", version=1, escalate_after=14)
    assert WheelSettings.objects.get().escalate_after == 14
    Assignment.objects.filter(person=world.person("head")).update(valid_to=day(-1))
    there = {"role": "administration_head", "node": world.administration, "valid_from": day(0)}
    organisation.assign_role(person=world.person("head"), by=None, **there)
    for who in ("principal", "head"):  # what holds everywhere is not for whoever plans a part
        assert way not in page(client, world, who, "wheel:years")
        send(client, world, who, "wheel:settings", version=2, escalate_after=1, status=403)
