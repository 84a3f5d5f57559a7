"""A published year changes in the open: who is told, what moves, and what shows it done stays what it was."""

import datetime as dt
import uuid
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.organisation import actions as organisation
from styrkedja.wheel.checks import evidence_of
from styrkedja.wheel.models import Activity, Task, Tick
from styrkedja.wheel.tasks.asking import asked_of
from styrkedja.wheel.years import changing_actions, telling

from .yearing import TODAY, draft, of, own, published

pytestmark = pytest.mark.django_db
PRINCIPALS = [{"role": "principal", "level": "unit"}]


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


def url(name, *args):
    return reverse(f"wheel:{name}", args=[getattr(a, "pk", a) for a in args])


def change(world, activity, who="quality", **fields):
    row = Activity.objects.get(pk=activity.pk)
    return changing_actions.change(activity=row, expected=row.version, fields=fields, by=world.person(who))


def told():
    """The mails in the queue: {key of the person's name: (path, place, more)}."""
    jobs = ProcrastinateJob.objects.filter(task_name="organisation.send", args__template__startswith="wheel/email/")
    return {
        job.args["person"]: (job.args["path"], job.args["words"]["place"], job.args["words"]["more"]) for job in jobs
    }


def pks(world, *keys):
    return {str(world.person(key).pk) for key in keys}


class Filled(HTMLParser):
    """A form as a browser sends it when nobody touches it: of a select what is selected, else its first choice."""

    def __init__(self, text):
        super().__init__()
        self.sent, self.choices, self.area = {}, {}, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        name, value, kind = said.get("name"), said.get("value", ""), said.get("type", "text")
        if tag == "select":
            self.choosing = name
        elif tag == "option" and self.choosing:
            self.choices.setdefault(self.choosing, []).append(value)
            if "selected" in said or self.choosing not in self.sent:
                self.sent[self.choosing] = value
        elif tag == "textarea":
            self.area, self.sent[name] = name, ""
        elif tag == "input" and name and kind != "submit" and (kind not in ("checkbox", "radio") or "checked" in said):
            self.sent[name] = [*self.sent.get(name, []), value] if kind == "checkbox" else value

    def handle_data(self, data):
        if self.area:
            self.sent[self.area] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""


def form_of(page):
    return Filled(page.content.decode().split("data-keep", 1)[1].split("</form>", 1)[0])


def sent_of(page):
    return {**form_of(page).sent, "_key": str(uuid.uuid4())}


def values_of(page, name):
    return form_of(page).choices[name]


def test_those_who_take_part_are_told_when_it_moves(world):
    """A day at the administration with the principals: they read the administration's task of it."""
    cycle = published(world, units=[world.bjork, world.lind])
    Activity.objects.filter(pk=of(cycle, "2").pk).update(participants=PRINCIPALS)
    found = telling.concerned(of(cycle, "2"))
    assert (found.places, len(found.answering), len(found.beside)) == (1, 1, 2)
    change(world, of(cycle, "2"), starts=dt.date(2026, 12, 1), ends=dt.date(2026, 12, 1))
    task = Task.objects.get(activity=of(cycle, "2"))
    assert told().keys() == pks(world, "principal", "principal_lind")  # not Ek, which takes no part in the year
    assert told()[str(world.person("principal").pk)] == (url("task", task), "Björkskolan", "")
    Activity.objects.filter(pk=of(cycle, "2").pk).update(school_forms=["fs"])
    assert {p.name for p in telling.concerned(of(cycle, "2")).beside} == {"Lena Lind"}


def test_who_takes_part_from_above_reads_of_all_the_places(world):
    cycle = published(world)
    heads = [{"role": "administration_head", "level": "council"}]
    Activity.objects.filter(pk=of(cycle, "6").pk).update(participants=heads)
    change(world, of(cycle, "6"), title_sv="Nytt namn")
    assert told()[str(world.person("head").pk)][0] == url("activity", world.council, of(cycle, "6"))


def test_one_mail_names_one_place_and_counts_the_others(world):
    cycle = published(world)
    organisation.assign_role(
        person=world.person("principal"), role="principal", node=world.ek, valid_from=TODAY, by=None
    )
    change(world, of(cycle, "6"), title_sv="Nytt namn")
    path, place, more = told()[str(world.person("principal").pk)]
    assert (place, more) == ("Björkskolan", "1")
    assert path == url("task", Task.objects.get(activity=of(cycle, "6"), node=world.bjork))


def test_who_had_it_is_told_as_well_as_who_gets_it(world, client):
    cycle = published(world, units=[world.bjork])
    one = of(cycle, "6")
    client.force_login(world.person("quality"))
    sent = {**sent_of(client.get(url("activity_change", one))), "role": "lead_teacher"}
    seen = client.post(url("activity_change", one), sent)
    assert {p.name for p in seen.context["told"].people} == {"Ragnar Björk", "Filip Förste"}
    client.post(url("activity_change", one), {**sent, "confirmed": "1"})
    assert of(cycle, "6").role == "lead_teacher"
    assert told().keys() == pks(world, "principal", "lead_teacher")


def queries_to_change(world, cycle, title):
    with CaptureQueriesContext(connection) as asked:
        change(world, of(cycle, "6"), title_sv=title)
    return len(asked)


def test_queries_do_not_grow_with_those_who_are_told(world):
    cycle = published(world)
    everybody = [*PRINCIPALS, {"role": "teacher", "level": "team"}]
    Activity.objects.filter(pk=of(cycle, "6").pk).update(participants=everybody)
    few = queries_to_change(world, cycle, "Ett")
    for number in range(6):
        person = organisation.add_person(
            email=f"l{number}@x.example", name=f"L {number}", password="en lång hemlig mening", by=None
        )
        organisation.assign_role(person=person, role="teacher", node=world.bjork_team, valid_from=TODAY, by=None)
    assert queries_to_change(world, cycle, "Två") == few


def test_a_draft_that_is_corrected_keeps_what_shows_it_done(world, client):
    """What asks for a document of a kind is offered as it is; another choice forgets the kind."""
    cycle = draft(world)
    asks = {"kind": "analysis", "period": "own"}
    Activity.objects.filter(pk=of(cycle, "6").pk).update(done_check="document", done_with=asks)
    client.force_login(world.person("quality"))
    page = client.get(url("activity_change", of(cycle, "6")))
    assert asked_of(of(cycle, "6")) in page.content.decode()
    client.post(url("activity_change", of(cycle, "6")), {**sent_of(page), "title_sv": "Rättat stavfel"})
    row = of(cycle, "6")
    assert (row.title_sv, row.done_check, row.done_with) == ("Rättat stavfel", "document", asks)
    sent = sent_of(client.get(url("activity_change", row)))
    client.post(url("activity_change", row), {**sent, "done_check": "meeting"})
    assert (of(cycle, "6").done_check, of(cycle, "6").done_with) == ("meeting", {})
    assert client.post(url("activity_change", row), {**sent, "done_check": "document"}).status_code == 200


def test_other_school_forms_show_who_gets_it_and_who_loses_it(world, client):
    """Activity 5 is the preschool's; with the compulsory school's form in its place two get it and one loses it."""
    cycle = published(world)
    one = of(cycle, "5")
    Tick.objects.create(task=Task.objects.get(activity=of(cycle, "6"), node=world.ek), done=True)
    client.force_login(world.person("quality"))
    sent = {**sent_of(client.get(url("activity_change", one))), "school_forms": ["gr"]}
    seen = client.post(url("activity_change", one), sent)
    assert seen.context["gained"]["names"] == ["Björkskolan", "Ekskolan"]
    assert seen.context["lost"]["names"] == ["Lindens förskola"]
    assert {p.name for p in seen.context["told"].people} == {"Ragnar Björk", "Ebba Ek", "Lena Lind"}
    client.post(url("activity_change", one), {**sent, "confirmed": "1"})
    stands = dict(Task.objects.filter(activity=one).values_list("node__name", "outcome"))
    assert stands == {"Björkskolan": "", "Ekskolan": "", "Lindens förskola": "dropped"}
    assert Task.objects.get(activity=one, node=world.lind).reason
    change(world, one, school_forms=["fs"])  # back again: the same task, open
    stands = dict(Task.objects.filter(activity=one).values_list("node__name", "outcome"))
    assert stands == {"Björkskolan": "dropped", "Ekskolan": "dropped", "Lindens förskola": ""}


def test_what_is_done_stands_where_it_is_lost(world):
    cycle = published(world)
    task = Task.objects.get(activity=of(cycle, "6"), node=world.lind)
    Tick.objects.create(task=task, done=True)
    change(world, of(cycle, "6"), school_forms=["gr"])
    task.refresh_from_db()
    assert task.outcome == "" and task.pk in evidence_of([task])


def test_another_measure_says_that_what_is_done_is_looked_at_anew(world, client):
    cycle = published(world)
    Tick.objects.create(task=Task.objects.get(activity=of(cycle, "6"), node=world.ek), done=True)
    client.force_login(world.person("quality"))
    page, day = url("activity_change", of(cycle, "6")), "2027-06-06"
    seen = client.post(page, {**sent_of(client.get(page)), "done_check": "meeting", "starts": day, "ends": day})
    assert seen.context["unread"] == 1
    (said,) = seen.context["remarks"]
    assert said.startswith("6 juni: ") and said in seen.content.decode()


def test_an_own_activity_is_asked_for_what_its_place_can_show(world, client):
    cycle = published(world)
    client.force_login(world.person("team_lead"))
    page = client.get(url("own_add", cycle, world.bjork_team))
    assert values_of(page, "role") == ["team_lead", "lead_teacher", "teacher"]
    assert values_of(page, "done_check") == ["tick", "meeting", "goals", "follow_up"]
    sent = {**sent_of(page), "title_sv": "Vår dag", "starts": "2027-05-01", "done_check": "meeting"}
    seen = client.post(url("own_add", cycle, world.bjork_team), sent)  # a holiday: said before it is added
    assert "1 maj: Första maj" in seen.content.decode() and not Activity.objects.filter(title_sv="Vår dag").exists()
    answer = client.post(url("own_add", cycle, world.bjork_team), {**sent, "confirmed": "1"})
    assert answer.url == url("node", world.bjork_team) + "?ar=2026%2F27"
    made = Activity.objects.get(title_sv="Vår dag")
    assert (made.done_check, made.done_with, made.role) == ("meeting", {}, "team_lead")
    plain = {**sent, "title_sv": "En vanlig dag", "starts": "2027-05-03", "_key": "2"}
    assert client.post(url("own_add", cycle, world.bjork_team), plain).status_code == 302


def test_swedish_words_that_change_lose_the_english_that_no_longer_fits(world):
    from styrkedja.wheel.years.activity_form import ActivityForm

    cycle = draft(world)
    one = of(cycle, "3")
    Activity.objects.filter(pk=one.pk).update(before_en="Read", about_sv="Om", about_en="About")
    one.refresh_from_db()
    form = ActivityForm(cycle=cycle, activity=one)
    data = {name: form[name].value() for name in form.fields} | {"version": 1, "before_sv": "Läs två gånger"}
    again = ActivityForm(data, cycle=cycle, activity=one)
    assert again.is_valid(), again.errors
    assert again.written()["before_en"] == "" and "about_en" not in again.written()


def test_whose_change_it_is_is_said(world):
    mine = own(world, published(world), level="team", role="team_lead")
    (job,) = ProcrastinateJob.objects.filter(args__template="wheel/email/added")
    assert job.args["words"]["node"] == "Björkskolan" and job.args["path"] == url("task", mine.tasks.get())


def test_a_unit_brings_in_its_own_from_last_year_and_takes_them_away_again(world, client):
    """11 February 2026 is the Wednesday of week 7; that of 2027 is the 17th. Week 40 of 2026 is over."""
    last, cycle = published(world, period="2025/26"), published(world)
    own(world, last, title="Öppet hus", starts=dt.date(2026, 2, 11), done_check="meeting", before_sv="Boka")
    own(world, last, title="Höstdag", starts=dt.date(2025, 10, 1))
    own(world, last, title="Lagets dag", starts=dt.date(2026, 2, 12), level="team")
    own(world, last, node=world.ek, who="principal_ek", title="Andras", starts=dt.date(2026, 2, 11))
    client.force_login(world.person("principal"))
    page, one_more = url("own_from_last", cycle, world.bjork), url("own_add", cycle, world.bjork)
    assert page in client.get(one_more).content.decode()
    rows = {row.before.title_sv: row for row in client.get(page).context["rows"]}
    assert {title: (row.starts, row.chosen) for title, row in rows.items()} == {
        "Öppet hus": (dt.date(2027, 2, 17), True),
        "Höstdag": (dt.date(2026, 9, 30), False),
        "Lagets dag": (dt.date(2027, 2, 18), True),
    }
    chosen = [str(rows[title].before.pk) for title in ("Öppet hus", "Lagets dag")]
    ProcrastinateJob.objects.all().delete()
    for _twice in range(2):
        client.post(page, {"activity": chosen})
    made = Activity.objects.get(cycle=cycle, title_sv="Öppet hus")
    assert (made.done_check, made.before_sv, made.process) == ("meeting", "Boka", "")
    assert [t.node for t in Activity.objects.get(cycle=cycle, title_sv="Lagets dag").tasks.all()] == [world.bjork_team]
    assert [row.before.title_sv for row in client.get(page).context["rows"]] == ["Höstdag"]
    client.post(page, {"activity": [str(made.pk), str(of(cycle, "6").pk)], "take_away": "1"})
    made.refresh_from_db()
    assert made.cancelled_at and of(cycle, "6").cancelled_at is None
    assert {row.before.title_sv for row in client.get(page).context["rows"]} == {"Höstdag", "Öppet hus"}
    assert "Öppet hus" not in client.get(url("own_from_last", cycle, world.bjork_team)).content.decode()


def test_the_year_of_an_own_activity_is_chosen_where_there_are_several(world, client):
    later, cycle = published(world, period="2027/28"), published(world)
    client.force_login(world.person("principal"))
    page = client.get(url("own_add", cycle, world.bjork))
    assert values_of(page, "year") == [str(cycle.pk), str(later.pk)]
    sent = {**sent_of(page), "title_sv": "Senare", "starts": "2028-02-16"}
    assert client.post(url("own_add", cycle, world.bjork), sent).status_code == 200  # outside the first
    sent |= {"year": str(later.pk), "_key": "2"}
    assert client.post(url("own_add", cycle, world.bjork), sent).status_code == 302
    assert Activity.objects.get(title_sv="Senare").cycle == later


def test_a_form_that_nobody_has_touched_changes_nothing(world, client):
    cycle = published(world)
    Activity.objects.filter(pk=of(cycle, "5").pk).update(
        participants=[{"role": "team_lead", "level": "team"}, *PRINCIPALS], school_forms=["gr", "fs"]
    )
    client.force_login(world.person("quality"))
    page = url("activity_change", of(cycle, "5"))
    assert client.post(page, sent_of(client.get(page))).context["rows"] == []
