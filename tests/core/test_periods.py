import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styrkedja.core import periods


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("2024/25", True),
        ("1999/00", True),
        ("2024", True),
        ("2024/26", False),
        ("2024/2025", False),
        ("VT25", False),
        ("2024/25\n", False),
        ("2024\n", False),
        ("9999/00", False),
        ("0000", False),
        ("٢٠٢٤", False),
    ],
)
def test_what_a_period_is(text, is_one):
    assert periods.is_period(text) is is_one


def test_school_year_and_calendar_year_meet_in_the_year_it_ends():
    assert periods.end_year("2024/25") == periods.end_year("2025") == 2025
    assert periods.end_year("1999/00") == 2000
    with pytest.raises(ValueError, match="not a period"):
        periods.end_year("läsåret")


def test_reporting_year_turns_on_the_first_of_july():
    assert periods.school_year_on(dt.date(2025, 6, 30)) == "2024/25"
    assert periods.school_year_on(dt.date(2025, 7, 1)) == "2025/26"
    assert periods.bounds("2024/25") == (dt.date(2024, 7, 1), dt.date(2025, 6, 30))
    assert periods.bounds("2025") == (dt.date(2025, 1, 1), dt.date(2025, 12, 31))


@given(st.dates(min_value=dt.date(1950, 1, 1), max_value=dt.date(2150, 1, 1)))
def test_every_day_lies_in_its_school_year(day):
    period = periods.school_year_on(day)
    first, last = periods.bounds(period)
    assert periods.is_period(period)
    assert first <= day <= last
