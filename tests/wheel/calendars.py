"""What the tests of calendars read feeds with: another parser than the one that wrote them, and RFC 5545."""

from __future__ import annotations

import re
from typing import Any

import vobject

ONCE = ("UID", "DTSTAMP", "DTSTART", "SEQUENCE", "STATUS", "SUMMARY")
NAMES = re.compile(rb"[A-Z-]+([;:])")


def check_lines(body: bytes) -> list[bytes]:
    """The unfolded lines. RFC 5545 3.1: lines end in CRLF, hold at most 75 octets, and fold between whole letters."""
    assert body.endswith(b"\r\n")
    physical = body[:-2].split(b"\r\n")
    for line in physical:
        assert b"\n" not in line
        assert b"\r" not in line
        assert len(line) <= 75, line
        assert not any(octet < 0x20 and octet != 0x09 for octet in line), line
        line.decode("utf-8")  # no letter is cut in two
        assert line.strip(), "an empty line"
    lines = body.replace(b"\r\n ", b"")[:-2].split(b"\r\n")
    assert all(NAMES.match(line) for line in lines)
    return lines


def check_calendar(body: bytes) -> Any:
    """The calendar as `vobject` reads it; each required property stands, and once (RFC 5545 3.6, 3.6.1)."""
    lines = check_lines(body)
    assert lines[0] == b"BEGIN:VCALENDAR"
    assert lines[-1] == b"END:VCALENDAR"
    assert lines.count(b"VERSION:2.0") == 1
    assert not any(line.startswith(b"METHOD") for line in lines)  # with one, DTSTAMP is when it was fetched (3.8.7.2)
    assert sum(line.startswith(b"PRODID:") for line in lines) == 1
    inside = 0
    names: list[bytes] = []
    for line in lines:
        if line == b"BEGIN:VEVENT":
            inside, names = inside + 1, []
        elif line == b"END:VEVENT":
            inside -= 1
            for name in ONCE:
                assert names.count(name.encode()) == 1, (name, names)
        elif inside:
            names.append(re.split(rb"[;:]", line, maxsplit=1)[0])
        assert inside in (0, 1)
    return vobject.readOne(body.decode("utf-8"))


def events(body: bytes) -> dict[str, Any]:
    """By UID; no two have the same."""
    found = list(check_calendar(body).contents.get("vevent", []))
    by_uid = {event.uid.value: event for event in found}
    assert len(by_uid) == len(found)
    return by_uid


def titles(body: bytes) -> list[str]:
    return [event.summary.value for event in events(body).values()]
