"""Everything a report is built from, read once: figures as they may leave, the frozen analysis, the units.

Sections read nothing themselves. So the number of queries does not grow with units, years or sections, and all figures
of a report passed through `indicators.disclosure` together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from styrkedja.analyses import queries as analyses
from styrkedja.analyses.quoted import released_body
from styrkedja.core.values import State
from styrkedja.documents import queries as documents
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.indicators import queries as indicators
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.comparing import Comparator
from styrkedja.indicators.comparisons import ComparisonSet, comparison_sets, own_places, own_units
from styrkedja.indicators.disclosure import PUBLIC
from styrkedja.indicators.figures import Figure, UnitKey
from styrkedja.indicators.series import Key, Series, all_series
from styrkedja.organisation.models import Node, NodeKind, Organiser
from styrkedja.organisation.tree import Tree

Body = dict[str, Any]
YEARS = 6
COMPARED_WITH = "riket"


@dataclass(frozen=True)
class UnitLine:
    """A unit of the report, and its own lines of figures."""

    node: Node
    series: Mapping[Key, Series]


@dataclass(frozen=True)
class Scope:
    """What one report is about.

    figures: every disclosed figure of the node, its units and the comparison. version: the analysis the report is
    built on (established, else handed in), and body: what of it may leave. unit_versions: the units' established
    analyses, by node. analysis_state: where the working analysis stands, "" where none is begun.
    """

    node: Node
    period: str
    organiser: Organiser
    tree: Tree
    figures: tuple[Figure, ...]
    units: tuple[Node, ...]
    compared: ComparisonSet | None
    version: DocumentVersion | None
    body: Body | None
    analysis_state: str
    unit_versions: Mapping[UUID, DocumentVersion]

    @property
    def above_units(self) -> bool:
        return self.node.kind in (NodeKind.COUNCIL, NodeKind.COMMITTEE, NodeKind.ADMINISTRATION)

    @property
    def established(self) -> bool:
        return self.version is not None and self.version.is_established

    @cached_property
    def forms(self) -> set[str]:
        """School forms of the node, or of its units where it has none of its own."""
        own = self.tree.unit_of(self.node.pk) or self.node
        return set(own.school_forms) or {form for unit in self.units for form in unit.school_forms}

    @cached_property
    def series(self) -> Mapping[Key, Series]:
        """The node's own lines, in the catalogue's order."""
        unit = self.tree.unit_of(self.node.pk)
        places = ("",) if unit else own_places(self.organiser)
        return self._of(own_units(self.organiser, unit), places)

    @cached_property
    def lines(self) -> tuple[UnitLine, ...]:
        """The units below the node with their lines, by name; empty for a unit's own report."""
        if not self.above_units:
            return ()
        return tuple(UnitLine(unit, self._of(own_units(self.organiser, unit), ("",))) for unit in self.units)

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        """Every indicator and part anybody reported about the node or its units, in the catalogue's order."""
        everybody = (self.series, *(line.series for line in self.lines))
        found = {key for held in everybody for key, series in held.items() if _reported(series)}
        rank = {id: place for place, id in enumerate(catalogue())}
        parts = {id: {part: place for place, part in enumerate(i.parts)} for id, i in catalogue().items()}
        return tuple(sorted(found, key=lambda k: (rank[k[0]], parts[k[0]].get(k[1], len(parts[k[0]])), k[1])))

    @cached_property
    def comparator(self) -> Comparator:
        return Comparator(self.compared, self.figures)

    @cached_property
    def _names(self) -> dict[UnitKey, str]:
        named = {UnitKey(n.statistical_kind, n.statistical_code): n.name for n in self.tree.nodes.values()}
        return named | dict.fromkeys(own_units(self.organiser, None), self.organiser.name)

    def name_of(self, kind: str, code: str, otherwise: str) -> str:
        """What we call a statistical unit of ours; another's is named as its source does."""
        return self._names.get(UnitKey(kind, code)) or otherwise

    @cached_property
    def _by_unit(self) -> dict[UnitKey, list[Figure]]:
        found: dict[UnitKey, list[Figure]] = {}
        for figure in self.figures:
            found.setdefault(figure.unit, []).append(figure)
        return found

    def _of(self, units: Iterable[UnitKey], places: Iterable[str]) -> dict[Key, Series]:
        wanted = list(units)
        held = [f for unit in wanted for f in self._by_unit.get(unit, []) if self._belongs(f)]
        return all_series(held, wanted, list(places))

    def _belongs(self, figure: Figure) -> bool:
        """An organiser's figure about a school form the node has nothing to do with is left out."""
        return not self.forms or bool(self.forms & set(figure.definition.school_forms))


def _reported(series: Series) -> bool:
    return any(f.state != State.MISSING for f in series.whole)


def gather(node: Node, period: str, organiser: Organiser) -> Scope:
    """Read all a report of the node for the period needs. A fixed number of queries."""
    tree = analyses.tree_of(node, period)
    units = tuple(tree.units(node.pk))
    compared = next((s for s in comparison_sets(node, organiser, ()) if s.id == COMPARED_WITH), None)
    figures = _figures(node, units, tree, organiser, compared, period)
    version, state = _analysis(node, period)
    return Scope(
        node=node,
        period=period,
        organiser=organiser,
        tree=tree,
        figures=tuple(figures),
        units=units,
        compared=compared,
        version=version,
        body=released_body(version.body, PUBLIC, both_languages=True) if version else None,
        analysis_state=state,
        unit_versions=documents.established_versions(DocumentKind.ANALYSIS, period, [u.pk for u in units]),
    )


def _figures(
    node: Node, units: Iterable[Node], tree: Tree, organiser: Organiser, compared: ComparisonSet | None, period: str
) -> list[Figure]:
    wanted = set(own_units(organiser, tree.unit_of(node.pk)))
    wanted |= {key for unit in units for key in own_units(organiser, unit)}
    wanted |= set(compared.units if compared else ())
    return indicators.figures_of(wanted, PUBLIC, organiser=organiser, period=period, years=YEARS)


def _analysis(node: Node, period: str) -> tuple[DocumentVersion | None, str]:
    """The version to build on, and where the working analysis stands. A draft is never built on: its words are
    its writers' own until they hand them in (invariant 19)."""
    document = documents.document_for(DocumentKind.ANALYSIS, node, period)
    if document is None:
        return None, ""
    version = analyses.frozen_analysis(node, period) or documents.latest_version(document, [DocumentState.SUBMITTED])
    return version, document.state
