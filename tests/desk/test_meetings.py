"""My list: the meetings I am called to, whose minutes wait for me, and what meetings have given me to do."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from styrkedja.access import actions as roles
from styrkedja.access.gate import Access
from styrkedja.desk import meetings
from tests.dialogues.meeting import agree, called, day, hold, minute, plan

pytestmark = pytest.mark.django_db


def mine(world, who: str) -> meetings.Meetings:
    return meetings.meetings(Access(world.person(who)))


def labels(duties) -> list[str]:
    return [one.label for one in duties]


def test_who_is_called_sees_the_meeting_until_its_day_is_past(world):
    plan(world, "dialogdag", day=day(3), title="Bara tänkt")
    called(world, day=day(9), title="Betyg i Björk", starts=dt.time(13, 15), place="Sal 4")
    for who in ("quality", "principal"):
        (line,) = mine(world, who).called
        assert line.label == "Betyg i Björk" and line.when == "9 dagar kvar", who
        assert "kl. 13:15, Sal 4, Ekköpings kommun" in line.note, who
    for nobody in ("teacher", "principal_ek", "operator"):
        assert mine(world, nobody) == meetings.Meetings([], [], []), nobody


def test_whoever_has_left_is_not_called_any_more(world):
    called(world, day=day(9))
    held = world.person("principal").assignments.get()
    roles.end_role(assignment=held, last_day=day(-1), expected=held.version, by=world.person("operator"))
    assert mine(world, "principal").called == []


def test_minutes_wait_for_whoever_keeps_the_meeting_until_they_are_established(world):
    meeting = called(world, day=day(-2), title="Betyg i Björk")
    assert labels(mine(world, "quality").to_minute) == ["Betyg i Björk"] and mine(world, "quality").called == []
    assert mine(world, "principal").to_minute == []  # was there, and leads nothing of it
    meeting = hold(world, meeting)
    (line,) = mine(world, "quality").to_minute
    assert line.when == "" and line.overdue_days <= 0  # nobody has set the minutes a day
    minute(world, meeting)
    assert mine(world, "quality").to_minute == []
    assert mine(world, "principal").news == [meeting.pk]


def test_what_is_agreed_stands_with_whoever_answers_for_the_place(world):
    meeting = called(world, day=day(0), title="Betyg i Björk")
    agree(world, meeting, "Prova lektionsstarter.", due=day(14))
    (line,) = meetings.agreed(Access(world.person("principal")))
    assert (line.label, line.due) == ("Prova lektionsstarter.", day(14)) and "Betyg i Björk" in line.note
    assert meetings.agreed(Access(world.person("principal_ek"))) == []


def test_the_page_shows_them_in_a_fixed_number_of_queries(world, client):
    client.force_login(world.person("quality"))
    called(world, day=day(9), title="Första mötet")
    client.get("/")

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/").content.decode()
        assert "Möten jag är kallad till" in page and "Första mötet" in page
        return len(queries)

    before = count()
    for number in range(5):
        called(world, day=day(10 + number))
    client.get("/")
    assert count() == before
