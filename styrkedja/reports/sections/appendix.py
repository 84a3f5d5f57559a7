"""Tables, definitions, sources and what the symbols mean: what a reader needs to check the report."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from styrkedja.core import periods
from styrkedja.core.values import State, UnitKind
from styrkedja.indicators import display
from styrkedja.indicators.catalogue import LOCAL, catalogue
from styrkedja.indicators.disclosure.limits import least
from styrkedja.indicators.series import Key, Series
from styrkedja.reports import showing
from styrkedja.reports.areas import condition_areas, goal_areas, safety_keys
from styrkedja.reports.blocks import Block, Heading, Table, Text
from styrkedja.reports.catalogue import outline
from styrkedja.reports.passages import as_list
from styrkedja.reports.scope import YEARS, Scope

WIDEST = 6  # indicators across in the table of units


def build(scope: Scope) -> list[Block]:
    if not scope.keys:
        return [Text(_("There are no figures to put in tables.")), *_symbols(scope)]
    return [*_tables(scope), *_definitions(scope), *_sources(scope), *_symbols(scope)]


def _tables(scope: Scope) -> list[Block]:
    """The node's own figures year by year, an area at a time; then the units beside each other, by name."""
    blocks: list[Block] = [Heading(_("Tables"), 2)]
    for name, keys in _areas(scope):
        held = [scope.series[k] for k in keys if k in scope.series]
        if held:
            blocks.append(_years(f"{scope.node.name}: {name}", held, scope))
    if scope.lines:
        blocks += _units(scope)
    return blocks


def _areas(scope: Scope) -> list[tuple[str, Sequence[Key]]]:
    named = [(under.name, under.keys) for under in goal_areas(scope)]
    conditions = dict.fromkeys(k for u in condition_areas(scope) for k in u.keys)
    return [*named, (_("Safety and a calm study environment"), safety_keys(scope)), (_("Conditions"), [*conditions])]


def _years(caption: str, held: Sequence[Series], scope: Scope) -> Table:
    """Years across; a figure of a calendar year stands in the school year that ends in it."""
    last = periods.end_year(scope.period)
    years = [y for y in range(last - YEARS + 1, last + 1) if any(s.at(y) for s in held)]
    rows = []
    for s in held:
        figures = [s.at(year) for year in years]
        shown = [display.display(f) if f else "" for f in figures]
        rows.append((s.label, display.unit_word(s.indicator) or "–", *shown))
    header = (_("Indicator"), _("Unit of measure"), *(periods.school_year(y) for y in years))
    numeric = tuple(range(2, len(header)))
    return Table(caption, header, tuple(rows), numeric, showing.sources_note(f for s in held for f in s.whole))


def _units(scope: Scope) -> list[Block]:
    """The outline's key figures, a row for each unit, as many tables as it takes."""
    wanted = outline("quality").key_figures
    keys = [k for k in scope.keys if k[0] in wanted and any(showing.has_number(u.series.get(k)) for u in scope.lines)]
    blocks: list[Block] = []
    for start in range(0, len(keys), WIDEST):
        blocks.append(_units_table(keys[start : start + WIDEST], scope))
    return blocks


def _units_table(keys: Sequence[Key], scope: Scope) -> Table:
    names = [catalogue()[id].label(part, short=True) for id, part in keys]
    rows = []
    for line in scope.lines:
        if any(k in line.series for k in keys):
            cells = [_cell(line.series.get(k), periods.end_year(scope.period)) for k in keys]
            rows.append((line.node.name, *cells))
    figures = [line.series[k].latest for line in scope.lines for k in keys if k in line.series]
    caption = _("The units by name: latest figure, with its period where it is not %(period)s") % {
        "period": scope.period
    }
    numeric = tuple(range(1, len(keys) + 1))
    return Table(caption, (_("Unit"), *names), tuple(rows), numeric, showing.sources_note(figures))


def _cell(series: Series | None, year: int) -> str:
    if series is None:
        return ""
    percent = series.indicator.unit == "percent"
    shown = display.with_unit(series.latest) if percent else display.display(series.latest)
    return shown if series.latest.end_year == year else f"{shown} ({series.latest.period})"


def _definitions(scope: Scope) -> list[Block]:
    ids = dict.fromkeys(id for id, _part in scope.keys)
    rows = tuple((str(catalogue()[id].name), str(catalogue()[id].definition)) for id in ids)
    return [Heading(_("Definitions"), 2), Table(_("What the figures measure"), (_("Indicator"), _("Definition")), rows)]


def _sources(scope: Scope) -> list[Block]:
    found: dict[tuple[str, str, str], int] = {}
    for f in scope.figures:
        key = (showing.source_of(f), display.read_on(f.retrieved_at), f.batch)
        found[key] = found.get(key, 0) + 1
    rows = tuple((name, date, str(count), batch[:8]) for (name, date, batch), count in sorted(found.items()))
    header = (_("Source"), _("Read on"), _("Figures"), _("Batch"))
    note = _("The batch is the import the figures came with; it can be looked up in the system.")
    return [Heading(_("Sources"), 2), Table(_("Where the figures come from"), header, rows, (2,), note)]


def _symbols(scope: Scope) -> list[Block]:
    pupils = least(LOCAL, UnitKind.SCHOOL_UNIT, scope.period, "pupils")
    answers = least(LOCAL, UnitKind.SCHOOL_UNIT, scope.period, "respondents")
    lines = [
        *showing.symbols((State.SUPPRESSED, State.MISSING, State.NOT_APPLICABLE)),
        _("~100: almost everybody; so few did not that they could be recognised."),
        _("Figures about fewer than %(pupils)s pupils or %(answers)s answers are never shown.")
        % {"pupils": pupils, "answers": answers},
        _("Intervals (95 %) say what chance alone can give, and are given only where the number is known."),
        _("Differences between percentages are given in percentage points."),
    ]
    return [Heading(_("Symbols"), 2), Text(as_list(lines))]
