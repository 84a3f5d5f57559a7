"""Periods as the sources name them: a school year "2024/25" or a calendar year "2024".

A figure keeps its source's own period. Where two kinds meet on a page they are lined up by the
calendar year in which the school year ends: grades of "2023/24" stand beside Kolada's "2024".
"""

from __future__ import annotations

import datetime as dt
import re

# Years no archive or plan lies outside; plain digits and nothing after them, for these come from addresses and files.
SCHOOL_YEAR = re.compile(r"((?:19|20|21)[0-9]{2})/([0-9]{2})\Z")
CALENDAR_YEAR = re.compile(r"(?:19|20|21)[0-9]{2}\Z")
SCHOOL_YEAR_STARTS = (7, 1)  # reporting period 1 July - 30 June (domain.md §5)


def is_period(text: str) -> bool:
    """True for "2024/25" (the second year follows the first) and "2024"."""
    match = SCHOOL_YEAR.match(text)
    if match:
        return (int(match[1]) + 1) % 100 == int(match[2])
    return bool(CALENDAR_YEAR.match(text))


def end_year(period: str) -> int:
    """The calendar year in which the period ends: 2025 for "2024/25" and for "2025"."""
    if not is_period(period):
        raise ValueError(f"not a period: {period!r}")
    match = SCHOOL_YEAR.match(period)
    return int(match[1]) + 1 if match else int(period)


def school_year(ends: int) -> str:
    """The school year that ends in the given calendar year: 2025 -> "2024/25"."""
    return f"{ends - 1}/{ends % 100:02d}"


def school_year_on(day: dt.date) -> str:
    """The school year a day lies in, by the reporting period 1 July - 30 June."""
    return school_year(day.year + 1 if (day.month, day.day) >= SCHOOL_YEAR_STARTS else day.year)


def bounds(period: str) -> tuple[dt.date, dt.date]:
    """First and last day of a period."""
    year = end_year(period)
    if SCHOOL_YEAR.match(period):
        return dt.date(year - 1, 7, 1), dt.date(year, 6, 30)
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
