"""One series beside a named set: the one figure of a municipality or the nation, or the spread of several.

Serves *Var är vi?* A comparison is of the same year, group, part and population, says with whom and how many, and
tells whether chance alone could give the difference only where that can be computed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.core.values import State

from . import display
from .comparisons import ComparisonSet
from .figures import Figure, UnitKey
from .members import Members
from .series import Key, Series, all_series
from .statistics.intervals import difference
from .statistics.sets import Quarter, Spread, quarter, spread

Chance = Literal["within", "beyond", "unknown"]


@dataclass(frozen=True)
class Comparison:
    """What a set's figures say about the year of one figure. `value`: the one member's, or the middle of several.

    members: the one body's figure. values: of all members that may be shown.
    """

    set: ComparisonSet
    own: Figure
    members: tuple[Figure, ...]
    values: Sequence[float]

    @cached_property
    def spread(self) -> Spread | None:
        return spread(self.values)

    @property
    def value(self) -> float | None:
        return self.spread.median if self.spread else None

    @property
    def gap(self) -> float | None:
        """Own value minus the set's, rounded as the figures are printed."""
        if self.own.value is None or self.value is None:
            return None
        return round(self.own.value - self.value, self.own.definition.decimals)

    @property
    def quarter(self) -> Quarter | None:
        return None if self.own.value is None or self.set.single else quarter(self.own.value, self.values)

    @property
    def chance(self) -> Chance:
        """Whether the one member's value lies within what chance alone could give the own share."""
        interval = self.own.interval
        if interval is None or self.value is None or not self.set.single:
            return "unknown"
        return "within" if interval[0] <= self.value <= interval[1] else "beyond"

    @property
    def text(self) -> str:
        """ "Riket 71,9 %" or "Liknande kommuner 66–81 %, mitten 74 % (7 av 7)"; "" where nothing can be compared."""
        found = self.spread
        if found is None:
            return ""
        indicator = self.own.definition
        decimals = indicator.decimals
        if self.set.single:
            return f"{self.set.label} {display.with_unit(self.members[0])}"
        return _("%(set)s: %(least)s–%(most)s, middle %(middle)s (%(count)s of %(all)s)") % {
            "set": self.set.label,
            "least": display.number(found.least, decimals),
            "most": display.counted(found.most, indicator),
            "middle": display.number(found.median, decimals),
            "count": found.members,
            "all": len(self.set.members),
        }


class Comparator:
    """A set's figures, ready to be laid beside any series: those of one body in full, of several only `members`."""

    def __init__(
        self, chosen: ComparisonSet | None, figures: Iterable[Figure] = (), members: Members | None = None
    ) -> None:
        self.set, self.members = chosen, members
        self._beside: dict[tuple[Key, Figure], Comparison | None] = {}
        by_unit: dict[UnitKey, list[Figure]] = {}
        for figure in figures:
            by_unit.setdefault(figure.unit, []).append(figure)
        self.lines: list[Mapping[Key, Series]] = []
        for member in chosen.members if chosen and members is None else ():
            held = [figure for unit in member for figure in by_unit.get(unit, ())]
            self.lines.append(all_series(held, member, chosen.places if chosen else ()))

    def beside(self, series: Series, figure: Figure) -> Comparison | None:
        """The comparison of one figure of the series; None where the set has nothing of that year."""
        asked = (series.key, figure)
        if asked not in self._beside:
            self._beside[asked] = self._compare(series, figure)
        return self._beside[asked]

    def _compare(self, series: Series, figure: Figure) -> Comparison | None:
        if self.set is None or figure.value is None:
            return None
        if self.members is not None:
            values = self.members.values.get(series.key, ())
            same_year = figure.end_year == series.latest.end_year
            return Comparison(self.set, figure, (), values) if values and same_year else None
        found = [line[series.key].at(figure.end_year) for line in self.lines if series.key in line]
        same = tuple(f for f in found if f is not None and f.value is not None and f.population == figure.population)
        values = [f.value for f in same if f.value is not None and f.state == State.SHOWN]
        return Comparison(self.set, figure, same, values) if same else None

    def line(self, series: Series) -> Series | None:
        """The set's own years, where it is one unit: a second line in a chart."""
        if self.set is None or not self.set.single or not self.lines:
            return None
        return self.lines[0].get(series.key)

    @property
    def holders(self) -> int:
        """How many of the set have any figure here."""
        return sum(bool(line) for line in self.lines) if self.members is None else len(self.members.holders)

    def count_text(self) -> str:
        """ "7 av 7 har uppgifter"."""
        held, whole = self.holders, len(self.set.members) if self.set else 0
        return ngettext("%(count)s of %(all)s has figures", "%(count)s of %(all)s have figures", held) % {
            "count": held,
            "all": whole,
        }


def change_chance(later: Figure, earlier: Figure) -> Chance:
    """Whether chance alone could give the change between two years, which are different pupils (Newcombe)."""
    return _two_groups(later, earlier)


def gap_chance(girls: Figure, boys: Figure) -> Chance:
    """Whether chance alone could give the gap between girls and boys."""
    return _two_groups(girls, boys)


def _two_groups(one: Figure, other: Figure) -> Chance:
    first, second = one.counts, other.counts
    if first is None or second is None:
        return "unknown"
    low, high = difference(*first, *second)
    return "within" if low <= 0 <= high else "beyond"
