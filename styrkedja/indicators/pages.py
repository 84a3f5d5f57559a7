"""What the pages of *Var är vi?* are made of: one reading of a node's figures, and of those they are compared with.

The same at every level. The number of queries does not depend on how many units, years or indicators there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from styrkedja.access.gate import Access
from styrkedja.core import periods
from styrkedja.core.values import UnitKind
from styrkedja.organisation.models import Node, NodeKind, Organiser

from .catalogue import Indicator, catalogue
from .comparing import Comparator
from .comparisons import ComparisonSet, comparison_sets, own_places, own_units
from .curricula import Curriculum, curricula_of
from .figures import Figure, Lookups, UnitKey
from .members import Beside
from .queries import BELOW, audience_of, figures_of, members_of, units_with_figures
from .series import Key, Series, all_series
from .units import USUAL, UnitsView, choices, units_view

PAGE_YEARS = 10


@dataclass(frozen=True)
class Choice:
    """What the reader chose, as the address says it; "" where nothing was chosen."""

    period: str = ""
    comparison: str = ""
    measure: str = ""  # "indicator" or "indicator/part": what the units are laid side by side in

    @property
    def key(self) -> Key:
        indicator, _slash, part = self.measure.partition("/")
        return indicator, part


class Results:
    """A node's figures as one person may see them. Reads when asked, once."""

    def __init__(
        self,
        access: Access,
        node: Node,
        choice: Choice,
        *,
        indicator: str | None = None,
        years: int | None = PAGE_YEARS,
    ) -> None:
        self.access, self.node, self.choice = access, node, choice
        self.indicators = None if indicator is None else [indicator]
        self.span = years
        self.organiser = Organiser.objects.first()
        self.lookups = Lookups(self.indicators)
        self.audience = audience_of(access, self.organiser)

    @cached_property
    def unit(self) -> Node | None:
        """The unit the node is or lies in; None above the units."""
        return self.access.tree.unit_of(self.node.pk)

    @property
    def whose(self) -> str:
        """The unit or organiser the figures are about."""
        return self.unit.name if self.unit else (self.organiser.name if self.organiser else self.node.name)

    @cached_property
    def units_below(self) -> list[Node]:
        return units_with_figures(self.access, self.node)

    @property
    def above_units(self) -> bool:
        return self.node.kind not in BELOW

    @cached_property
    def forms(self) -> set[str]:
        """School forms the page is about: the unit's, or those of all units below."""
        if self.unit is not None:
            return set(self.unit.school_forms)
        tree = self.access.tree
        return {form for id in tree.subtree([self.node.pk]) for form in tree.nodes[id].school_forms}

    @cached_property
    def keys(self) -> tuple[UnitKey, ...]:
        return own_units(self.organiser, self.unit)

    @cached_property
    def figures(self) -> list[Figure]:
        found = self._figures(self.keys, both_sexes=True)
        return [f for f in found if self._relevant(f.definition)]

    @cached_property
    def series(self) -> dict[Key, Series]:
        """By indicator and part; those of which the sources only say that nothing is reported are left out."""
        found = all_series(self.figures, self.keys, own_places(self.organiser))
        return {key: series for key, series in found.items() if series.reported}

    @cached_property
    def year(self) -> int:
        """The page's year: the chosen one, or the latest with figures."""
        if self.choice.period:
            return periods.end_year(self.choice.period)
        return max((f.end_year for f in self.figures), default=timezone.localdate().year)

    @property
    def year_looked_from(self) -> int:
        """The year a figure is old beside where a page has no others: the chosen one, or last year."""
        if self.choice.period:
            return self.year
        return max(self.year, periods.end_year(periods.school_year_on(timezone.localdate())) - 1)

    @cached_property
    def sets(self) -> list[ComparisonSet]:
        siblings = [n for n in self.access.tree.nodes.values() if self._alike(n)]
        return comparison_sets(self.node, self.organiser, siblings)

    @cached_property
    def comparator(self) -> Comparator:
        """The chosen set; without a choice the first that has figures."""
        chosen = [s for s in self.sets if s.id == self.choice.comparison]
        for one in chosen or self.sets:
            comparator = self._comparator(one)
            if chosen or comparator.holders:
                return comparator
        return Comparator(None)

    def _comparator(self, one: ComparisonSet) -> Comparator:
        if one.single:
            return Comparator(one, self._figures(one.units, both_sexes=False))
        beside = {key: Beside(s.latest.end_year, s.latest.population) for key, s in self.series.items()}
        members = members_of(one.units, self.audience, beside, organiser=self.organiser, places=one.places,
                             lookups=self.lookups)  # fmt: skip
        return Comparator(one, members=members)

    @cached_property
    def compared(self) -> list[Figure]:
        """Every figure of the chosen set in the years it is compared in, for whoever takes the figures along."""
        chosen = self.comparator.set
        if chosen is None:
            return []
        years = None if chosen.single else {s.latest.end_year for s in self.series.values()}
        return self._figures(chosen.units, both_sexes=False, only_years=years)

    @cached_property
    def curricula(self) -> list[Curriculum]:
        return curricula_of(self.forms, timezone.localdate())

    @cached_property
    def not_reported(self) -> set[str]:
        """Indicators of which a source says that nothing is reported here."""
        return {f.indicator for f in self.figures}

    @cached_property
    def lacking(self) -> list[Indicator]:
        """Indicators of the node's forms and level that have no figure here."""
        level = UnitKind.SCHOOL_UNIT if self.unit is not None else UnitKind.HUVUDMAN
        have = {s.indicator.id for s in self.series.values()}
        return [i for i in catalogue().values() if i.id not in have and level in i.levels and self._relevant(i)]

    @cached_property
    def unit_choices(self) -> list[Key]:
        return choices(self.lookups, self.forms)

    @cached_property
    def units_view(self) -> UnitsView | None:
        """The units below side by side; None where there are none or no file speaks of units."""
        offered = self.unit_choices
        if not self.above_units or not self.units_below or not offered:
            return None
        usual = next((key for id in USUAL for key in offered if key[0] == id), offered[0])
        indicator, part = self.choice.key if self.choice.key in offered else usual
        about = catalogue()[indicator]
        nodes = [n for n in self.units_below if not n.school_forms or set(n.school_forms) & set(about.school_forms)]
        keys = [UnitKey(n.statistical_kind, n.statistical_code) for n in nodes]
        figures = self._figures(keys, both_sexes=False, lookups=self.lookups.only(indicator))
        return units_view(figures, nodes, about, part)

    def _figures(
        self,
        units: Sequence[UnitKey],
        *,
        both_sexes: bool,
        lookups: Lookups | None = None,
        only_years: Collection[int] | None = None,
    ) -> list[Figure]:
        return figures_of(
            units,
            self.audience,
            organiser=self.organiser,
            period=self.choice.period or periods.school_year(timezone.localdate().year + 1),
            years=self.span,
            both_sexes=both_sexes,
            lookups=lookups or self.lookups,
            only_years=only_years,
        )

    def _relevant(self, indicator: Indicator) -> bool:
        return not self.forms or bool(self.forms & set(indicator.school_forms))

    def _alike(self, node: Node) -> bool:
        """Another unit of ours with a school form in common."""
        own = self.unit
        if own is None or node.kind != NodeKind.UNIT or node.pk == own.pk:
            return False
        return bool(set(node.school_forms) & set(own.school_forms))


def period_options(figures: Sequence[Figure]) -> list[str]:
    """The school years one can look back to, latest first."""
    return [periods.school_year(year) for year in sorted({f.end_year for f in figures}, reverse=True)]


def node_level_note(node: Node, unit: Node | None, organiser: Organiser | None) -> Mapping[str, str]:
    """Whose figures a page shows where they are not the node's own: {"unit": name} or {"organiser": name}."""
    if unit is not None:
        return {"unit": unit.name} if unit.pk != node.pk else {}
    if organiser is not None and node.kind != NodeKind.COUNCIL:
        return {"organiser": organiser.name}
    return {}
