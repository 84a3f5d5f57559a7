"""When things happen, worked out by hand from printed calendars, and what must hold in every year."""

from __future__ import annotations

import calendar
import datetime as dt
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from styrkedja.core import periods
from styrkedja.wheel import dates
from styrkedja.wheel.catalogue import When
from styrkedja.wheel.catalogue._shapes import ANCHORS

D = dt.date

YEARS = st.integers(2000, 2090)
PERIODS = st.builds(lambda year, school: periods.school_year(year) if school else str(year), YEARS, st.booleans())
MONTH_DAYS = st.sampled_from([(m, d) for m in range(1, 13) for d in range(1, calendar.monthrange(2028, m)[1] + 1)])
WHENS = st.one_of(
    st.builds(When, month=st.integers(1, 12), to_month=st.none() | st.integers(1, 12)),
    st.builds(lambda at: When(month=at[0], day=at[1]), MONTH_DAYS),
    st.builds(When, week=st.integers(1, 53), to_week=st.none() | st.integers(1, 53)),
    st.builds(When, week=st.integers(1, 53), weekday=st.integers(1, 7)),
    st.builds(When, anchor=st.sampled_from(ANCHORS), offset=st.integers(-180, 180), length=st.integers(1, 366)),
)


@pytest.mark.parametrize(
    ("when", "period", "first", "last"),
    [
        (When(month=9), "2025/26", D(2025, 9, 1), D(2025, 9, 30)),
        (When(month=9), "2026", D(2026, 9, 1), D(2026, 9, 30)),
        (When(month=2), "2027/28", D(2028, 2, 1), D(2028, 2, 29)),
        (When(month=12, to_month=1), "2025/26", D(2025, 12, 1), D(2026, 1, 31)),
        (When(month=12, to_month=1), "2026", D(2026, 12, 1), D(2026, 12, 31)),  # ends with the year
        (When(month=6, to_month=8), "2025/26", D(2026, 6, 1), D(2026, 6, 30)),
        (When(month=2, day=29), "2028", D(2028, 2, 29), D(2028, 2, 29)),
        (When(month=2, day=29), "2026/27", D(2027, 2, 28), D(2027, 2, 28)),
        (When(month=7, day=1), "2025/26", D(2025, 7, 1), D(2025, 7, 1)),
        (When(month=6, day=30), "2025/26", D(2026, 6, 30), D(2026, 6, 30)),
        # Weeks: Monday to Friday. Week 38 of 2025 begins on 15 September, week 8 of 2026 on 16 February.
        (When(week=38), "2025/26", D(2025, 9, 15), D(2025, 9, 19)),
        (When(week=8), "2025/26", D(2026, 2, 16), D(2026, 2, 20)),
        (When(week=38, weekday=4), "2025/26", D(2025, 9, 18), D(2025, 9, 18)),
        (When(week=50, to_week=2), "2025/26", D(2025, 12, 8), D(2026, 1, 9)),
        (When(week=50, to_week=2), "2025", D(2025, 12, 8), D(2025, 12, 31)),
        # 2020 and 2026 have a week 53, from Monday 28 December; 2025 and 2027 do not.
        (When(week=53), "2020", D(2020, 12, 28), D(2020, 12, 31)),
        (When(week=53), "2020/21", D(2020, 12, 28), D(2021, 1, 1)),
        (When(week=53, weekday=1), "2026", D(2026, 12, 28), D(2026, 12, 28)),
        (When(week=53, weekday=1), "2025/26", D(2025, 12, 22), D(2025, 12, 22)),  # week 52
        (When(week=53), "2027", D(2027, 12, 27), D(2027, 12, 31)),  # week 52
        # Week 1 of 2026 begins on Monday 29 December 2025: in the calendar year it begins on New Year's Day.
        (When(week=1), "2026", D(2026, 1, 1), D(2026, 1, 2)),
        (When(week=1), "2025/26", D(2025, 12, 29), D(2026, 1, 2)),
        # Weeks across the turn of July: 26 is the spring's, 27 the autumn's. 1 July 2027 is a Thursday of week 26.
        (When(week=26), "2026/27", D(2027, 6, 28), D(2027, 6, 30)),
        (When(week=27), "2025/26", D(2025, 7, 1), D(2025, 7, 4)),  # from Monday 30 June
        (When(anchor="tertial_1_end"), "2025/26", D(2026, 4, 30), D(2026, 4, 30)),
        (When(anchor="tertial_2_end", offset=14), "2025/26", D(2025, 9, 14), D(2025, 9, 14)),
        (When(anchor="tertial_3_end", offset=-9, length=10), "2026", D(2026, 12, 22), D(2026, 12, 31)),
        (When(anchor="school_year_end", offset=-13, length=14), "2025/26", D(2026, 6, 17), D(2026, 6, 30)),
        (When(anchor="school_year_start", offset=-10), "2025/26", D(2026, 6, 21), D(2026, 6, 21)),  # of the next
        (When(anchor="calendar_year_end", offset=20), "2026", D(2026, 1, 20), D(2026, 1, 20)),  # of the one before
        (When(anchor="calendar_year_start", offset=59), "2028", D(2028, 2, 29), D(2028, 2, 29)),
    ],
)  # fmt: skip
def test_days_of_a_year(when: When, period: str, first: dt.date, last: dt.date) -> None:
    assert dates.days(when, period) == (first, last)


@given(WHENS, PERIODS)
def test_everything_lies_in_its_period_in_every_year(when: When, period: str) -> None:
    first, last = dates.days(when, period)
    begins, ends = periods.bounds(period)
    assert begins <= first <= last <= ends


@given(st.integers(1, 52), st.integers(1, 5), PERIODS)
def test_a_day_of_a_week_is_that_day_of_that_week_where_the_year_has_it(week: int, weekday: int, period: str) -> None:
    day, _last = dates.days(When(week=week, weekday=weekday), period)
    begins, ends = periods.bounds(period)
    assert day in (begins, ends) or day.isocalendar()[1:] == (week, weekday)


@pytest.mark.parametrize(
    ("day", "new", "moved"),
    [
        (D(2025, 9, 18), "2026/27", D(2026, 9, 17)),  # Thursday of week 38
        (D(2026, 2, 18), "2026/27", D(2027, 2, 24)),  # Wednesday of week 8
        (D(2026, 12, 28), "2027", D(2027, 12, 27)),  # Monday of week 53 -> of week 52
        (D(2020, 12, 31), "2021/22", D(2021, 12, 30)),  # Thursday of 2020-W53 -> of 2021-W52
        (D(2025, 12, 22), "2026/27", D(2026, 12, 21)),  # week 52 stays 52 though the new year has a 53rd
        (D(2028, 2, 29), "2028/29", D(2029, 2, 27)),  # Tuesday of week 9
        (D(2027, 1, 1), "2028", D(2028, 1, 7)),  # Friday of 2026-W53: 31 December 2027 lies outside, so a week later
        (D(2026, 1, 1), "2027", D(2027, 1, 7)),  # Thursday of week 1
        (D(2025, 7, 1), "2026/27", D(2026, 7, 7)),  # Tuesday of week 27 is 30 June 2026: outside, so a week later
        (D(2025, 10, 9), "2026", D(2026, 10, 8)),  # from a school year to a calendar year: Thursday of week 41
    ],
)
def test_the_same_week_and_weekday_next_year(day: dt.date, new: str, moved: dt.date) -> None:
    assert dates.by_week(day, new) == moved


@given(PERIODS, st.integers(0, 365))
def test_next_year_keeps_weekday_and_week_inside_the_new_year(period: str, after: int) -> None:
    begins, ends = periods.bounds(period)
    day = min(begins + dt.timedelta(days=after), ends)
    year = periods.end_year(period) + 1
    new = periods.school_year(year) if "/" in period else str(year)
    moved = dates.by_week(day, new)
    new_begins, new_ends = periods.bounds(new)
    assert new_begins <= moved <= new_ends
    assert moved.isoweekday() == day.isoweekday()
    at_an_edge = min(moved - new_begins, new_ends - moved) < dt.timedelta(days=14)
    week, lost = day.isocalendar().week, dates.lost_week_53(day, moved)
    assert at_an_edge or moved.isocalendar().week == (52 if lost else week)


@given(st.integers(2000, 2080), st.integers(1, 52))
def test_years_carried_on_for_long_do_not_drift(year: int, week: int) -> None:
    """Ten years on it is still the same week: nothing is lost a day at a time."""
    day = D.fromisocalendar(year, min(week, 50), 3)
    period = periods.school_year_on(day)
    chain = [periods.school_year(periods.end_year(period) + n) for n in range(1, 11)]
    days = [day]
    for new in chain:
        days.append(dates.by_week(days[-1], new))
    assert all(350 < (b - a).days < 380 for a, b in pairwise(days))
    if not 25 <= day.isocalendar().week <= 28:
        assert {one.isocalendar().week for one in days} == {day.isocalendar().week}


def test_what_is_planned_in_weeks_keeps_its_length_and_in_months_its_months() -> None:
    assert dates.shifted(D(2025, 9, 15), D(2025, 9, 26), "2026/27") == (D(2026, 9, 14), D(2026, 9, 25))
    assert dates.shifted(D(2025, 9, 1), D(2025, 9, 30), "2026/27") == (D(2026, 9, 1), D(2026, 9, 30))
    assert dates.shifted(D(2027, 2, 1), D(2027, 2, 28), "2027/28") == (D(2028, 2, 1), D(2028, 2, 29))
    assert dates.shifted(D(2025, 12, 1), D(2026, 1, 31), "2026/27") == (D(2026, 12, 1), D(2027, 1, 31))
    # Monday of week 25 and sixteen days would lead into July: it ends with the year.
    assert dates.shifted(D(2026, 6, 15), D(2026, 6, 30), "2026/27") == (D(2027, 6, 21), D(2027, 6, 30))


OCTOBER_15, LEAP = When(month=10, day=15), When(month=2, day=29)
AFTER_TERTIAL, LAST_WEEKS = (
    When(anchor="tertial_2_end", offset=14),
    When(anchor="school_year_end", offset=-13, length=14),
)


@pytest.mark.parametrize(
    ("when", "first", "last", "old", "new", "rule", "moved"),
    [
        # 15 October is a date of the law: by week Thursday 15 October 2026 would drift to the 21st.
        (OCTOBER_15, D(2026, 10, 15), D(2026, 10, 15), "2026/27", "2027/28", "date", D(2027, 10, 15)),
        (OCTOBER_15, D(2026, 10, 15), D(2026, 10, 15), "2026", "2027", "date", D(2027, 10, 15)),
        # Somebody had moved it, to Friday of week 42: that is Friday 22 October 2027.
        (OCTOBER_15, D(2026, 10, 16), D(2026, 10, 16), "2026/27", "2027/28", "week", D(2027, 10, 22)),
        (AFTER_TERTIAL, D(2026, 9, 14), D(2026, 9, 14), "2026/27", "2027/28", "date", D(2027, 9, 14)),
        (LAST_WEEKS, D(2026, 6, 17), D(2026, 6, 30), "2025/26", "2026/27", "date", D(2027, 6, 17)),
        # 29 February becomes the 28th, and the 29th again in the next leap year.
        (LEAP, D(2028, 2, 29), D(2028, 2, 29), "2027/28", "2028/29", "date", D(2029, 2, 28)),
        (LEAP, D(2031, 2, 28), D(2031, 2, 28), "2030/31", "2031/32", "date", D(2032, 2, 29)),
        # Weeks stay weeks: Monday of week 53, 28 December 2026, goes to Monday of week 52.
        (When(week=53, weekday=1), D(2026, 12, 28), D(2026, 12, 28), "2026/27", "2027/28", "week", D(2027, 12, 27)),
        (When(week=40), D(2026, 9, 28), D(2026, 10, 2), "2026/27", "2027/28", "week", D(2027, 10, 4)),
        # A date in week 53, New Year's Eve, is no matter of weeks.
        (When(month=12, day=31), D(2026, 12, 31), D(2026, 12, 31), "2026/27", "2027/28", "date", D(2027, 12, 31)),
        (When(month=9), D(2026, 9, 1), D(2026, 9, 30), "2026/27", "2027/28", "months", D(2027, 9, 1)),
        (None, D(2026, 10, 15), D(2026, 10, 15), "2026/27", "2027/28", "week", D(2027, 10, 21)),  # in no wheel
    ],
)  # fmt: skip
def test_what_has_a_date_keeps_it_and_the_rest_its_week(when, first, last, old, new, rule, moved) -> None:
    found = dates.carried_on(first, last, old, new, when)
    assert (found.rule, found.starts) == (rule, moved)
    if rule != "months":
        assert found.ends - found.starts == last - first


def test_week_53_is_said_to_be_lost() -> None:
    assert dates.lost_week_53(D(2026, 12, 28), D(2027, 12, 27))
    assert not dates.lost_week_53(D(2025, 12, 22), D(2026, 12, 21))
    assert dates.weeks_of(2020) == 53
    assert dates.weeks_of(2026) == 53
    assert dates.weeks_of(2025) == 52


@pytest.mark.parametrize(
    ("first", "last", "swedish"),
    [
        (D(2026, 6, 19), D(2026, 6, 19), ["19 juni: Midsommarafton"]),
        (D(2026, 6, 6), D(2026, 6, 6), ["6 juni: Nationaldagen"]),  # a Saturday, but that is said already
        (D(2025, 12, 24), D(2025, 12, 24), ["24 december: Julafton"]),
        (D(2026, 3, 28), D(2026, 3, 28), ["28 mars är en lördag"]),
        (D(2026, 3, 30), D(2026, 4, 3), ["3 april: Långfredagen"]),
        (D(2026, 5, 11), D(2026, 5, 15), ["14 maj: Kristi himmelsfärdsdag"]),
        (D(2026, 7, 14), D(2026, 7, 14), ["I juli"]),
        (D(2026, 1, 1), D(2026, 1, 31), []),  # whole months: neither New Year's Day nor the Saturday at the end
        (D(2026, 2, 2), D(2026, 5, 1), ["1 maj: Första maj"]),  # of what is long only the last day
        (D(2026, 3, 3), D(2026, 3, 5), []),
    ],
)
def test_what_one_should_know_of_the_days(first: dt.date, last: dt.date, swedish: list[str]) -> None:
    with translation.override("sv"):
        assert dates.remarks(first, last) == swedish


def test_remarks_are_in_the_readers_language_and_name_a_lost_week() -> None:
    with translation.override("en"):
        assert dates.remarks(D(2026, 6, 19), D(2026, 6, 19)) == ["19 June: Midsummer Eve"]
        assert dates.remarks(D(2027, 12, 27), D(2027, 12, 28), was=D(2026, 12, 28)) == [
            "Was in week 53, which this year does not have"
        ]
