"""The feed by RFC 5545, read back with another parser, whatever somebody has written in a title."""

from __future__ import annotations

import datetime as dt
import re
import time
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styrkedja.organisation.models import Person
from styrkedja.wheel.calendar.events import Event
from styrkedja.wheel.calendar.writing import calendar_of, calendar_with, fold
from tests.wheel.calendars import check_calendar, check_lines, events

NAMESPACE = UUID(int=7)
CHANGED = dt.datetime(2026, 3, 1, 9, 30, tzinfo=dt.UTC)
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def event(number: int = 1, **said) -> Event:
    fields = {
        "id": uuid5(NAMESPACE, str(number)),
        "title": "SKA-dag 1",
        "starts": dt.date(2026, 9, 17),
        "ends": dt.date(2026, 9, 17),
        "url": "/arshjul/",
        "about": "",
        "sequence": 0,
        "changed": CHANGED,
        **said,
    }
    return Event(**fields)


def calendar(name: str, many: list[Event]) -> bytes:
    return calendar_of(Person(name=name, language="sv"), many)


def one(**said):
    (found,) = events(calendar("Kalender", [event(**said)])).values()
    return found


def test_an_event_to_the_letter(settings):
    settings.PUBLIC_ADDRESS = "https://kvalitet.ekkoping.example"
    body = calendar("Ragnar Björk", [event(about="Rad ett.\n\nMål; medel, väg\\slut", place="Sal 3, hus B")])
    assert body.replace(b"\r\n ", b"").decode().split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Styrkedja//Kalender//SV",
        "CALSCALE:GREGORIAN",
        "NAME;LANGUAGE=sv:Styrkedja: Ragnar Björk",
        "X-WR-CALNAME:Styrkedja: Ragnar Björk",
        "X-WR-TIMEZONE:Europe/Stockholm",
        "REFRESH-INTERVAL;VALUE=DURATION:PT4H",
        "X-PUBLISHED-TTL:PT4H",
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Stockholm",
        "BEGIN:DAYLIGHT",
        "DTSTART:19810329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZNAME:CEST",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:19961027T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZNAME:CET",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
        "BEGIN:VEVENT",
        f"UID:{uuid5(NAMESPACE, '1')}",
        "DTSTAMP:20260301T093000Z",
        "LAST-MODIFIED:20260301T093000Z",
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20260917",
        "DTEND;VALUE=DATE:20260918",
        "TRANSP:TRANSPARENT",
        "SUMMARY:SKA-dag 1",
        r"DESCRIPTION:Rad ett.\n\nMål\; medel\, väg\\slut",
        r"LOCATION:Sal 3\, hus B",
        "URL:https://kvalitet.ekkoping.example/arshjul/",
        "STATUS:CONFIRMED",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_single_event_says_nothing_of_a_calendar_of_its_own(settings):
    """The calendar it is put in keeps its name; and it is the same event as in the feed, wherever that is."""
    single = calendar_with(event())
    (uid,) = events(single)
    settings.PUBLIC_ADDRESS = "https://annanstans.example"
    assert set(events(calendar("K", [event()]))) == {uid} == {str(uuid5(NAMESPACE, "1"))}
    for name in (b"NAME", b"X-WR-", b"REFRESH-INTERVAL", b"X-PUBLISHED-TTL", b"METHOD"):
        assert not re.search(rb"^" + name, single, re.M), name


@pytest.mark.parametrize("sunday", [dt.date(2026, 3, 29), dt.date(2026, 10, 25)])  # when the clocks change
def test_whole_days_are_whole_days_when_the_clocks_change(sunday):
    saturday, monday = sunday - dt.timedelta(days=1), sunday + dt.timedelta(days=1)
    for first, last in ((sunday, sunday), (saturday, monday), (saturday, sunday), (sunday, monday)):
        found = one(starts=first, ends=last)
        assert type(found.dtstart.value) is dt.date
        assert (found.dtstart.value, found.dtend.value) == (first, last + dt.timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        (dt.date(2026, 3, 27), 9, 8),  # winter time: an hour ahead of UTC
        (dt.date(2026, 3, 29), 9, 7),  # the morning the clocks went forward
        (dt.date(2026, 10, 24), 9, 7),
        (dt.date(2026, 10, 25), 9, 8),  # the morning they went back
    ],
)
def test_a_time_is_that_time_in_stockholm_on_both_sides_of_a_change(day, hour, utc):
    starts = dt.datetime.combine(day, dt.time(hour))
    found = one(starts=starts, ends=starts + dt.timedelta(hours=2))
    assert found.dtstart.value.astimezone(dt.UTC) == dt.datetime.combine(day, dt.time(utc), dt.UTC)
    assert found.dtend.value - found.dtstart.value == dt.timedelta(hours=2)
    assert found.transp.value == "OPAQUE"


def test_the_zone_says_what_python_knows_of_it():
    """Our VTIMEZONE, as the parser reads it, against the world's own tables, every tenth day over twenty years."""
    zone = check_calendar(calendar("K", [event()])).vtimezone.tzinfo
    for days in range(0, 365 * 20, 10):
        moment = dt.datetime(2024, 1, 1, 12) + dt.timedelta(days=days)
        assert zone.utcoffset(moment) == moment.replace(tzinfo=STOCKHOLM).utcoffset(), moment


def test_a_time_without_an_end_has_none():
    found = one(starts=dt.datetime(2026, 9, 17, 13), ends=None)
    assert "dtend" not in found.contents
    assert "duration" not in found.contents


def test_what_is_cancelled_says_so():
    assert one(cancelled=True, sequence=3).status.value == "CANCELLED"
    assert one(sequence=2).sequence.value == "2"
    assert one().status.value == "CONFIRMED"


HOSTILE = [
    "Möte\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:mitt@eget",
    "Möte\nBEGIN:VALARM\nACTION:EMAIL\nATTENDEE:mailto:alla@ekkoping.example",
    "\r\n\r\nEND:VCALENDAR\r\n",
    "a" * 10_000,
    "å" * 10_000,
    "👩‍🏫🏫" * 500,
    "noll\x00 klocka\x07 tabb\tslut",
    "rad\x85rad\u2028rad\u2029rad\x0brad\x0crad\rslut",
    'ATTACH;FMTTYPE="text/html":https://ond.example',
    "semikolon; komma, bakstreck \\ \\n och kolon:",
    "\ud800 halv",
    "   ",
]


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_no_words_break_out_of_their_value(words):
    """In any place a person can write: there is still one event, with the properties it should have."""
    body = calendar(words, [event(title=f"x{words}", about=words, place=words), event(2, title="Efter")])
    found = events(body)
    assert len(found) == 2
    (first, after) = found.values()
    known = {"uid", "dtstamp", "last-modified", "sequence", "dtstart", "dtend", "transp", "summary", "url", "status"}
    assert set(first.contents) - {"description", "location"} == known
    assert after.summary.value == "Efter"
    assert len(first.summary.value) <= 250
    assert "\n" not in first.summary.value


@given(st.text(max_size=400), st.text(max_size=2000), st.text(max_size=200))
def test_whatever_is_written_is_read_back_as_it_was(title, about, place):
    body = calendar("K", [event(title=f"t{title}", about=f"a{about}", place=place)])
    (found,) = events(body).values()
    plain = re.sub(r"[\x00-\x08\x0e-\x1f\x7f]", "", f"a{about}")
    plain = re.sub(r"\r\n|[\r\x85\u2028\u2029]", "\n", plain).replace("\x0b", "").replace("\x0c", "")
    assert re.sub(r"\s+", " ", found.description.value).strip() == re.sub(r"\s+", " ", plain).strip()


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=500))
def test_folded_lines_are_short_and_unfold_to_what_they_were(text):
    line = b"SUMMARY:" + text.encode()
    folded = fold(line)
    assert all(len(piece) <= 75 for piece in folded.split(b"\r\n"))
    assert folded.replace(b"\r\n ", b"") == line


def test_two_thousand_events_are_read_back(settings):
    many = [event(n, title=f"Aktivitet {n} – uppföljning", about="Vad visar resultaten? " * 20) for n in range(2000)]
    start = time.perf_counter()
    body = calendar("K", many)
    assert time.perf_counter() - start < 2  # a twentieth of that on an idle machine
    check_lines(body)
    assert body.count(b"BEGIN:VEVENT") == 2000
    assert len(set(re.findall(rb"UID:.*", body.replace(b"\r\n ", b"")))) == 2000
