"""One line of figures for each indicator and part: the years of one unit, one publisher, one place, one population.

Serves *Var är vi?* Years are never drawn in one line across publishers or places, which count differently; where
several lines exist, the one that reaches furthest leads, and the others are offered beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from styrkedja.core.values import Group, Population, State

from .catalogue import Break, Indicator, catalogue
from .figures import Figure, UnitKey, preferred, publisher, source_rank

Key = tuple[str, str]  # (indicator, part)


@dataclass(frozen=True)
class Series:
    """`years`: {group: {end year: figure}}. held: every figure of the indicator and part that was found."""

    indicator: Indicator
    part: str
    years: Mapping[str, Mapping[int, Figure]]
    held: Sequence[Figure] = field(default_factory=tuple)

    @property
    def others(self) -> list[Figure]:
        """Figures of the lines and sources that do not lead, for whoever wants to compare sources."""
        leading = {id(f) for of_group in self.years.values() for f in of_group.values()}
        return [f for f in self.held if id(f) not in leading]

    @property
    def key(self) -> Key:
        return self.indicator.id, self.part

    @property
    def label(self) -> str:
        """In the language of the moment: a report is built in two."""
        return self.indicator.label(self.part)

    @cached_property
    def whole(self) -> list[Figure]:
        """Figures of all, by year."""
        return list(self.years.get(Group.ALL, {}).values())

    @cached_property
    def latest(self) -> Figure:
        """The latest year's figure of all that anybody reported, hidden or not; else the latest there is."""
        reported = [f for f in self.whole if f.state != State.MISSING]
        return (reported or self.whole)[-1]

    @cached_property
    def reported(self) -> bool:
        """True where anybody reported anything of all, if only that it is hidden."""
        return any(f.state != State.MISSING for f in self.whole)

    def before(self, figure: Figure) -> Figure | None:
        """The figure of the year before, or of the latest year before that has a number within three years."""
        earlier = [f for f in self.whole if 0 < figure.end_year - f.end_year <= 3 and f.value is not None]
        return earlier[-1] if earlier else None

    def at(self, year: int, group: str = Group.ALL) -> Figure | None:
        return self.years.get(group, {}).get(year)

    def breaks_between(self, earlier: Figure, later: Figure) -> list[Break]:
        """Changes of definition that part two of its figures."""
        return [b for b in self.indicator.breaks if b.lies_between(earlier.period, later.period, later.kind)]

    @property
    def breaks(self) -> list[Break]:
        """Changes of definition within the years it shows."""
        whole = self.whole
        return self.breaks_between(whole[0], whole[-1]) if whole else []


def all_series(figures: Iterable[Figure], units: Sequence[UnitKey], places: Sequence[str]) -> dict[Key, Series]:
    """The leading line of each indicator and part, in the catalogue's order.

    `units` and `places`: whom and which place tags to look for, best first; figures of others are left out.
    """
    rank = {unit: position for position, unit in enumerate(units)}
    place_rank = {place: position for position, place in enumerate(places)}
    lines: dict[Key, dict[tuple[int, int, bool, str], list[Figure]]] = {}
    for f in figures:
        unit, place = rank.get(f.unit), place_rank.get(f.place)
        if unit is None or place is None:
            continue
        line = (unit, place, f.population != Population.ALL, publisher(f))
        lines.setdefault((f.indicator, f.part), {}).setdefault(line, []).append(f)
    keys = sorted(lines, key=lambda key: (_order().get(key) or _order()[(key[0], "")], key[1]))
    return {key: found for key in keys if (found := _leading(key, lines[key])) is not None}


@cache
def _order() -> dict[Key, tuple[int, int]]:
    """Where each indicator and part stands in the catalogue."""
    return {
        (id, part): (position, place)
        for position, (id, indicator) in enumerate(catalogue().items())
        for place, part in enumerate(indicator.parts)
    }


def _leading(key: Key, lines: Mapping[tuple[int, int, bool, str], list[Figure]]) -> Series | None:
    """The line that tells most: with numbers, up to the latest year, of the best unit, place and source."""
    with_whole = {line: held for line, held in lines.items() if any(f.group == Group.ALL for f in held)}
    if not with_whole:
        return None
    if len(with_whole) == 1:
        best = next(iter(with_whole))
    else:
        best = min(with_whole, key=lambda line: (*_reach(lines[line]), line[2], line[0], line[1], _source(lines[line])))
    held = [f for figures in lines.values() for f in figures]
    return Series(catalogue()[key[0]], key[1], _years(lines[best]), held)


def _reach(figures: Iterable[Figure]) -> tuple[bool, int]:
    shown = [f.end_year for f in figures if f.group == Group.ALL and f.state not in (State.MISSING, State.SUPPRESSED)]
    return not shown, -max(shown, default=0)


def _source(figures: Iterable[Figure]) -> int:
    return min(source_rank(f) for f in figures)


def _years(figures: Sequence[Figure]) -> dict[str, dict[int, Figure]]:
    several = len({f.source for f in figures}) > 1
    years: dict[str, dict[int, Figure]] = {}
    for figure in sorted(preferred(figures).values() if several else figures, key=_by_year):
        years.setdefault(figure.group, {})[figure.end_year] = figure
    return years


def _by_year(figure: Figure) -> int:
    return figure.end_year
