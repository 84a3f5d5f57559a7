"""The figures a reader may see: every query here has passed `disclosure`. Other rooms read figures nowhere else.

Serves *Var är vi?*, the situation analysis that quotes figures frozen, and reports. A figure carries its source,
period, place, population, n and retrieval date; `preferred` (in `figures`) picks which source leads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from uuid import UUID

from styrkedja.access.gate import Access
from styrkedja.access.permissions import Permission
from styrkedja.core import periods as period_kinds
from styrkedja.core.values import Group, UnitKind
from styrkedja.observations.models import StatisticalUnit
from styrkedja.observations.queries import Version, statistical_units
from styrkedja.organisation.models import Node, NodeKind, Organiser
from styrkedja.organisation.tree import Tree

from .comparisons import own_units
from .disclosure import PUBLIC, Audience, disclose
from .figures import Figure, Lookups, UnitKey, raw_figures
from .members import Beside, Members, read_members
from .series import Key

YEARS = 6  # the last so many years, where a page does not ask for more
BELOW = (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP)


def audience_of(access: Access, organiser: Organiser | None) -> Audience:
    """What a person may see unmasked: the statistical units of nodes where they hold `FIGURES_FULL`."""
    ids = access.nodes_for(Permission.FIGURES_FULL)
    full = {UnitKey(n.statistical_kind, n.statistical_code) for n in _nodes(access.tree, ids) if n.statistical_code}
    root = access.tree.root()
    if root is not None and root.pk in ids:
        full |= set(own_units(organiser, None))
    return Audience("full" if full else "masked", frozenset(full))


def node_figures(
    access: Access,
    node: Node,
    *,
    period: str | None = None,
    years: int = YEARS,
    indicators: Collection[str] | None = None,
) -> list[Figure]:
    """Figures about the node, as this person may see them: every indicator, part, group and source.

    For a team or group those of its unit; above the units those of the organiser and its municipality. The last
    `years` years up to and including `period` (None: the latest there are). Queries do not grow with any of it.
    """
    organiser = Organiser.objects.first()
    units = own_units(organiser, access.tree.unit_of(node.pk))
    audience = audience_of(access, organiser)
    return figures_of(units, audience, organiser=organiser, period=period, years=years, indicators=indicators)


def public_figures(
    tree: Tree,
    nodes: Iterable[Node],
    *,
    period: str | None = None,
    years: int = YEARS,
    indicators: Collection[str] | None = None,
) -> dict[UUID, list[Figure]]:
    """Figures of nodes by node, as they may stand in a report whoever reads it. One reading for all nodes."""
    organiser = Organiser.objects.first()
    units = {node.pk: own_units(organiser, tree.unit_of(node.pk)) for node in nodes}
    wanted = {key for keys in units.values() for key in keys}
    by_unit: dict[UnitKey, list[Figure]] = {}
    for figure in figures_of(wanted, PUBLIC, organiser=organiser, period=period, years=years, indicators=indicators):
        by_unit.setdefault(figure.unit, []).append(figure)
    return {node: [f for key in keys for f in by_unit.get(key, [])] for node, keys in units.items()}


def figures_of(
    units: Iterable[UnitKey],
    audience: Audience,
    *,
    organiser: Organiser | None,
    period: str | None = None,
    years: int | None = YEARS,
    indicators: Collection[str] | None = None,
    both_sexes: bool = True,
    lookups: Lookups | None = None,
    only_years: Collection[int] | None = None,
) -> list[Figure]:
    """Figures of statistical units as `audience` may see them. `organiser` tells whose code it is where two share it.

    The last `years` up to `period`, or `only_years` (the years in which their periods end).
    Without `both_sexes` only figures of all are read: whether those are shown does not depend on the sexes.
    """
    lookups = lookups or Lookups(indicators)
    chosen = _chosen(lookups.version, frozenset(units), organiser.organisation_number if organiser else "")
    if not chosen:
        return []
    figures = raw_figures(
        chosen,
        lookups=lookups,
        periods=_window(period, years) if only_years is None else _of_years(only_years),
        groups=None if both_sexes else [Group.ALL],
    )
    return disclose(figures, audience)


def members_of(
    units: Iterable[UnitKey],
    audience: Audience,
    wanted: Mapping[Key, Beside],
    *,
    organiser: Organiser | None,
    places: Collection[str],
    lookups: Lookups,
) -> Members:
    """What the members of a set have beside each of `wanted`, as `audience` may see it."""
    chosen = _chosen(lookups.version, frozenset(units), organiser.organisation_number if organiser else "")
    return read_members(chosen, audience, wanted, places, lookups)


def as_published(
    units: Collection[StatisticalUnit] | None,
    *,
    indicators: Collection[str] | None = None,
    periods: Collection[str] | None = None,
    groups: Collection[str] | None = None,
) -> Iterator[Figure]:
    """Figures as their sources gave them, for the operator's command line on the machine itself; never for a page.

    What the sources hide is hidden; our own limits are not applied (docs/adr/0008).
    """
    return raw_figures(units, lookups=Lookups(indicators), periods=periods, groups=groups)


def units_with_figures(access: Access, node: Node) -> list[Node]:
    """The units at or below a node that published statistics can be about, by name in Swedish order."""
    return [unit for unit in access.tree.units(node.pk) if unit.statistical_code]


def _nodes(tree: Tree, ids: Iterable[UUID]) -> Iterator[Node]:
    return (tree.nodes[id] for id in ids)


@lru_cache(maxsize=500)
def _chosen(_version: Version, keys: frozenset[UnitKey], own_number: str) -> tuple[StatisticalUnit, ...]:
    """The statistical units of some keys; new ones and better names come with batches only.

    A school code two organisers share stands for ours; where neither is ours, for what no source gives to either.
    """
    by_code: dict[UnitKey, list[StatisticalUnit]] = {}
    for unit in statistical_units(keys) if keys else ():
        by_code.setdefault(UnitKey(unit.kind, unit.code), []).append(unit)
    chosen = []
    for rows in by_code.values():
        named = {u.organiser for u in rows if u.organiser}
        ours = own_number if own_number in named else (next(iter(named)) if len(named) == 1 else "")
        chosen += [u for u in rows if u.organiser in ("", ours)]
    return tuple(chosen)


def _window(period: str | None, years: int | None) -> list[str] | None:
    """Every period, school year and calendar year, of the years wanted; None for all."""
    if period is None and years is None:
        return None
    last = period_kinds.end_year(period) if period else 2100
    first = last - years + 1 if years is not None and period else 1900
    return _of_years(range(first, last + 1))


def _of_years(years: Iterable[int]) -> list[str]:
    return [period for year in years for period in (period_kinds.school_year(year), str(year))]


def latest_period(figures: Iterable[Figure]) -> str | None:
    """The school year in which the latest of the figures lies."""
    years = [f.end_year for f in figures if f.kind != UnitKind.RIKET]
    return period_kinds.school_year(max(years)) if years else None
