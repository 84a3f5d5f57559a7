"""My list: what I owe and wait for, what is mine to follow up and judge; both sides see the same age."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from styrkedja.access.gate import Access
from styrkedja.desk import duties, news
from styrkedja.desk.handover import handover
from styrkedja.desk.models import Visit
from styrkedja.dialogues.models import Obligation
from styrkedja.organisation import actions
from styrkedja.plans.models import Initiative
from tests.analyses.writing import begin, established, fill
from tests.dialogues.talking import accept, ask, day, feedback, hand_in, of
from tests.plans.initiating import completed, ongoing

pytestmark = pytest.mark.django_db


def access(world, who: str) -> Access:
    return Access(world.person(who))


def owes(world, who: str) -> list[tuple[str, str, int]]:
    return [(d.label, d.note, d.overdue_days) for d in duties.owed(access(world, who)).by_me]


def waits(world, who: str) -> list[tuple[str, str, int]]:
    return [(d.label, d.note, d.overdue_days) for d in duties.owed(access(world, who)).to_me]


def test_who_is_asked_owes_and_who_asks_waits(world):
    ask(world)
    title, when = "Svar på begäran: Hur arbetar ni med studiero?", date_format(day(10), "j F")
    assert owes(world, "principal") == [(title, f"till Ekköpings kommun senast {when}", -10)]
    assert waits(world, "quality") == [(title, f"från 2 enheter senast {when}", -10)]
    for nobody in ("principal_lind", "teacher", "politician", "operator"):
        assert owes(world, nobody) == [] and waits(world, nobody) == [], nobody


def test_an_accepted_answer_turns_the_table(world):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    (mine,) = duties.owed(access(world, "quality")).by_me
    assert mine.label.startswith("Återkoppling") and mine.due == day(21)
    assert [label.split(":")[0] for label, _note, _days in waits(world, "principal")] == ["Återkoppling"]
    assert owes(world, "principal") == []
    feedback(world, row)
    assert owes(world, "quality") == [] and waits(world, "principal") == []


def to_accept(world, who: str) -> list[tuple[str, str]]:
    return [(d.label, d.note) for d in duties.owed(access(world, who)).to_accept]


def test_an_answer_that_is_handed_in_stands_with_who_asked_until_it_is_accepted(world, client):
    request = ask(world)
    row = of(request, world.bjork)
    assert to_accept(world, "quality") == []
    hand_in(world, row)
    today = date_format(day(0), "j F")
    assert to_accept(world, "quality") == [("Hur arbetar ni med studiero?", f"från Björkskolan, inlämnat {today}")]
    assert to_accept(world, "principal") == to_accept(world, "principal_lind") == to_accept(world, "teacher") == []
    client.force_login(world.person("quality"))
    text = client.get("/").content.decode()
    assert "Svar att ta emot" in text and reverse("dialogues:answer", args=[row.pk]) in text
    hand_in(world, of(request, world.ek), who="principal_ek")
    assert [note for _label, note in to_accept(world, "quality")] == [f"från 2 enheter, inlämnat {today}"]
    accept(world, row, of(request, world.ek))
    assert to_accept(world, "quality") == []


def test_who_has_asked_and_works_there_no_more_sees_nothing_of_it(world):
    request = ask(world)
    for row, who in ((of(request, world.bjork), "principal"), (of(request, world.ek), "principal_ek")):
        hand_in(world, row, who=who)
    accept(world, of(request, world.ek))
    assert owes(world, "quality") and to_accept(world, "quality")
    held = world.person("quality").assignments.get()
    actions.end_assignment(assignment=held, last_day=day(-1), by=None)
    assert owes(world, "quality") == [] and to_accept(world, "quality") == []


def test_what_is_late_comes_first_and_says_how_late(world):
    ask(world, of=[world.bjork], due=day(5))
    ask(world, of=[world.bjork], text="En äldre fråga?", due=day(9))
    Obligation.objects.filter(receiver__request__text="En äldre fråga?").update(due=day(-3))
    first, second = duties.owed(access(world, "principal")).by_me
    assert "En äldre fråga?" in first.label and first.as_task["status"] == "3 dagar försenat"
    assert first.as_task["tone"] == "bad" and second.as_task["tone"] == "neutral"
    assert second.as_task["status"] == "5 dagar kvar"


def test_what_a_place_without_a_leader_owes_stands_with_those_above(world):
    ask(world, of=[world.lind])
    assert owes(world, "head") == []
    held = world.person("principal_lind").assignments.get()
    actions.end_assignment(assignment=held, last_day=timezone.localdate() - dt.timedelta(days=1), by=None)
    assert [note for _label, note, _days in owes(world, "head")] == [
        f"till Ekköpings kommun senast {date_format(day(10), 'j F')}"
    ]
    assert owes(world, "principal_lind") == []


def test_the_one_responsible_follows_up_and_judges(world):
    made = ongoing(world)  # begun sixty days ago, so this term's follow-up is to be made
    mine = duties.initiatives(access(world, "lead_teacher"))
    assert [d.label for d in mine.to_follow_up] == ["Gemensam lektionsstart"] and mine.to_evaluate == []
    assert duties.initiatives(access(world, "principal")).to_follow_up == []  # not theirs
    Initiative.objects.filter(pk=made.pk).update(evaluation_date=day(-4))
    (late,) = duties.initiatives(access(world, "lead_teacher")).to_evaluate
    assert late.overdue_days == 4
    (told,) = duties.initiatives(access(world, "principal")).to_evaluate  # the leader sees what nobody judges
    assert told.note == "Björkskolan, Filip Förste"
    assert duties.initiatives(access(world, "principal_ek")).to_evaluate == []


def test_what_has_ended_waits_to_be_judged_at_once(world):
    completed(world)
    assert [d.label for d in duties.initiatives(access(world, "lead_teacher")).to_evaluate] == [
        "Gemensam lektionsstart"
    ]


def test_when_the_one_responsible_leaves_the_leader_is_asked_for_another(world):
    ongoing(world)
    held = world.person("lead_teacher").assignments.get()
    actions.end_assignment(assignment=held, last_day=timezone.localdate() - dt.timedelta(days=1), by=None)
    (task,) = duties.initiatives(access(world, "principal")).to_hand_on
    assert "utse en annan ansvarig" in task.note
    assert duties.initiatives(access(world, "lead_teacher")).to_follow_up == []


def said(world, who: str) -> list[tuple[str, str, int]]:
    return [(item.what, item.where, item.count) for item in news.since_last_time(access(world, who), ())]


def test_what_others_have_done_since_last_time_is_told_once_a_visit(world):
    request = ask(world)
    rows = [of(request, world.bjork), of(request, world.ek)]
    said(world, "principal")  # a first visit
    hand_in(world, rows[0])
    hand_in(world, rows[1], who="principal_ek")
    accept(world, *rows)
    feedback(world, *rows)
    told = said(world, "principal")
    assert told == [("Återkoppling lämnad", "Björkskolan", 1), ("Svar mottaget", "Björkskolan", 1)]  # not my own answer
    assert said(world, "principal") == told  # the same visit: still new
    Visit.objects.update(at=timezone.now() - dt.timedelta(hours=2))
    assert said(world, "principal") == []
    assert ("Svar inlämnat", "Ekskolan", 1) in said(world, "quality")
    assert all(where == "Ekskolan" for _what, where, _count in said(world, "principal_ek"))
    assert said(world, "politician") == [] and said(world, "operator") == []


def test_a_page_that_is_loaded_again_at_once_writes_nothing(world):
    said(world, "principal")
    with CaptureQueriesContext(connection) as seen:
        said(world, "principal")
    assert not [q["sql"] for q in seen if not q["sql"].startswith("SELECT")]
    Visit.objects.update(at=timezone.now() - dt.timedelta(minutes=5))
    before = Visit.objects.get()
    said(world, "principal")
    assert Visit.objects.get().at > before.at  # half an hour is counted from when one was last here


def test_news_lead_to_pages_that_open(world, client):
    request = ask(world, of=[world.bjork])
    row = of(request, world.bjork)
    hand_in(world, row)
    accept(world, row)
    feedback(world, row)
    for who in ("principal", "quality", "teacher"):
        items = news.since_last_time(access(world, who), ())
        client.force_login(world.person(who))
        assert items and all(client.get(item.url).status_code == 200 for item in items if item.url), who


def test_news_name_the_document_and_lead_to_it(world, client):
    made = begin(world)
    fill(made, world.person("principal"))
    established(world, made)
    told = {item.what: item.url for item in news.since_last_time(access(world, "quality"), ())}
    url = told["Dokument fastställt: Nulägesanalys 2024/25"]
    assert url == reverse("analyses:read", args=[made.pk, 2])
    client.force_login(world.person("quality"))
    assert client.get(url).status_code == 200


def test_several_of_a_kind_lead_to_where_they_stand_together(world, client):
    for number in range(2):
        ongoing(world, title=f"Insats {number}")
    item = next(
        i
        for i in news.since_last_time(access(world, "quality"), ())
        if i.what == "Insats beslutad, påbörjad eller avslutad"
    )
    assert item.count > 1 and item.url == reverse("plans:how", args=[world.bjork.pk])
    client.force_login(world.person("quality"))
    assert client.get(item.url).status_code == 200


def test_the_start_page_shows_it_all_in_a_fixed_number_of_queries(world, client, django_assert_max_num_queries):
    def count() -> int:
        client.force_login(world.person("quality"))
        with django_assert_max_num_queries(60) as queries:
            text = client.get("/").content.decode()
        assert "Det jag väntar på" in text
        return len(queries)

    ask(world)
    ongoing(world, holder=world.person("quality"))
    first = count()
    for number in range(4):
        ask(world, text=f"Fråga {number}?", of=[world.bjork, world.ek, world.lind])
    for number in range(3):
        ongoing(world, holder=world.person("quality"), title=f"Insats {number}")
    assert count() <= first


def test_the_handover_holds_what_a_new_principal_needs(world, client):
    ask(world, of=[world.bjork])
    made = ongoing(world)
    told = handover(access(world, "principal"), world.bjork)
    assert [line.initiative.pk for line in told["running"]] == [made.pk]
    assert [(one.kind_word, one.to.name) for one in told["owes"]] == [("Svar på begäran", "Ekköpings kommun")]
    days = [(date.day, date.what) for date in told["dates"]]
    assert days == sorted(days)
    assert (day(10), "Svar på begäran") in days and (made.evaluation_date, "Utvärdering") in days
    assert ("Ragnar Björk", "Rektor") in told["people"]
    client.force_login(world.person("principal"))
    page = client.get(f"/overlamning/{world.bjork.pk}/")
    assert page.status_code == 200 and "Gemensam lektionsstart" in page.content.decode()
    for who, status in (("lead_teacher", 403), ("teacher", 404), ("principal_ek", 404)):
        client.force_login(world.person(who))
        assert client.get(f"/overlamning/{world.bjork.pk}/").status_code == status
