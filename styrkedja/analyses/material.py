"""What stands beside the text while one writes: the node's figures and observations, ready to be quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.core.values import Group
from styrkedja.indicators import display
from styrkedja.indicators.curricula import Area, Curriculum
from styrkedja.indicators.figures import Figure
from styrkedja.indicators.notices import Notice, notices
from styrkedja.indicators.pages import Choice, Results
from styrkedja.indicators.queries import YEARS
from styrkedja.indicators.series import Series
from styrkedja.indicators.sources import source_line
from styrkedja.organisation.models import Node

from . import quoted

Curricula = Sequence[tuple[Curriculum, list[Area]]]


@dataclass(frozen=True)
class Item:
    """One figure that can be quoted, as this reader sees it, and the area it stands under."""

    area: Area
    series: Series
    figure: Figure
    comparison: str  # "Riket 71,9 %", or ""
    quoted: bool  # this very figure already stands in the analysis

    @property
    def identity(self) -> str:
        return quoted.identity(self.figure)

    @property
    def label(self) -> str:
        return self.series.indicator.label(self.series.part, short=True)

    @property
    def display(self) -> str:
        return display.with_unit(self.figure)

    @property
    def source(self) -> str:
        return source_line([self.figure.source])

    @property
    def interval(self) -> str:
        return display.interval_text(self.figure)

    @property
    def earlier(self) -> str:
        """The years before, in a line: "2022/23 71,0 %; 2023/24 .."."""
        before = [f for f in self.series.whole if f.end_year < self.figure.end_year][-3:]
        return "; ".join(f"{f.period} {display.with_unit(f)}" for f in before)

    @property
    def sexes(self) -> list[dict[str, str]]:
        """Girls and boys of the same year, to be quoted by themselves: [{"label", "display", "identity"}]."""
        found = [self.series.at(self.figure.end_year, group) for group in (Group.GIRLS, Group.BOYS)]
        return [
            {
                "label": display.group_word(f.group),
                "display": display.with_unit(f),
                "identity": quoted.identity(f),
            }
            for f in found
            if f is not None
        ]


@dataclass(frozen=True)
class Material:
    """About whom, the figures by area, and the sentences the figures give."""

    node: Node
    areas: list[dict[str, Any]]  # [{"area", "items"}]
    notices: list[Notice]


def about(access: Access, node: Node, period: str, curricula: Curricula, already: Iterable[str]) -> Material:
    """What can be quoted about a node; `already`: identities of figures that stand in the analysis."""
    results = Results(access, node, Choice(period=period), years=YEARS)
    held = set(already)
    items = [item for one in results.series.values() if (item := _item(one, results, curricula, held)) is not None]
    by_area: dict[str, dict[str, Any]] = {}
    for area in (area for _curriculum, areas in curricula for area in areas):
        of_area = [item for item in items if item.area.key == area.key]
        if of_area:
            by_area[area.key] = {"area": area, "items": of_area}
    sentences = notices(results.series.values(), results.comparator, periods.end_year(period))
    return Material(node, list(by_area.values()), [n for n in sentences if not n.neutral])


def _item(series: Series, results: Results, curricula: Curricula, already: set[str]) -> Item | None:
    area = area_of(series, curricula)
    if area is None or not series.whole:
        return None
    figure = series.latest
    beside = results.comparator.beside(series, figure)
    return Item(area, series, figure, beside.text if beside else "", quoted.identity(figure) in already)


def area_of(series: Series, curricula: Curricula) -> Area | None:
    """The first area, in the curricula's order, under which the figure has a place."""
    for curriculum, areas in curricula:
        id = series.indicator.goal_area(curriculum.id, series.part)
        found = next((area for area in areas if area.id == id), None)
        if found is not None:
            return found
    return None


def chosen_node(nodes: Sequence[Node], wanted: str) -> Node:
    """The node whose figures are shown: the one asked for, else the first."""
    try:
        pk = UUID(wanted)
    except ValueError:
        return nodes[0]
    return next((node for node in nodes if node.pk == pk), nodes[0])
