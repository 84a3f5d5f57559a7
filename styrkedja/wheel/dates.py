"""From what a wheel says of when to days of a year, and from one year to the next. No database.

A year is a period: "2025/26" from 1 July to 30 June, "2026" from 1 January. Any wheel can be laid on either: a month, a
week or a fixed point comes once in each.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import NamedTuple

import holidays
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.core import periods

from .catalogue import When

MONDAY, FRIDAY, SATURDAY = 1, 5, 6
JULY = 7
A_WEEK = dt.timedelta(days=7)
ANCHORED = {  # month and day of `catalogue._shapes.ANCHORS`
    "school_year_start": (7, 1),
    "school_year_end": (6, 30),
    "calendar_year_start": (1, 1),
    "calendar_year_end": (12, 31),
    "tertial_1_end": (4, 30),
    "tertial_2_end": (8, 31),
    "tertial_3_end": (12, 31),
}


def days(when: When, period: str) -> tuple[dt.date, dt.date]:
    """The first and the last day, both in the period: what would go on beyond its end ends with it.

    A week is Monday to Friday. 29 February becomes the 28th, and week 53 week 52, in years that have none.
    """
    first_day, last_day = periods.bounds(period)
    if when.month is not None:
        first, last = _months(when, period)
    elif when.week is not None:
        first, last = _weeks(when, period)
    else:
        first = _from_anchor(when, period)
        last = first + dt.timedelta(days=when.length - 1)
    first = min(max(first, first_day), last_day)
    return first, min(max(first, last), last_day)


def _months(when: When, period: str) -> tuple[dt.date, dt.date]:
    month = when.month or 1
    first = _in_period(month, when.day or 1, period)
    if when.day:
        return first, first
    to_month = when.to_month or month
    return first, _end_of_month(first.year + (to_month < month), to_month)


def _in_period(month: int, day: int, period: str) -> dt.date:
    """The day of this name that lies in the period; 29 February becomes the 28th."""
    first, last = periods.bounds(period)
    year = first.year if (month, day) >= (first.month, first.day) else last.year
    return dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))


def _end_of_month(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _weeks(when: When, period: str) -> tuple[dt.date, dt.date]:
    """Weeks 27-53 of a school year are the autumn's, the others the spring's, also where they lie across its ends."""
    week = when.week or 1
    first_day, last_day = periods.bounds(period)
    year = first_day.year if week > 26 else last_day.year
    if when.weekday:
        day = _of_week(year, week, when.weekday)
        return day, day
    to_week = when.to_week or week
    return _of_week(year, week, MONDAY), _of_week(year + (to_week < week), to_week, FRIDAY)


def _of_week(year: int, week: int, weekday: int) -> dt.date:
    """A day of a week of an ISO year; week 53 becomes 52 where the year has none."""
    return dt.date.fromisocalendar(year, min(week, weeks_of(year)), weekday)


def weeks_of(year: int) -> int:
    """52 or 53: 28 December lies in the last week of its ISO year."""
    return dt.date(year, 12, 28).isocalendar().week


def _from_anchor(when: When, period: str) -> dt.date:
    """Counted from the fixed point in the period; where that leads out of it, from the one a year away."""
    first_day, last_day = periods.bounds(period)
    month, day = ANCHORED[when.anchor]
    anchor = _in_period(month, day, period)
    first = anchor + dt.timedelta(days=when.offset)
    if first < first_day:
        first = anchor.replace(year=anchor.year + 1) + dt.timedelta(days=when.offset)
    elif first > last_day:
        first = anchor.replace(year=anchor.year - 1) + dt.timedelta(days=when.offset)
    return first


class Rule(StrEnum):
    """How the days of an activity came from one year into another."""

    DATE = "date"  # its date, or its distance from a fixed point, as the wheel says
    MONTHS = "months"  # the same whole months
    WEEK = "week"  # the same week and weekday


class Moved(NamedTuple):
    starts: dt.date
    ends: dt.date
    rule: Rule


def carried_on(first: dt.date, last: dt.date, old: str, new: str, when: When | None) -> Moved:
    """The days of an activity in the year after `old`. when: what its wheel says, if it is in one.

    What the law or the calendar has a date for stands on that date, as long as nobody had moved it; everything else is
    shifted.
    """
    if when and _is_dated(when) and (first, last) == days(when, old):
        return Moved(*days(when, new), Rule.DATE)
    return Moved(*shifted(first, last, new), Rule.MONTHS if _is_whole_months(first, last) else Rule.WEEK)


def _is_dated(when: When) -> bool:
    return bool(when.anchor or (when.month and when.day))


def shifted(first: dt.date, last: dt.date, new: str) -> tuple[dt.date, dt.date]:
    """The days of an activity in a new year: the same week and weekday, as many days long, inside the period.

    What is planned in whole months stays in those months.
    """
    end = periods.bounds(new)[1]
    if _is_whole_months(first, last):
        begin = _in_period(first.month, 1, new)
        months = (last.year - first.year) * 12 + last.month - first.month
        year, month = divmod(begin.month - 1 + months, 12)
        return begin, min(_end_of_month(begin.year + year, month + 1), end)
    begin = by_week(first, new)
    return begin, min(begin + (last - first), end)


def by_week(day: dt.date, new: str) -> dt.date:
    """The same week and weekday in the new period, a week away where that one lies outside it.

    Week 53 becomes 52 in years that have none (`lost_week_53`).
    """
    first, last = periods.bounds(new)
    _year, week, weekday = day.isocalendar()
    near = _in_period(day.month, day.day, new)
    found = min((_of_week(near.year + by, week, weekday) for by in (-1, 0, 1)), key=lambda one: abs(one - near))
    if found < first:
        return found + A_WEEK
    return found if found <= last else found - A_WEEK


def lost_week_53(was: dt.date, now: dt.date) -> bool:
    """Was the day in a week 53 that the new year does not have?"""
    return was.isocalendar().week == 53 and now.isocalendar().week != 53


def _is_whole_months(first: dt.date, last: dt.date) -> bool:
    return first.day == 1 and last == _end_of_month(last.year, last.month)


def remarks(first: dt.date, last: dt.date, *, was: dt.date | None = None) -> list[str]:
    """What somebody who plans should know of the days, in their language: holidays, weekends, July, a lost week 53.

    Of what lasts longer than a week only the last day is looked at, and of whole months none. was: its first day in the
    year before, where it was shifted from one.
    """
    said = [_remark(day) for day in _looked_at(first, last)]
    if JULY in (first.month, last.month):
        said.append(_("In July"))
    if was and lost_week_53(was, first):
        said.append(_("Was in week 53, which this year does not have"))
    return [one for one in said if one]


def _looked_at(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    if _is_whole_months(first, last):
        return
    if last - first >= A_WEEK:
        yield last
        return
    for after in range((last - first).days + 1):
        day = first + dt.timedelta(days=after)
        if day in (first, last) or holiday(day):
            yield day


def _remark(day: dt.date) -> str:
    named = date_format(day, "j F")
    if name := holiday(day):
        return f"{named}: {name}"
    if day.isoweekday() >= SATURDAY:
        return _("%(day)s is a %(weekday)s") % {"day": named, "weekday": date_format(day, "l").lower()}
    return ""


def holiday(day: dt.date) -> str:
    """What a public holiday is called in the reader's language, or an eve on which nobody works in Sweden; or ""."""
    swedish = (get_language() or "sv").startswith("sv")
    return _holidays("sv" if swedish else "en_US").get(day) or ""


@cache
def _holidays(language: str) -> holidays.HolidayBase:
    """Fills itself with a year when one is asked for. Every Sunday is one by law, but says nothing of its own here."""
    return holidays.country_holidays("SE", include_sundays=False, categories=("public", "de_facto"), language=language)
