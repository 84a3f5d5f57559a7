"""The pages of years: errors name the activity, two editors, a double press, who may read and write what."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from styrkedja.wheel.models import Activity, AnnualCycle, Publishing, Task
from styrkedja.wheel.years import jobs, publishing_actions, queries

from .yearing import SMALL, TODAY, draft, fields, fresh, move, of, own, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: TODAY)


@pytest.fixture
def log_in(client, world):
    def as_person(key):
        client.force_login(world.person(key))
        return client

    return as_person


def url(name, *args):
    return reverse(f"wheel:{name}", args=[getattr(a, "pk", a) for a in args])


def text_of(answer):
    return answer.content.decode()


def days_sent(cycle, **changed):
    """The draft's form as it stands, with some days written otherwise: {number: (first, last)}."""
    sent = {"version": fresh(cycle).version, "_key": str(uuid.uuid4())}
    for one in cycle.activities.filter(cancelled_at=None):
        first, last = changed.get(f"n{one.number}", (one.starts.isoformat(), one.ends.isoformat()))
        sent |= {f"starts_{one.pk.hex}": first, f"ends_{one.pk.hex}": last}
    return sent


def test_a_year_is_made_from_a_wheel_of_the_catalogue(log_in, world):
    client = log_in("quality")
    assert "Inget år" in text_of(client.get(url("years")))
    page = client.get(url("year_new", world.council))
    assert text_of(page).count('name="wheel"') >= 4
    sent = {"wheel": page.context["form"]["wheel"].value(), "period": "2027", "school_forms": []}
    answer = client.post(url("year_new", world.council), sent)
    cycle = AnnualCycle.objects.get()
    assert answer.url == url("year", cycle)
    assert (cycle.period, cycle.units.count(), cycle.state) == ("2027", 3, "draft")
    again = client.post(url("year_new", world.council), sent)
    assert again.status_code == 200 and "2027" in str(again.context["form"].non_field_errors())


def test_the_error_names_the_activity(log_in, world):
    cycle = draft(world)
    answer = log_in("quality").post(
        url("year", cycle), days_sent(cycle, n3=("2026-13-01", "2026-12-24"), n6=("2030-01-01", "2030-01-02"))
    )
    said = text_of(answer)
    assert answer.status_code == 200 and fresh(cycle).version == 1
    summary = re.sub(r"<[^>]+>|\s+", " ", said.split('role="alert"')[1].split("</ul>")[0])
    assert re.search("3 Aktivitet 3, första dag: *Skriv datumet som", summary)
    assert re.search("6 Aktivitet 6, sista dag: *Dagarna ligger utanför 2026/27", summary)
    assert 'value="2026-13-01"' in said  # nothing that was written is lost


def test_two_editors_of_a_draft_are_both_heard(log_in, world):
    cycle = draft(world)
    sent = days_sent(cycle, n6=("2027-06-03", "2027-06-03"))
    import datetime as dt

    move(world, cycle, "3", dt.date(2026, 12, 21), who="head")
    client = log_in("quality")
    answer = client.post(url("year", cycle), sent)
    assert answer.status_code == 409
    assert "Sparat av någon annan: 2026-12-21" in text_of(answer)
    assert 'value="2027-06-03"' in text_of(answer)
    assert of(cycle, "6").starts.day == 1
    version = re.search(r'name="version" value="(\d+)"', text_of(answer))[1]
    assert client.post(url("year", cycle), {**sent, "version": version, "_key": str(uuid.uuid4())}).status_code == 302
    assert of(cycle, "6").starts.day == 3


def test_taking_out_saves_what_is_written_beside(log_in, world):
    cycle, client = draft(world), log_in("quality")
    out = of(cycle, "1")
    sent = {**days_sent(cycle, n6=("2027-06-03", "2027-06-03")), "take_out": out.pk.hex}
    client.post(url("year", cycle), sent)
    assert of(cycle, "1").cancelled_at and of(cycle, "6").starts.day == 3
    client.post(url("year", cycle), {**days_sent(cycle), "put_back": out.pk.hex})
    assert of(cycle, "1").cancelled_at is None
    assert client.post(url("year", cycle), {**days_sent(cycle), "take_out": "x"}).status_code == 302


def test_units_that_the_filter_hides_stand_as_they_were(log_in, world):
    cycle, client = draft(world, units=[world.bjork, world.lind]), log_in("quality")
    page = client.get(url("year_units", cycle), {"skolform": "gr"})
    assert "Ekskolan" in text_of(page) and "Lindens förskola" not in text_of(page).split("<fieldset", 1)[1]
    shown = [str(world.bjork.pk), str(world.ek.pk)]
    client.post(url("year_units", cycle), {"version": 1, "shown": shown, "unit": [shown[1]]})
    assert {u.node for u in cycle.units.all()} == {world.ek, world.lind}


def publish_pressed(client, cycle, **more):
    return client.post(url("year_publish", cycle), {"version": fresh(cycle).version, **more})


def test_a_year_is_published_by_the_worker_and_a_double_press_publishes_once(log_in, world):
    cycle, client = draft(world), log_in("quality")
    assert "11 uppgifter" in text_of(client.get(url("year_publish", cycle)))
    publish_pressed(client, cycle, _key="same")
    publish_pressed(client, cycle, _key="another")
    (job,) = ProcrastinateJob.objects.filter(task_name=publishing_actions.PUBLISH)
    waiting = client.get(url("year_publish", cycle))
    assert "<progress" in text_of(waiting) and 'http-equiv="refresh"' in text_of(waiting)
    assert not Task.objects.exists()
    jobs.publish(**job.args)
    jobs.publish(**job.args)  # a worker that was killed after all was done
    assert fresh(cycle).state == "published" and Task.objects.count() == 11
    assert Publishing.objects.get().progress == 100
    assert client.get(url("year_progress", cycle))["HX-Refresh"] == "true"
    assert client.get(url("year_publish", cycle)).url == url("year", cycle)


def test_a_draft_changed_meanwhile_is_not_published_and_says_so(log_in, world):
    import datetime as dt

    cycle, client = draft(world), log_in("quality")
    publish_pressed(client, cycle)
    move(world, cycle, "3", dt.date(2026, 12, 21))
    jobs.publish(**ProcrastinateJob.objects.get(task_name=publishing_actions.PUBLISH).args)
    assert fresh(cycle).state == "draft" and not Task.objects.exists()
    assert "ändrades efter" in text_of(client.get(url("year_publish", cycle)))
    publish_pressed(client, cycle)
    jobs.publish(**ProcrastinateJob.objects.filter(task_name=publishing_actions.PUBLISH).latest("id").args)
    assert fresh(cycle).state == "published"


def test_what_moves_is_shown_before_it_is_changed_and_those_concerned_are_told(log_in, world):
    cycle, client = published(world), log_in("quality")
    one = of(cycle, "6")
    page = client.get(url("activity_change", one))
    sent = {**page.context["form"].initial, "starts": "2027-06-08", "ends": "2027-06-09", "public": "on"}
    answer = client.post(url("activity_change", one), sent)
    assert "2027-06-01" in text_of(answer) and "2027-06-08" in text_of(answer) and "3 enheter" in text_of(answer)
    assert len(answer.context["told"].people) == 3
    assert of(cycle, "6").sequence == 0
    assert client.post(url("activity_change", one), {**sent, "again": "1"}).status_code == 200
    assert client.post(url("activity_change", one), {**sent, "confirmed": "1"}).status_code == 302
    assert (of(cycle, "6").sequence, of(cycle, "6").starts.day, of(cycle, "6").ends.day) == (1, 8, 9)
    told = ProcrastinateJob.objects.filter(task_name="organisation.send")
    assert {job.args["person"] for job in told} == {
        str(world.person(key).pk) for key in ("principal", "principal_ek", "principal_lind")
    }
    assert all("Aktivitet" not in str(job.args) for job in told)  # a link and names of places, never content
    assert (
        client.post(url("activity_change", one), {**sent, "starts": "2027-06-07", "confirmed": "1"}).status_code == 409
    )


def test_cancelling_asks_why(log_in, world):
    cycle, client = published(world), log_in("quality")
    one = of(cycle, "6")
    assert client.post(url("activity_cancel", one), {"version": 1, "reason": " "}).status_code == 200
    client.post(url("activity_cancel", one), {"version": 1, "reason": "Lokalen är stängd."})
    assert (of(cycle, "6").sequence, of(cycle, "6").cancelled_reason) == (1, "Lokalen är stängd.")
    assert "Lokalen är stängd." in text_of(client.get(url("year_activity", one)))
    assert client.get(url("activity_change", one)).status_code == 302


def test_a_unit_adds_changes_and_cancels_its_own_and_nothing_from_above(log_in, world):
    cycle, client = published(world), log_in("principal")
    sent = {**fields(), "starts": "2027-02-10", "ends": "", "done_check": "tick"}
    assert client.post(url("own_add", cycle, world.bjork), sent).status_code == 302
    mine = Activity.objects.get(title_sv="Vår egen dag")
    assert (mine.node, [t.node for t in mine.tasks.all()]) == (world.bjork, [world.bjork])
    assert client.get(url("activity_change", mine)).status_code == 200
    assert client.get(url("activity_change", of(cycle, "6"))).status_code in (403, 404)
    assert client.post(url("activity_cancel", of(cycle, "6")), {"version": 1, "reason": "Nej"}).status_code in (
        403,
        404,
    )
    assert client.post(url("own_add", cycle, world.ek), sent).status_code in (403, 404)
    theirs = {**sent, "level": "team", "role": "team_lead", "confirmed": "1"}
    assert client.post(url("own_add", cycle, world.bjork_team), theirs).status_code == 302
    assert log_in("principal_ek").get(url("activity_change", mine)).status_code == 404
    assert log_in("quality").get(url("activity_change", mine)).status_code == 403  # theirs, not the organiser's
    assert log_in("teacher").get(url("year_activity", mine)).status_code == 200


def test_what_many_have_added_is_counted_with_a_way_to_all_of_it(log_in, world, monkeypatch):
    cycle = published(world)
    for number in range(3):
        own(world, cycle, title_sv=f"Egen {number}")
    monkeypatch.setattr(queries, "FIRST", 1)
    page = text_of(log_in("principal").get(url("year", cycle)))
    assert "Egen 0" in page and "Egen 1" not in page
    assert 'href="?alla=1"' in page and "Visa 2 aktiviteter till" in page
    assert all(f"Egen {n}" in text_of(log_in("principal").get(url("year", cycle) + "?alla=1")) for n in range(3))


def test_a_team_below_gets_what_its_unit_adds_for_teams(world):
    cycle = published(world)
    mine = own(world, cycle, level="team", role="team_lead")
    assert [t.node for t in mine.tasks.all()] == [world.bjork_team]


def test_drafts_are_for_those_who_plan(log_in, world):
    cycle = draft(world)
    for key in ("principal", "teacher", "politician"):
        client = log_in(key)
        assert client.get(url("year", cycle)).status_code in (403, 404)
        assert client.get(url("year_activity", of(cycle, "6"))).status_code in (403, 404)
        assert "Årshjulet" not in text_of(client.get(url("years"))).split("<main", 1)[1].split("</h1>", 1)[1]


def queries_of(client, address):
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_queries_do_not_grow_with_the_activities(log_in, world):
    from styrkedja.wheel.years import actions, drafting_actions

    cycle, client = draft(world), log_in("quality")
    pages = ("year", "year_units", "year_publish")
    few = [queries_of(client, url(page, cycle)) for page in pages]
    for number in range(12):
        drafting_actions.add(cycle=cycle, expected=number + 1, fields=fields(f"Till {number}"), by=None)
    assert [queries_of(client, url(page, cycle)) for page in pages] == few
    actions.publish(cycle=cycle, expected=13, by=None)
    other = published(world, period="2027/28")
    for page in ("year", "year_close"):
        assert queries_of(client, url(page, cycle)) <= queries_of(client, url(page, other)) + 1
    assert SMALL.id == cycle.wheel
