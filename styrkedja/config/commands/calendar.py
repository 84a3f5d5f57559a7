"""`styrkedja calendar --person EMAIL --output FILE.ics`: a person's calendar as their feed would hold it now."""

from __future__ import annotations

import argparse
from pathlib import Path

from styrkedja.config.cli import Unusable

HELP = "skriv en persons kalender till en fil (iCalendar)"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--person", required=True, metavar="EPOST", help="den vars kalender det är")
    parser.add_argument("--output", required=True, type=Path, metavar="FIL", help="vart, till exempel kalender.ics")


def run(options: argparse.Namespace) -> int:
    from django.utils import translation

    from styrkedja.access.gate import Access
    from styrkedja.organisation.models import Person
    from styrkedja.wheel.calendar.events import events_of
    from styrkedja.wheel.calendar.writing import calendar_of

    person = Person.objects.filter(email__iexact=options.person).first()
    if person is None:
        raise Unusable(f"ingen person har adressen {options.person or '(tom)'}")
    if not person.is_active:
        raise Unusable(f"kontot {person.email} är stängt")
    with translation.override(person.language):
        events = events_of(Access(person))
        body = calendar_of(person, events)
    try:
        options.output.write_bytes(body)
    except OSError as error:
        raise Unusable(f"{options.output} går inte att skriva: {error.strerror}") from error
    print(f"{len(events)} {'händelse' if len(events) == 1 else 'händelser'} i {options.output}")
    return 0
