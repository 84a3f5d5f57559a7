"""A person's feed: what is in it and what is not, as it moves and is cancelled, and who is answered at all."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.config import cli
from styrkedja.core.models import AuditEvent
from styrkedja.dialogues.meetings import agreed_actions, planning_actions
from styrkedja.organisation import actions as organisation
from styrkedja.organisation.models import Assignment, Person
from styrkedja.wheel.calendar import actions
from styrkedja.wheel.calendar.events import events_of
from styrkedja.wheel.calendar.queries import digest
from styrkedja.wheel.models import Activity, AnnualCycle, CycleState, Feed, Task
from styrkedja.wheel.years import changing_actions
from tests.dialogues.meeting import agree, called, conclude, fresh, hold, plan
from tests.dialogues.talking import accept, ask, feedback, hand_in, of
from tests.wheel.calendars import check_calendar, events, titles
from tests.wheel.year import activity, day, task, year

pytestmark = pytest.mark.django_db


def token_of(world, who="principal") -> str:
    return actions.make_feed(person=world.person(who), by=world.person(who))


def fetch(client, token: str, **headers):
    client.logout()
    return client.get(reverse("wheel:feed", args=[token]), headers=headers)


def feed(client, world, who="principal") -> dict:
    """What the person's calendar holds, by title."""
    return {event.summary.value: event for event in events(fetch(client, token_of(world, who)).content).values()}


def moved(made: Activity, first: dt.date, last: dt.date, world) -> None:
    row = Activity.objects.get(pk=made.pk)
    changing_actions.change(
        activity=row, expected=row.version, fields={"starts": first, "ends": last}, by=world.person("quality")
    )


# The wheel


def test_the_calendar_holds_what_one_answers_for_and_takes_part_in_and_nothing_of_others(client, world):
    cycle = year(world)
    made = activity(cycle, at=[world.bjork], title_sv="Min plan", ends=3)
    Task.objects.filter(activity=made).update(note="I vår egen takt.")
    activity(cycle, at=[world.ek], title_sv="En annans plan")
    part = [{"role": "principal", "level": "unit"}]
    activity(cycle, at=[world.council], role="quality_lead", title_sv="SKA-dag", participants=part)
    activity(cycle, at=[world.council], role="quality_lead", title_sv="Förvaltningens eget")
    found = feed(client, world)
    assert set(found) == {"Min plan", "SKA-dag"}
    mine = found["Min plan"]
    assert (mine.dtstart.value, mine.dtend.value) == (day(), day(4))
    assert "Du ansvarar för det här." in mine.description.value
    assert "Anteckning: I vår egen takt." in mine.description.value
    assert mine.location.value == "Björkskolan"
    assert "Du deltar i det här." in found["SKA-dag"].description.value
    assert set(feed(client, world, "principal_ek")) == {"En annans plan", "SKA-dag"}
    assert set(feed(client, world, "auditor")) == set()


def test_one_event_for_an_activity_however_many_the_places(client, world):
    made = activity(year(world), at=[world.bjork, world.ek], role="quality_lead", level="unit", title_sv="Gemensamt")
    found = events(fetch(client, token_of(world, "quality")).content)
    assert [uid.split("@")[0] for uid in found] == [str(made.pk)]
    assert next(iter(found.values())).location.value == "Björkskolan, Ekskolan"


def test_moved_twice_it_is_the_same_event_with_sequence_two(client, world):
    made = activity(year(world), at=[world.bjork], title_sv="Flyttas", starts=5)
    token = token_of(world)
    (uid, before) = next(iter(events(fetch(client, token).content).items()))
    assert before.sequence.value == "0"
    moved(made, day(6), day(7), world)
    moved(made, day(8), day(9), world)
    (uid_after, after) = next(iter(events(fetch(client, token).content).items()))
    assert uid_after == uid
    assert (after.sequence.value, after.dtstart.value, after.dtend.value) == ("2", day(8), day(10))


def test_a_cancelled_activity_is_told_as_cancelled_and_after_a_while_not_at_all(client, world):
    made = activity(year(world), at=[world.bjork], title_sv="Ställs in", starts=20)
    row = Activity.objects.get(pk=made.pk)
    changing_actions.cancel(activity=row, expected=row.version, reason="Ingen tid.", by=world.person("quality"))
    event = feed(client, world)["Ställs in"]
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "1")
    assert "Ingen tid." in event.description.value
    Activity.objects.filter(pk=made.pk).update(cancelled_at=timezone.now() - dt.timedelta(days=91))
    assert feed(client, world) == {}


def test_drafts_are_not_in_it_and_closed_years_are_for_a_year(client, world):
    cycle = year(world)
    activity(cycle, at=[world.bjork], title_sv="Nyss", starts=-40)
    activity(cycle, at=[world.bjork], title_sv="Länge sedan", starts=-400)
    Task.objects.update(outcome="done", outcome_at=timezone.now())
    AnnualCycle.objects.filter(pk=cycle.pk).update(state=CycleState.CLOSED, closed_at=timezone.now())
    draft = AnnualCycle.objects.create(node=world.council, period="2031/32", wheel="prov", title="Utkast")
    activity(draft, title_sv="Utkastet", starts=40, participants=[{"role": "principal", "level": "unit"}])
    assert set(feed(client, world)) == {"Nyss"}


def test_the_words_are_in_the_persons_language(client, world):
    made = activity(year(world), at=[world.bjork], title_sv="Planen", title_en="The plan", about_sv="Om", about_en="On")
    assert made.title == "Planen"
    organisation.choose_language(person=world.person("principal"), language="en", by=None)
    event = feed(client, world)["The plan"]
    assert "You answer for this." in event.description.value
    assert "On" in event.description.value


# Meetings, what is agreed and what is owed


def test_meetings_one_is_called_to_are_in_it_with_their_time_and_planned_ones_are_not(client, world):
    said = {"day": day(10), "starts": dt.time(13), "ends": dt.time(15, 30), "place": "Sal 3"}
    plan(world, "ska_dag", title="Bara planerat")
    made = called(world, "ska_dag", title="SKA-dag 1", **said)
    found = feed(client, world)
    assert set(found) == {"SKA-dag 1"}
    event = found["SKA-dag 1"]
    assert event.uid.value.split("@")[0] == str(made.pk)
    starts = event.dtstart.value
    assert (starts.date(), starts.hour, starts.tzinfo.utcoffset(starts)) == (
        day(10), 13, timezone.make_aware(dt.datetime.combine(day(10), dt.time(13))).utcoffset(),
    )  # fmt: skip
    assert event.location.value == "Sal 3"
    assert reverse("dialogues:meeting", args=[made.pk]) in event.url.value
    assert feed(client, world, "auditor") == {}


def test_a_meeting_moved_and_cancelled_keeps_its_uid_and_counts(client, world):
    made = called(world, "ska_dag", title="SKA-dag", day=day(10))
    token = token_of(world)
    for days in (11, 12):
        row = fresh(made)
        planning_actions.change(
            meeting=row, fields={"day": day(days)}, expected=row.version, by=world.person("quality")
        )
    (uid, event) = next(iter(events(fetch(client, token).content).items()))
    assert (event.sequence.value, event.dtstart.value) == ("2", day(12))
    row = fresh(made)
    planning_actions.cancel(meeting=row, reason="Sjukdom.", expected=row.version, by=world.person("quality"))
    (uid_after, event) = next(iter(events(fetch(client, token).content).items()))
    assert uid_after == uid
    assert (event.sequence.value, event.status.value) == ("3", "CANCELLED")
    assert "Sjukdom." in event.description.value


def test_an_activity_whose_meeting_one_is_called_to_stands_there_once(client, world):
    """Each meeting is that of the nearest activity of its kind; cancelled, the activity is what there is."""
    cycle = year(world)
    for title, starts, kind in (("Höst", 10, "ska_dag"), ("Vår", 70, "ska_dag"), ("Dialogdag", 9, "dialogdag")):
        activity(
            cycle, at=[world.administration], role="quality_lead", check="meeting", done_with={"kind": kind},
            participants=[{"role": "principal", "level": "unit"}], title_sv=title, starts=starts,
        )  # fmt: skip
    assert set(feed(client, world)) == {"Höst", "Vår", "Dialogdag"}
    made = called(world, "ska_dag", title="SKA-dag i Folkets hus", day=day(12))
    assert set(feed(client, world)) == {"SKA-dag i Folkets hus", "Vår", "Dialogdag"}
    row = fresh(made)
    planning_actions.cancel(meeting=row, reason="Sjukdom.", expected=row.version, by=world.person("quality"))
    assert set(feed(client, world)) == {"SKA-dag i Folkets hus", "Höst", "Vår", "Dialogdag"}


def test_what_is_agreed_stands_until_it_is_done(client, world):
    made = called(world, title="Betygsdialog")
    conclude(world, made, "Läsningen först.")
    agree(world, made, "Gemensamma lektionsstarter.", holder=world.person("lead_teacher"))
    left = agree(world, made, "Uppföljning i april.")  # whoever answers for Björkskolan
    hold(world, made)
    assert "Överenskommet: Gemensamma lektionsstarter." in feed(client, world, "lead_teacher")
    mine = feed(client, world)
    assert "Överenskommet: Gemensamma lektionsstarter." not in mine
    assert mine["Överenskommet: Uppföljning i april."].dtstart.value == day(14)
    agreed_actions.drop(point=left, reason="Behövs inte.", expected=left.version, by=world.person("quality"))
    event = feed(client, world)["Överenskommet: Uppföljning i april."]
    assert (event.status.value, event.sequence.value) == ("CANCELLED", "1")


def test_what_is_owed_stands_on_its_last_day_until_it_is_met(client, world):
    request = ask(world, text="Studiero?", due=day(9))
    (event,) = feed(client, world).values()
    assert event.dtstart.value == day(9)
    assert "Studiero" in event.summary.value
    hand_in(world, of(request, world.bjork))
    assert feed(client, world) == {}
    accept(world, of(request, world.bjork))
    waiting = feed(client, world, "quality")
    assert any("Återkoppling" in title for title in waiting)
    feedback(world, of(request, world.bjork))
    assert not any("Återkoppling" in title for title in feed(client, world, "quality"))


def test_another_day_for_what_is_owed_is_the_same_event_with_a_higher_sequence(world):
    request = ask(world, text="Studiero?", due=day(9))
    access = Access(world.person("principal"))
    (before,) = events_of(access)
    of(request, world.bjork).obligations.update(due=day(12))
    (after,) = events_of(access)
    assert after.id == before.id
    assert after.sequence > before.sequence


# Whoever is not to have it


def test_unknown_and_revoked_addresses_and_closed_accounts_are_not_found(client, world):
    activity(year(world), at=[world.bjork])
    token = token_of(world)
    assert fetch(client, token).status_code == 200
    for unknown in ("x", token[:-1], token + "a", "å" * 3000):
        assert fetch(client, unknown).status_code == 404
    person = world.person("principal")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    assert fetch(client, token).status_code == 404
    Person.objects.filter(pk=person.pk).update(is_active=True)
    assert fetch(client, token).status_code == 200
    actions.revoke_feed(person=person, by=person)
    assert fetch(client, token).status_code == 404


def test_a_new_address_ends_the_old_one(client, world):
    old, new = token_of(world), token_of(world)
    assert old != new
    assert fetch(client, old).status_code == 404
    assert fetch(client, new).status_code == 200
    assert Feed.objects.filter(person=world.person("principal"), revoked_at=None).count() == 1


def test_from_the_day_after_a_role_has_ended_there_is_nothing(client, world):
    activity(year(world), at=[world.bjork], title_sv="Planen")
    called(world, "ska_dag", title="SKA-dag")
    token = token_of(world)
    held = Assignment.objects.filter(person=world.person("principal"))
    held.update(valid_to=day())
    assert set(titles(fetch(client, token).content)) == {"Planen", "SKA-dag"}
    held.update(valid_to=day(-1))
    answer = fetch(client, token)
    assert answer.status_code == 200
    assert titles(answer.content) == []
    assert check_calendar(answer.content).contents["x-wr-calname"][0].value == "Styrkedja: Ragnar Björk"


def test_only_a_digest_is_kept_and_the_trail_holds_no_token(world):
    token = token_of(world)
    assert len(token) == 43  # 256 bits
    kept = Feed.objects.get(person=world.person("principal"))
    assert kept.token_hash == digest(token)
    rows = AuditEvent.objects.filter(event__in=["feed_made", "feed_revoked"])
    actions.revoke_feed(person=world.person("principal"), by=world.person("principal"))
    assert [row.event for row in rows.order_by("seq")] == ["feed_made", "feed_revoked"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM wheel_feed t WHERE t::text LIKE %s", [f"%{token}%"])
        assert cursor.fetchone() == (0,)
    assert token not in str(list(AuditEvent.objects.values()))


# How it is answered


def test_the_answer_is_a_calendar_without_cookies_and_is_not_sent_twice(client, world):
    activity(year(world), at=[world.bjork])
    token = token_of(world)
    answer = fetch(client, token)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, max-age=900"
    assert not answer.cookies
    again = fetch(client, token, **{"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    activity(year(world, period="2031/32"), at=[world.bjork])
    changed = fetch(client, token, **{"If-None-Match": answer["ETag"]})
    assert changed.status_code == 200
    assert client.post(reverse("wheel:feed", args=[token])).status_code == 405
    assert client.head(reverse("wheel:feed", args=[token])).status_code == 200


def test_when_it_was_fetched_is_kept_to_the_day(client, world):
    token = token_of(world)
    assert Feed.objects.get(token_hash=digest(token)).read_at is None
    fetch(client, token)
    read_at = Feed.objects.get(token_hash=digest(token)).read_at
    assert timezone.localdate(read_at) == day()
    assert (read_at.minute, read_at.second) == (0, 0)
    fetch(client, token)
    assert Feed.objects.get(token_hash=digest(token)).read_at == read_at


def test_as_many_questions_however_many_events(client, world):
    cycle = year(world)
    part = [{"role": "principal", "level": "unit"}]

    def fill(times: int) -> None:
        for number in range(times):
            activity(cycle, at=[world.bjork], title_sv=f"Egen {number}", about_sv="Om.")
            activity(cycle, at=[world.council], role="quality_lead", participants=part)
            activity(cycle, at=[world.bjork_team, world.ek_team], role="team_lead", level="team", participants=part)
            made = called(world, "ska_dag", title=f"Dag {number}")
            agree(world, made, f"Sak {number}")
            ask(world, text=f"Fråga {number}?")

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert events_of(Access(world.person("principal")))
        return len(asked)

    fill(1)
    few = questions()
    fill(4)
    assert questions() == few
    assert len(events_of(Access(world.person("principal")))) == 30


# The page, and single events


def test_the_page_makes_an_address_shows_it_once_and_revokes_it(client, world):
    activity(year(world), at=[world.bjork], title_sv="Planen")
    client.force_login(world.person("principal"))
    page = reverse("wheel:calendar")
    assert "Du har ingen adress än" in client.get(page).content.decode()
    shown = client.post(reverse("wheel:feed_make"), follow=True).content.decode()
    kept = Feed.objects.get(person=world.person("principal"))
    address = shown.split('value="http')[1].split('"')[0]
    token = address.rsplit("/", 1)[1].removesuffix(".ics")
    assert digest(token) == kept.token_hash
    assert token not in str(dict(client.session.items()))
    again = client.get(page).content.decode()
    assert token not in again
    assert "Du har en adress" in again
    assert "Planen" in again
    client.post(reverse("wheel:feed_revoke"))
    kept.refresh_from_db()
    assert kept.revoked_at is not None
    assert "Du har ingen adress än" in client.get(page).content.decode()


def test_a_double_click_makes_one_address_and_shows_the_one_that_works(client, world):
    client.force_login(world.person("principal"))
    sent = {"_key": "6c3c8b1e-0d5d-4c6f-9f1e-2a4f7f1b3c55"}
    client.post(reverse("wheel:feed_make"), sent)
    shown = client.post(reverse("wheel:feed_make"), sent, follow=True).content.decode()
    assert Feed.objects.filter(person=world.person("principal")).count() == 1
    token = shown.split('value="http')[1].split('"')[0].rsplit("/", 1)[1].removesuffix(".ics")
    assert fetch(client, token).status_code == 200


def test_one_event_can_be_added_by_whoever_sees_it(client, world):
    made = activity(year(world), at=[world.bjork], title_sv="Planen\r\nBEGIN:VEVENT")
    meeting = called(world, "ska_dag", title="SKA-dag")
    planned = plan(world, "ska_dag", title="Planerat")
    addresses = {
        "task": reverse("wheel:task_ics", args=[task(made, world.bjork).pk]),
        "meeting": reverse("wheel:meeting_ics", args=[meeting.pk]),
        "activity": reverse("wheel:activity_ics", args=[world.bjork.pk, made.pk]),
    }
    for address in addresses.values():
        assert client.get(address).status_code == 302  # to the login
    client.force_login(world.person("principal"))
    for name, address in addresses.items():
        answer = client.get(address)
        assert answer["Content-Disposition"].startswith('attachment; filename="styrkedja-')
        uid = str(meeting.pk if name == "meeting" else made.pk)
        assert [found.split("@")[0] for found in events(answer.content)] == [uid]
    client.force_login(world.person("quality"))
    assert client.get(reverse("wheel:meeting_ics", args=[planned.pk])).status_code == 404
    client.force_login(world.person("teacher"))
    assert client.get(reverse("wheel:meeting_ics", args=[planned.pk])).status_code in (403, 404)
    with pytest.raises(ObjectDoesNotExist):
        Feed.objects.get(person=world.person("teacher"))


# The command line


@pytest.fixture
def styrkedja(monkeypatch, capsys):
    """Run a command on the test's database; (exit code, out, err)."""
    monkeypatch.setattr(cli, "prepare", lambda: None)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = cli.main(list(arguments))
        return code, *capsys.readouterr()

    return run


def test_the_command_writes_the_same_calendar_to_a_file(styrkedja, client, world, tmp_path):
    activity(year(world), at=[world.bjork], title_sv="Planen")
    path = tmp_path / "kalender.ics"
    said = styrkedja("calendar", "--person", "PRINCIPAL@ekkoping.example", "--output", str(path))
    assert said == (0, f"1 händelse i {path}\n", "")
    assert path.read_bytes() == fetch(client, token_of(world)).content


def test_the_command_says_in_one_line_what_it_cannot_do(styrkedja, world, tmp_path):
    who, where = ["--person", "principal@ekkoping.example"], ["--output", str(tmp_path / "k.ics")]
    assert styrkedja("calendar", "--person", "ingen@x.example", *where) == (
        2, "", "styrkedja: ingen person har adressen ingen@x.example\n",
    )  # fmt: skip
    code, _out, said = styrkedja("calendar", *who, "--output", str(tmp_path / "finns/inte/k.ics"))
    assert (code, said.count("\n"), "går inte att skriva" in said) == (2, 1, True)
    Person.objects.filter(email="principal@ekkoping.example").update(is_active=False)
    assert styrkedja("calendar", *who, *where) == (
        2, "", "styrkedja: kontot principal@ekkoping.example är stängt\n",
    )  # fmt: skip
