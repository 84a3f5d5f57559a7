"""Figures as a page shows them: cards by national goal area, tables of years. Plain data, ready to be printed.

Serves *Var är vi?* Everything here has passed `disclosure`; a card says its source, period and n beside the number.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from styrkedja.core.charts import draw
from styrkedja.core.values import Group, State

from . import display
from .catalogue import Break, Indicator
from .comparing import Comparator, change_chance
from .curricula import CONDITIONS, Area, Curriculum, conditions
from .figures import Figure
from .notices import is_old
from .series import Key, Series
from .sources import source_line, source_name

MOST_DRAWINGS = 1000  # of 2-200 kB; the oldest go first
_drawings: dict[Hashable, str] = {}
NO_TREND = {"trend": "", "trend_word": "", "tone": "neutral"}
LEAST_POINTS = 3  # a line needs so many years with a number
Link = Callable[[str, str], str]


def sections(
    series: Mapping[Key, Series],
    curricula: Sequence[Curriculum],
    comparator: Comparator,
    link: Link,
    *,
    year: int,
    as_table: bool = False,
) -> list[dict[str, Any]]:
    """[{curriculum, areas: [{area, cards or table}]}]: each series once, under the first curriculum it has a place in.

    Conditions come last, in a section without a curriculum; areas without figures are left out. `year`: the page's.
    """
    left = dict(series)

    def filled(area: Area, held: Sequence[Series]) -> list[dict[str, Any]]:
        if not held:
            return []
        content = year_table(held, comparator, link) if as_table else cards(held, comparator, link, year)
        return [{"area": area, "table" if as_table else "cards": content}]

    found: list[dict[str, Any]] = []
    for curriculum in curricula:
        areas = [one for area in curriculum.areas for one in filled(area, _taken(left, curriculum.id, area.id))]
        found.append({"curriculum": curriculum, "areas": areas})
    base = [s for c in curricula for s in _taken(left, c.id, CONDITIONS)]
    found.append({"curriculum": None, "areas": filled(conditions(""), base)})
    return [section for section in found if section["areas"]]


def _taken(left: dict[Key, Series], curriculum: str, area: str) -> list[Series]:
    keys = [key for key, s in left.items() if s.indicator.goal_area(curriculum, s.part) == area]
    return [left.pop(key) for key in keys]


def cards(series: Iterable[Series], comparator: Comparator, link: Link, year: int) -> list[dict[str, Any]]:
    """One card an indicator; parts of one stand as rows of a wide card."""
    by_indicator: dict[str, list[Series]] = {}
    for one in series:
        by_indicator.setdefault(one.indicator.id, []).append(one)
    return [
        card(held[0], comparator, link, year) if len(held) == 1 else _parts_card(held, comparator, link, year)
        for held in by_indicator.values()
    ]


def card(series: Series, comparator: Comparator, link: Link, year: int) -> dict[str, Any]:
    """The latest figure of one series in the shape of `_components/figure_card.html`, with sexes and cautions.

    One from long before `year`, the page's, says so and tells no change.
    """
    latest = series.latest
    old = is_old(latest, year)
    comparison = comparator.beside(series, latest)
    return {
        "label": series.indicator.label(series.part, short=True),
        "href": link(series.indicator.id, series.part),
        "display": display.display(latest),
        "unit": display.unit_word(series.indicator),
        "state": latest.state if latest.value is None else "",
        **(NO_TREND if old else _trend(series, latest)),
        "old": old,
        "interval": display.interval_text(latest),
        "comparison": comparison.text if comparison else "",
        "sexes": sexes(series, latest.end_year),
        "period": latest.period,
        "n": latest.n,
        "source": source_line([latest.source], display.place_word(latest.place)),
        "small": latest.small,
        "chart": (chart := sparkline(series)),
        "chart_note": _parted_words(series) if chart else "",
    }


def _parts_card(held: Sequence[Series], comparator: Comparator, link: Link, year: int) -> dict[str, Any]:
    """An indicator that is told apart by subject, year or respondent."""
    indicator = held[0].indicator
    rows = [card(s, comparator, link, year) | {"label": s.indicator.part(s.part).name} for s in held]
    return {
        "label": str(indicator.short_name),
        "href": link(indicator.id, held[0].part),
        "rows": rows,
        "source": source_line(s.latest.source for s in held),
        "period": ", ".join(dict.fromkeys(row["period"] for row in rows)),
        "small": any(row["small"] for row in rows),
        "has_n": any(row["n"] is not None for row in rows),
        "has_trend": any(row["trend_word"] for row in rows),
        "has_chart": any(row["chart"] for row in rows),
        "has_comparison": any(row["comparison"] or row["sexes"] for row in rows),
    }


def _trend(series: Series, latest: Figure) -> dict[str, str]:
    """The change since the year before as mark and words; coloured only where chance does not explain it."""
    before = series.before(latest)
    if latest.value is None or before is None or before.value is None:
        return NO_TREND
    parted = series.breaks_between(before, latest)
    if parted:
        return {"trend": "flat", "trend_word": _("new definition from %(period)s") % {"period": parted[-1].period},
                "tone": "neutral"}  # fmt: skip
    gap = round(latest.value - before.value, series.indicator.decimals)
    if not gap:
        return {"trend": "flat", "trend_word": _("same as %(period)s") % {"period": before.period}, "tone": "neutral"}
    words = {"change": display.signed(gap, series.indicator), "period": before.period}
    chance = change_chance(latest, before)
    text = _("%(change)s since %(period)s, within chance") if chance == "within" else _("%(change)s since %(period)s")
    return {
        "trend": "up" if gap > 0 else "down",
        "trend_word": text % words,
        "tone": tone(series.indicator, gap) if chance == "beyond" else "neutral",
    }


def tone(indicator: Indicator, change: float) -> str:
    """good, bad or neutral, from the direction the catalogue calls good."""
    good = {"up": 1, "down": -1}.get(indicator.direction, 0)
    if not good or not change:
        return "neutral"
    return "good" if (change > 0) == (good > 0) else "bad"


def sexes(series: Series, year: int) -> str:
    """ "Flickor 82,1 %, pojkar 76,0 %" of one year; "" where the source does not part them."""
    girls, boys = series.at(year, Group.GIRLS), series.at(year, Group.BOYS)
    if girls is None or boys is None or (girls.value is None and boys.value is None):
        return ""
    return _("Girls %(girls)s, boys %(boys)s") % {"girls": display.with_unit(girls), "boys": display.with_unit(boys)}


def sparkline(series: Series) -> str:
    """The years of all as a small line; "" where there are too few with a number."""
    whole = series.whole
    if sum(f.value is not None for f in whole) < LEAST_POINTS:
        return ""
    return drawn(
        ("sparkline", series.key, tuple(map(seen, whole)), tuple(b.period for b in series.breaks)),
        lambda: draw(
            "sparkline",
            {"points": [point(f) for f in whole], "breaks": breaks(series.breaks)},
            title=series.label,
            alt=in_words(series),
        ),
    )


def breaks(found: Iterable[Break]) -> list[dict[str, str]]:
    """Changes of definition as the chart kit takes them, numbered: the drawing has room for the number, the page for
    the words."""
    return [{"period": b.period, "label": str(b.text), "mark": str(i)} for i, b in enumerate(found, start=1)]


def _parted_words(series: Series) -> str:
    periods = ", ".join(b.period for b in series.breaks)
    return _("new definition from %(period)s") % {"period": periods} if periods else ""


def drawn(key: Hashable, make: Callable[[], str]) -> str:
    """A drawing, kept: the same figures are looked at many times between two imports.

    `key` holds everything the drawing depends on but the language.
    """
    known = (get_language(), key)
    svg = _drawings.get(known)
    if svg is None:
        svg = make()
        while len(_drawings) >= MOST_DRAWINGS:
            _drawings.pop(next(iter(_drawings)), None)
        _drawings[known] = svg
    return svg


def seen(figure: Figure) -> Hashable:
    """All of a figure that shows in a drawing."""
    return (
        figure.indicator,
        figure.period,
        figure.group,
        figure.value,
        figure.state,
        figure.n,
        figure.numerator,
        figure.raw,
    )


def in_words(series: Series) -> str:
    """ "2022/23 71,0 %; 2023/24 ..; 2024/25 79,2 %": a line for whoever does not see it, with where it is parted."""
    told = [f"{f.period} {display.with_unit(f)}" for f in series.whole]
    return "; ".join([*told, *filter(None, [_parted_words(series)])])


def point(figure: Figure) -> dict[str, Any]:
    """A figure as a point of the chart kit."""
    return {
        "period": figure.period,
        "value": figure.value,
        "state": figure.state,
        "interval": list(figure.interval) if figure.interval else None,
        "n": figure.n,
        "display": display.display(figure),
    }


def year_table(series: Iterable[Series], comparator: Comparator, link: Link) -> dict[str, Any]:
    """A table of years: {header, rows: [{label, parted, unit, href, cells, n, comparison, source}], has_n and
    has_comparison: whether any row has one}. Years are end years.
    """
    held = list(series)
    years = sorted({f.end_year for s in held for f in s.whole})[-6:]
    labels = {f.end_year: f.period for s in held for f in s.whole}
    rows = []
    for s in held:
        latest = s.latest
        comparison = comparator.beside(s, latest)
        rows.append(
            {
                "label": s.indicator.label(s.part, short=True),
                "parted": _parted_words(s),
                "unit": display.unit_word(s.indicator),
                "href": link(s.indicator.id, s.part),
                "cells": [cell(s.at(year)) for year in years],
                "n": "" if latest.n is None else latest.n,
                "comparison": comparison.text if comparison else "",
                "source": str(source_name(latest.source)),
            }
        )
    return {
        "header": [labels[year] for year in years],
        "rows": rows,
        "has_n": any(row["n"] != "" for row in rows),
        "has_comparison": any(row["comparison"] for row in rows),
    }


def cell(figure: Figure | None) -> dict[str, Any]:
    """A figure in a table: what is printed, where it is no number what the symbol means, whether others see it."""
    if figure is None:
        return {"display": "", "state": "", "small": False}
    no_number = figure.value is None and figure.state != State.SHOWN
    return {"display": display.display(figure), "state": figure.state if no_number else "", "small": figure.small}
