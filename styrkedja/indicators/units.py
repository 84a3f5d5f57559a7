"""The units of an organiser side by side: the same indicator, by name, never ranked.

Serves *Var är vi?* and the equity of a huvudman's units (Skollagen 1:9, 4:3). What units show of themselves here is
masked as for any reader without the right to more; how they vary is told in words and as dots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core.charts import draw_for_page
from styrkedja.core.values import Place, State, UnitKind
from styrkedja.organisation.models import Node

from . import display
from .cards import breaks, cell, drawn, point, seen
from .catalogue import LOCAL, Break, Indicator
from .comparing import Comparator
from .figures import Figure, Lookups, UnitKey, aggregate
from .notices import notices
from .series import Key, Series, all_series
from .statistics.sets import spread

WIDE = 860  # of a drawing; the page stretches it to the text's full width
USUAL = ("pass_all_final", "exam_3y", "children_per_staff")


@dataclass(frozen=True)
class UnitLine:
    """One unit and its years; series is None where nothing is known."""

    node: Node
    series: Series | None

    def at(self, year: int) -> Figure | None:
        return self.series.at(year) if self.series else None


@dataclass(frozen=True)
class UnitsView:
    """The units' figures of one indicator and part. `year`: the latest that at least half of them have."""

    indicator: Indicator
    part: str
    lines: Sequence[UnitLine]

    @cached_property
    def label(self) -> str:
        return self.indicator.label(self.part)

    @cached_property
    def reporting(self) -> list[UnitLine]:
        """The units of which anything is reported, if only that it is hidden."""
        return [line for line in self.lines if line.series and line.series.reported]

    @cached_property
    def years(self) -> list[int]:
        return sorted({f.end_year for line in self.reporting if line.series for f in line.series.whole})[-6:]

    @cached_property
    def year(self) -> int | None:
        held = self.reporting
        for year in reversed(self.years):
            if 2 * sum(line.at(year) is not None for line in held) >= len(held):
                return year
        return self.years[-1] if self.years else None

    @cached_property
    def period(self) -> str:
        year = self.year
        return next((f.period for line in self.lines if year and (f := line.at(year))), "")

    @cached_property
    def breaks(self) -> list[Break]:
        """Changes of definition within the years of any unit."""
        held = [b for line in self.reporting if line.series for b in line.series.breaks]
        return [b for b in self.indicator.breaks if b in held]

    @cached_property
    def shown(self) -> list[Figure]:
        """The year's figures that carry a number."""
        found = [line.at(self.year) for line in self.lines] if self.year else []
        return [f for f in found if f is not None and f.value is not None and f.state == State.SHOWN]


def units_view(figures: Sequence[Figure], nodes: Sequence[Node], indicator: Indicator, part: str) -> UnitsView:
    """`nodes` in the order they are to stand in; figures of anybody else are left out."""
    by_unit: dict[UnitKey, list[Figure]] = {}
    for figure in figures:
        if figure.indicator == indicator.id and figure.part == part:
            by_unit.setdefault(figure.unit, []).append(figure)
    lines = []
    for node in nodes:
        key = UnitKey(node.statistical_kind, node.statistical_code)
        found = all_series(by_unit.get(key, ()), [key], (Place.NONE,))
        lines.append(UnitLine(node, found.get((indicator.id, part))))
    return UnitsView(indicator, part, lines)


def standing_out(view: UnitsView, year: int) -> UnitsView:
    """The units whose own years say something that is not neutral, by the rules of the sentences (`notices`)."""
    alone = Comparator(None)
    told = [
        line for line in view.lines if line.series and any(not n.neutral for n in notices([line.series], alone, year))
    ]
    return replace(view, lines=told)


def choices(lookups: Lookups, forms: set[str]) -> list[Key]:
    """What units can be laid side by side in: indicators and parts some file with school units has brought."""
    found: dict[Key, None] = {}
    for meaning in sorted(lookups.meanings.values(), key=lambda m: _order(m.indicator, m.source.part)):
        own_form = not forms or forms & set(meaning.indicator.school_forms)
        of_units = meaning.source.source != "kolada" or meaning.source.source == LOCAL
        if own_form and of_units and UnitKind.SCHOOL_UNIT in meaning.indicator.levels:
            found[(meaning.indicator.id, meaning.source.part)] = None
    return list(found)


def _order(indicator: Indicator, part: str) -> tuple[int, int]:
    from .catalogue import ORDER

    parts = list(indicator.parts)
    return ORDER.index(indicator.id) if indicator.id in ORDER else len(ORDER), (
        parts.index(part) if part in parts else len(parts)
    )


def variation(view: UnitsView) -> str:
    """How the units vary, in a sentence or three."""
    found = spread([f.value for f in view.shown if f.value is not None])
    if found is None:
        return _("No unit has a figure that can be shown.")
    indicator = view.indicator
    parts = [
        ngettext("%(count)s unit has a figure for %(period)s:", "%(count)s units have a figure for %(period)s:",
                 found.members) % {"count": found.members, "period": view.period},
        f"{display.counted(found.least, indicator)}." if found.members == 1 else
        _("from %(least)s to %(most)s, the middle unit %(middle)s.") % {
            "least": display.number(found.least, indicator.decimals),
            "most": display.counted(found.most, indicator),
            "middle": display.number(found.median, indicator.decimals),
        },
    ]  # fmt: skip
    if found.members > 1:
        parts.append(_("Highest and lowest differ by %(size)s.") % {"size": display.size(found.width, indicator)})
    hidden = sum((f := line.at(view.year or 0)) is not None and f.state == State.SUPPRESSED for line in view.lines)
    if hidden:
        text = ngettext("For %(count)s unit it is withheld.", "For %(count)s units it is withheld.", hidden)
        parts.append(text % {"count": hidden})
    if small := sum((f := line.at(view.year or 0)) is not None and f.small for line in view.lines):
        text = ngettext(
            "The figure of %(count)s unit is about few people and is shown to you only.",
            "The figures of %(count)s units are about few people and are shown to you only.",
            small,
        )
        parts.append(text % {"count": small})
    if together := _together(view):
        parts.append(together)
    if without := len(view.lines) - found.members - hidden:
        text = ngettext("%(count)s unit has no such figure.", "%(count)s units have no such figure.", without)
        parts.append(text % {"count": without})
    return " ".join(parts)


def _together(view: UnitsView) -> str:
    """All units as one, from counts; "" where one that has a figure does not give its counts."""
    held = [f for line in view.reporting if (f := line.at(view.year or 0)) and f.state != State.MISSING]
    counts = aggregate(held) if len(held) > 1 and view.indicator.kind == "share" else None
    if counts is None or not counts[1]:
        return ""
    return _("Together %(value)s %% (n = %(n)s), reckoned from counts.") % {
        "value": display.number(100 * counts[0] / counts[1], view.indicator.decimals),
        "n": counts[1],
    }


def dots(view: UnitsView, reference: Figure | None, name: str, links: Mapping[UUID, str]) -> str:
    """Each unit as a dot on one scale, by name, beside the organiser's own figure (`reference`, under its `name`)."""
    held = [(line.node, f) for line in view.reporting if (f := line.at(view.year or 0)) and f.state != State.MISSING]

    def make() -> str:
        items = [{"label": n.name, **point(f), "own": False, "href": links.get(n.pk)} for n, f in held]
        beside = None
        if reference is not None and reference.value is not None:
            beside = {"label": name, "value": reference.value}
        alt = "; ".join(f"{item['label']} {item['display']}" for item in items)
        data = {"unit": display.unit_word(view.indicator), "items": items, "reference": beside}
        return draw_for_page("dots", data, title=f"{view.label}, {view.period}", alt=alt or variation(view), width=WIDE)

    about = (view.indicator.id, view.part, view.period, name, reference and seen(reference))
    return drawn(("dots", about, tuple((n.name, links.get(n.pk), seen(f)) for n, f in held)), make)


def multiples(view: UnitsView, own: Series | None, name: str, links: Mapping[UUID, str]) -> str:
    """Small multiples: each unit's years on the same scale, the organiser's as a muted line. "" of single years."""
    held = [
        (line.node, line.series.whole)
        for line in view.reporting
        if line.series and sum(f.value is not None for f in line.series.whole) > 1
    ]
    if not held:
        return ""
    beside = own.whole if own and len(own.whole) > 1 else []

    def make() -> str:
        panels = [{"label": n.name, "points": [point(f) for f in whole], "href": links.get(n.pk)} for n, whole in held]
        comparison = {"label": name, "points": [point(f) for f in beside]} if beside else None
        data = {
            "unit": display.unit_word(view.indicator),
            "panels": panels,
            "comparison": comparison,
            "breaks": breaks(view.breaks),
        }
        return draw_for_page("multiples", data, title=view.label, alt=variation(view), width=WIDE)

    about = (view.indicator.id, view.part, name, tuple(map(seen, beside)), tuple(b.period for b in view.breaks))
    panels_seen = tuple((n.name, links.get(n.pk), tuple(map(seen, whole))) for n, whole in held)
    return drawn(("multiples", about, variation(view), panels_seen), make)


def table(view: UnitsView, links: Mapping[UUID, str]) -> dict[str, Any]:
    """{header: periods, rows: [{label, href, cells, n}]}, by name."""
    years = view.years
    labels = {f.end_year: f.period for line in view.lines if line.series for f in line.series.whole}
    rows = [
        {
            "label": line.node.name,
            "href": links.get(line.node.pk),
            "cells": [cell(line.at(year)) for year in years],
            "n": (latest.n if latest.n is not None else "") if (latest := line.at(view.year or 0)) else "",
        }
        for line in view.reporting
    ]
    return {"header": [labels[year] for year in years], "rows": rows}
