"""Figures as blocks: key figures, charts with the message as title, tables. Always already disclosed, never ranked.

Every chart says in words what it shows, names whom it compares with, and leaves a gap where there is no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from styrkedja.core.values import Group, Population, State
from styrkedja.indicators import display
from styrkedja.indicators.comparing import Comparison
from styrkedja.indicators.display import number
from styrkedja.indicators.figures import Figure
from styrkedja.indicators.notices import notices
from styrkedja.indicators.series import Key, Series
from styrkedja.indicators.sources import source_line, source_name
from styrkedja.indicators.statistics.sets import spread

from .blocks import Chart, FigureItem, Table, told
from .scope import Scope, UnitLine

WITH_NUMBER = (State.SHOWN, State.APPROXIMATE)
COURSE = 3  # years with numbers that make a course worth a chart
LONGEST_UNIT = 6  # letters
SIGNS = {1: "▲", -1: "▼", 0: "▬"}


def has_number(series: Series | None) -> bool:
    return series is not None and series.latest.value is not None


def figure_item(series: Series, scope: Scope) -> FigureItem:
    """The latest figure of a line, with its change, its comparison and what it rests on."""
    figure = series.latest
    comparison = scope.comparator.beside(series, figure)
    return FigureItem(
        label=series.indicator.label(series.part, short=True),
        display=display.with_unit(figure),
        state=figure.state,
        value=figure.value,
        unit="%" if series.indicator.unit == "percent" else display.unit_word(series.indicator),
        n=figure.n,
        interval=figure.interval,
        period=figure.period,
        source=source_line([figure.source], display.place_word(figure.place)),
        change=change(series),
        comparison=comparison.text if comparison else "",
    )


def source_of(figure: Figure) -> str:
    """ "Kolada, skolor som kommunen driver"."""
    return ", ".join(part for part in (str(source_name(figure.source)), display.place_word(figure.place)) if part)


def change(series: Series) -> str:
    """ "▲ +3,1 procentenheter sedan 2023/24"; "" across a change of definition or without an earlier number."""
    latest = series.latest
    before = series.before(latest)
    if before is None or before.value is None or latest.value is None or series.breaks_between(before, latest):
        return ""
    step = round(latest.value - before.value, series.indicator.decimals)
    words = _("unchanged since %(period)s") if not step else _("%(change)s since %(period)s")
    sign = SIGNS[(step > 0) - (step < 0)]
    return f"{sign} " + words % {"change": display.signed(step, series.indicator), "period": before.period}


def message(series: Series, scope: Scope) -> str:
    """What a line says, in one sentence: what stands out, else where it stands."""
    found = [n for n in notices([series], scope.comparator, series.latest.end_year) if n.direction != "lock"]
    if found:
        return found[0].text.removesuffix(".")
    words = {"name": series.indicator.label(series.part, short=True), "period": series.latest.period}
    return _("%(name)s was %(value)s in %(period)s") % {**words, "value": display.with_unit(series.latest)}


# Charts


def line_chart(series: Series, scope: Scope, label: str) -> Chart | None:
    """The course of one line beside the comparison; None where too few years have numbers."""
    if sum(f.value is not None for f in series.whole) < COURSE:
        return None
    other = scope.comparator.line(series)
    years = {f.period for f in series.whole}
    comparisons = [_course(other, scope.compared.label, years)] if other and scope.compared else []
    data = {
        "label": label,
        "unit": _unit(series),
        "points": [point(f) for f in series.whole],
        "comparisons": [line for line in comparisons if line["points"]],
        "target": None,
        "breaks": [{"period": b.period, "label": ""} for b in series.breaks],
    }
    return Chart("line", message(series, scope), _said(series, label), data, note(series))


def dots_chart(key: Key, scope: Scope, least: int = 2) -> Chart | None:
    """The units the same year, by name, each with its interval; None with fewer than `least` numbers."""
    here = _same_year(key, scope)
    shown = [(line, f) for line, f in here if f.value is not None]
    if len(shown) < least:
        return None
    series = shown[0][0].series[key]
    own = scope.series.get(key)
    value = own.at(shown[0][1].end_year) if own else None
    reference = {"label": scope.node.name, "value": value.value} if value and value.value is not None else None
    items = [
        {"label": line.node.name, "own": False, **{k: v for k, v in point(f).items() if k != "period"}}
        for line, f in here
    ]
    alt = _("Units by name: %(units)s.") % {
        "units": "; ".join(f"{line.node.name} {display.with_unit(f)}" for line, f in here)
    }
    return Chart(
        "dots", variation(key, scope), alt,
        {"unit": _unit(series), "items": items, "reference": reference, "period": shown[0][1].period},
        note(series, of=[f for _line, f in here]),
    )  # fmt: skip


def multiples_chart(key: Key, scope: Scope) -> Chart | None:
    """The units' years side by side on one axis, by name; None unless three units, or both of two, have a course."""
    lines = [(line, line.series[key]) for line in scope.lines if key in line.series]
    with_course = [s for _line, s in lines if sum(f.value is not None for f in s.whole) >= COURSE]
    if len(with_course) < min(3, max(2, len(lines))):
        return None
    panels = [{"label": line.node.name, "points": [point(f) for f in s.whole]} for line, s in lines]
    first, own = with_course[0], scope.series.get(key)
    steps = [step for s in with_course if (step := _step(s)) is not None]
    title = _("%(name)s: in %(risen)s of %(all)s units the latest figure is higher than the first") % {
        "name": first.indicator.label(first.part, short=True), "risen": sum(s > 0 for s in steps), "all": len(steps),
    } if len(steps) > 1 else message(own or first, scope)  # fmt: skip
    alt = " ".join(_said(s, line.node.name) for line, s in lines)
    comparison = (
        {"label": scope.node.name, "points": [point(f) for f in own.whole]} if own and len(own.whole) > 1 else None
    )
    breaks = [{"period": p, "label": ""} for p in sorted({b.period for s in with_course for b in s.breaks})]
    data = {"unit": _unit(first), "panels": panels, "comparison": comparison, "breaks": breaks}
    return Chart("multiples", title, alt, data, note(first))


def _step(series: Series) -> float | None:
    """From the first number to the latest that mean the same; None where there is only one such."""
    shown = [f for f in series.whole if f.value is not None]
    alike = [f.value for f in shown if f.value is not None and not series.breaks_between(f, shown[-1])]
    return alike[-1] - alike[0] if len(alike) > 1 else None


def heat_chart(keys: Sequence[Key], scope: Scope, columns: Sequence[str], title: str) -> Chart | None:
    """Units down, parts across, with every number written; None with fewer than two units with numbers."""
    rows, said = [], []
    for line in scope.lines:
        found = [line.series[k].latest if k in line.series else None for k in keys]
        if any(f and f.value is not None for f in found):
            cells = [_cell(f) for f in found]
            rows.append({"label": line.node.name, "cells": cells})
            told = ", ".join(f"{column} {cell['display']}" for column, cell in zip(columns, cells, strict=True))
            said.append(f"{line.node.name}: {told}.")
    if len(rows) < 2:
        return None
    some = next(line.series[k] for line in scope.lines for k in keys if k in line.series)
    return Chart(
        "heat", title, " ".join(said), {"unit": _unit(some), "columns": list(columns), "rows": rows}, note(some)
    )


def _cell(figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"display": display.SYMBOLS[State.MISSING], "value": None, "state": State.MISSING.value}
    return {"display": display.display(figure), "value": figure.value, "state": figure.state}


def point(figure: Figure) -> dict[str, Any]:
    return {
        "period": figure.period,
        "value": figure.value,
        "state": figure.state,
        "interval": list(figure.interval) if figure.interval else None,
        "n": figure.n,
        "display": display.display(figure),
    }


def _course(series: Series, label: str, years: set[str]) -> dict[str, Any]:
    return {"label": label, "points": [point(f) for f in series.whole if f.period in years]}


def _unit(series: Series) -> str:
    """The unit beside an axis; a long word has no room there and stands in the title."""
    word = display.unit_word(series.indicator)
    return word if len(word) <= LONGEST_UNIT else ""


def _said(series: Series, label: str) -> str:
    """Every point in words: what a chart says to who cannot see it."""
    points = ", ".join(f"{f.period} {display.with_unit(f)}" for f in series.whole)
    return f"{label}: {points}."


# Words about spread and groups


def _same_year(key: Key, scope: Scope) -> list[tuple[UnitLine, Figure]]:
    """The units' figures of the latest year most of them share, by name."""
    held = [(line, line.series[key]) for line in scope.lines if key in line.series]
    years = [s.latest.end_year for _line, s in held if s.latest.value is not None]
    if not years:
        return []
    year = max(set(years), key=lambda y: (years.count(y), y))
    return [(line, f) for line, s in held if (f := s.at(year)) is not None]


def variation(key: Key, scope: Scope) -> str:
    """ "Meritvärde (17): mellan enheterna skiljer 41,3 poäng, 201,4-242,7"; who is where is left to the chart."""
    here = [f for _line, f in _same_year(key, scope) if f.value is not None]
    found = spread([f.value for f in here if f.value is not None])
    assert found is not None
    indicator = here[0].definition
    low, high = (number(v, indicator.decimals) for v in (found.least, found.most))
    words = {
        "name": indicator.label(here[0].part, short=True),
        "size": display.size(found.width, indicator),
        "low": low,
        "high": f"{high}\N{NO-BREAK SPACE}{display.unit_word(indicator)}".strip(),
        "count": found.members,
    }
    if not found.width:
        return _("%(name)s: the units are equal, %(high)s") % words
    return _("%(name)s: %(size)s between the lowest and the highest of %(count)s units (%(low)s–%(high)s)") % words


def unit_change(key: Key, scope: Scope) -> str:
    """How many of the units moved which way since the year before; "" where fewer than two can be compared."""
    steps = []
    for line in scope.lines:
        series = line.series.get(key)
        before = series.before(series.latest) if series else None
        if series is None or before is None or series.breaks_between(before, series.latest):
            continue
        if before.value is not None and series.latest.value is not None:
            steps.append(round(series.latest.value - before.value, series.indicator.decimals))
    if len(steps) < 2:
        return ""
    words = {"up": sum(s > 0 for s in steps), "down": sum(s < 0 for s in steps), "all": len(steps)}
    return _("Since the year before the figure has risen in %(up)s and fallen in %(down)s of %(all)s units.") % words


def gender_table(all_series: Iterable[Series], caption: str) -> Table | None:
    """Girls beside boys where the source tells; hidden ones by their symbol. None where no source tells them apart."""
    rows = []
    notes: list[Figure] = []
    for series in all_series:
        latest = series.latest
        girls, boys = (series.at(latest.end_year, group) for group in (Group.GIRLS, Group.BOYS))
        if girls is None or boys is None:
            continue
        gap = "–"
        if girls.value is not None and boys.value is not None:
            gap = display.signed(round(girls.value - boys.value, series.indicator.decimals), series.indicator)
        rows.append((series.label, latest.period, display.with_unit(girls), display.with_unit(boys), gap))
        notes.append(latest)
    if not rows:
        return None
    header = (_("Indicator"), _("Period"), _("Girls"), _("Boys"), _("Difference"))
    return Table(caption, header, tuple(rows), (2, 3, 4), sources_note(notes))


def parts_table(series: Sequence[Series], scope: Scope, caption: str) -> Table:
    """The parts of an indicator (subjects, years, respondents) with their comparison, in the catalogue's order."""
    compared = scope.compared.label if scope.compared else ""
    rows = [
        (
            str(s.indicator.part(s.part).name) if s.part else str(_("All")),
            s.latest.period,
            display.with_unit(s.latest),
            str(s.latest.n) if s.latest.n is not None else "",
            _beside(scope.comparator.beside(s, s.latest)),
        )
        for s in series
    ]
    header = (_("Part"), _("Period"), scope.node.name, _("n"), compared or _("Comparison"))
    return told(Table(caption, header, tuple(rows), (2, 3, 4), sources_note([s.latest for s in series])))


def _beside(comparison: Comparison | None) -> str:
    if comparison is None or comparison.value is None:
        return ""
    return display.with_unit(comparison.members[0])


# Notes


def note(series: Series, of: Iterable[Figure] = ()) -> str:
    """Source, retrieval, who is left out, changes of definition and the meaning of the symbols that occur."""
    figures = list(of) or series.whole
    parts = [sources_note(figures), population(figures)]
    parts += [f"{b.period}: {b.text}" for b in series.breaks]
    return " ".join(part for part in parts if part)


def population(figures: Iterable[Figure]) -> str:
    """Who is left out of the figures; "" where nobody is."""
    if all(f.population != Population.EXCL_NEW_UNKNOWN for f in figures):
        return ""
    return _("Pupils who are newly arrived or whose background is unknown are not included.")


def sources_note(figures: Iterable[Figure]) -> str:
    held = list(figures)
    names = dict.fromkeys(
        _("%(source)s, read on %(date)s") % {"source": source_of(f), "date": display.read_on(f.retrieved_at)}
        for f in held
    )
    text = _("Source: %(sources)s.") % {"sources": "; ".join(names)}
    return " ".join([text, *symbols({f.state for f in held}, any(f.interval for f in held))])


def symbols(states: Iterable[str], intervals: bool = False) -> list[str]:
    """What the symbols among these states mean, a sentence each."""
    held = set(states)
    said = {
        State.SUPPRESSED: _("%(symbol)s: not shown, too few are concerned or the source withholds it."),
        State.MISSING: _("%(symbol)s: not reported."),
        State.NOT_APPLICABLE: _("%(symbol)s: not applicable."),
    }
    found = [text % {"symbol": display.SYMBOLS[state]} for state, text in said.items() if state in held]
    if intervals:
        found.append(_("The band or bar shows what chance alone can give (95 %)."))
    return found


def latest_states(lines: Mapping[Key, Series]) -> int:
    """How many of the lines hide their latest figure."""
    return sum(s.latest.state == State.SUPPRESSED for s in lines.values())
