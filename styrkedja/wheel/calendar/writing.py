"""Events as a calendar by RFC 5545 (and the names of RFC 7986). No database.

Written here, line by line: of the hundreds of events in a calendar that is fetched all day, a library that makes an
object of each value takes more time than everything else, and it reads `\\N` in somebody's words as a new line.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

from django.conf import settings
from django.utils.translation import gettext as _

from styrkedja.organisation.models import Person

from .events import Event

ZONE = "Europe/Stockholm"
CONTENT_TYPE = "text/calendar; charset=utf-8"
OCTETS = 75  # RFC 5545 section 3.1, without the line break
REFRESH = b"PT4H"
LONGEST_TITLE, LONGEST_ABOUT = 250, 8000
A_DAY = dt.timedelta(days=1)
BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
UNSAID = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # control characters but tab and line feed
# As the European Union has set its clocks since 1996, and as long as it does.
TIMEZONE = (
    b"BEGIN:VTIMEZONE",
    b"TZID:Europe/Stockholm",
    b"BEGIN:DAYLIGHT",
    b"DTSTART:19810329T020000",
    b"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    b"TZNAME:CEST",
    b"TZOFFSETFROM:+0100",
    b"TZOFFSETTO:+0200",
    b"END:DAYLIGHT",
    b"BEGIN:STANDARD",
    b"DTSTART:19961027T030000",
    b"RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    b"TZNAME:CET",
    b"TZOFFSETFROM:+0200",
    b"TZOFFSETTO:+0100",
    b"END:STANDARD",
    b"END:VTIMEZONE",
)


def calendar_of(person: Person, events: Iterable[Event]) -> bytes:
    """A person's own calendar; the language that is active should be theirs."""
    name, language = _text(_("Styrkedja: %(name)s") % {"name": person.name}), person.language.encode()
    return _whole(
        [
            b"NAME;LANGUAGE=%b:%b" % (language, name),
            b"X-WR-CALNAME:" + name,
            b"X-WR-TIMEZONE:" + ZONE.encode(),
            b"REFRESH-INTERVAL;VALUE=DURATION:" + REFRESH,
            b"X-PUBLISHED-TTL:" + REFRESH,
        ],
        events,
    )


def calendar_with(event: Event) -> bytes:
    """One event, to be put in a calendar somebody has: it says nothing of a calendar's own name or when to fetch it."""
    return _whole([], [event])


def _whole(about: list[bytes], events: Iterable[Event]) -> bytes:
    """Without a METHOD: nobody is invited to anything, and a DTSTAMP is then when the event was last changed (3.8.7.2),
    so that a calendar nothing has happened to is the same to the letter each time it is fetched.
    """
    start = [b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//Styrkedja//Kalender//SV", b"CALSCALE:GREGORIAN"]
    lines = [*start, *about, *TIMEZONE]
    for event in events:
        lines.extend(_lines(event))
    lines.append(b"END:VCALENDAR\r\n")
    return b"\r\n".join([line if len(line) <= OCTETS else fold(line) for line in lines])


def _lines(event: Event) -> Iterator[bytes]:
    """UID: the id alone, wherever the program answers today (RFC 7986 5.3)."""
    changed = f"{event.changed.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}".encode()
    yield b"BEGIN:VEVENT"
    yield f"UID:{event.id}".encode()
    yield b"DTSTAMP:" + changed
    yield b"LAST-MODIFIED:" + changed
    yield b"SEQUENCE:%d" % event.sequence
    yield from _days(event)
    yield b"SUMMARY:" + _text(_shortened(" ".join(event.title.split()), LONGEST_TITLE))
    if event.about:
        yield b"DESCRIPTION:" + _text(_shortened(event.about, LONGEST_ABOUT))
    if event.place:
        yield b"LOCATION:" + _text(" ".join(event.place.split()))
    if event.url:
        yield f"URL:{settings.PUBLIC_ADDRESS}{event.url}".encode()
    yield b"STATUS:" + (b"CANCELLED" if event.cancelled else b"CONFIRMED")
    yield b"END:VEVENT"


def _days(event: Event) -> Iterator[bytes]:
    """Whole days are days, never midnights: no change of clocks can move them. The last is not counted (3.6.1)."""
    if isinstance(event.starts, dt.datetime):
        at = b";TZID=" + ZONE.encode() + b":"
        yield b"DTSTART" + at + _local(event.starts)
        if isinstance(event.ends, dt.datetime):
            yield b"DTEND" + at + _local(event.ends)
        yield b"TRANSP:OPAQUE"
        return
    last = event.ends or event.starts
    yield f"DTSTART;VALUE=DATE:{event.starts:%Y%m%d}".encode()
    yield f"DTEND;VALUE=DATE:{last + A_DAY:%Y%m%d}".encode()
    yield b"TRANSP:TRANSPARENT"


def _local(moment: dt.datetime) -> bytes:
    return moment.strftime("%Y%m%dT%H%M%S").encode()


def _text(text: str) -> bytes:
    """Escaped (3.3.11), without what no calendar can show: whatever somebody wrote is a value and nothing else."""
    plain = text if text.replace("\n", "").isprintable() else UNSAID.sub("", BREAK.sub("\n", text))
    escaped = plain.replace("\\", r"\\").replace(";", r"\;").replace(",", r"\,").replace("\n", r"\n")
    return escaped.encode("utf-8", "replace")


def _shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def fold(line: bytes) -> bytes:
    """The line in pieces of at most `OCTETS`, never within a letter."""
    if len(line) <= OCTETS:
        return line
    pieces, start, room = [], 0, OCTETS
    while len(line) - start > room:
        end = start + room
        while line[end] & 0xC0 == 0x80:  # the middle of a letter of several octets
            end -= 1
        pieces.append(line[start:end])
        start, room = end, OCTETS - 1  # the space that begins the next line counts
    pieces.append(line[start:])
    return b"\r\n ".join(pieces)
