"""Quoted figures: how one is kept, and what of it a reader may see.

A quote keeps the figure twice: `full`, as the writer saw it, and `released`, as `indicators.disclosure` let it
leave on that day, decided with all its neighbours in view. Nothing here is read from observations again, so an
import or an undone batch changes no quote.

Shape: {"full": values, "released": values, "indicator", "part", "period", "group", "place", "population",
"kind", "code", "name", "source", "batch", "retrieved_at", "unit", "decimals", "sv": label, "en": label}, where
values are {"state", "value", "n", "numerator", "raw", "interval": [low, high] | None}.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from styrkedja.access.gate import Access
from styrkedja.indicators import queries as indicators
from styrkedja.indicators.catalogue import catalogue
from styrkedja.indicators.disclosure import MASKED, PUBLIC, Audience
from styrkedja.indicators.figures import Figure, UnitKey
from styrkedja.organisation.models import Node, Organiser

IDENTITY = ("kind", "code", "indicator", "part", "period", "group", "place", "population", "source")
VALUES = ("state", "value", "n", "numerator", "raw", "interval")


def identity(figure: Figure) -> str:
    """What tells a figure from every other, as a form carries it."""
    return "|".join(getattr(figure, name) for name in IDENTITY)


def figures_to_quote(access: Access, node: Node, period: str) -> list[Figure]:
    """The node's figures of the last years up to the period, as this person may see them."""
    return indicators.node_figures(access, node, period=period)


def freeze(access: Access, node: Node, period: str, wanted: str) -> dict[str, Any] | None:
    """The figure a form names, ready to be kept; None when there is no such figure for this person."""
    figures = {identity(f): f for f in figures_to_quote(access, node, period)}
    if wanted not in figures:
        return None
    full = figures[wanted]
    outside = {identity(f): f for f in _as_outside(full, period)}
    definition = catalogue()[full.indicator]
    part = definition.part(full.part).name
    return {
        "full": _values(full),
        "released": _values(outside[wanted]),
        **{name: getattr(full, name) for name in IDENTITY},
        "name": full.name,
        "batch": full.batch,
        "retrieved_at": full.retrieved_at.isoformat(),
        "unit": definition.unit,
        "decimals": definition.decimals,
        "sv": f"{definition.name.sv}: {part.sv}" if full.part else definition.name.sv,
        "en": f"{definition.name.en}: {part.en}" if full.part else definition.name.en,
    }


def _as_outside(figure: Figure, period: str) -> list[Figure]:
    """The figures of the same statistical unit as everybody may see them."""
    units = [UnitKey(figure.kind, figure.code)]
    return indicators.figures_of(units, PUBLIC, organiser=Organiser.objects.first(), period=period)


def _values(figure: Figure) -> dict[str, Any]:
    values = {name: getattr(figure, name) for name in VALUES}
    return {**values, "interval": list(figure.interval) if figure.interval else None}


def release(frozen: dict[str, Any], audience: Audience) -> dict[str, Any]:
    """A quoted figure as the audience may see it: one set of values, beside what the figure is about."""
    whole = audience.sees_all_of(UnitKey(frozen["kind"], frozen["code"]))
    about = {key: value for key, value in frozen.items() if key not in ("full", "released")}
    hidden_outside = frozen["full"] != frozen["released"]
    values = frozen["full"] if whole else frozen["released"]
    return {**about, **values, "small": whole and hidden_outside, "label": label(frozen)}


def label(frozen: dict[str, Any]) -> str:
    """What the figure is called, in the reader's language."""
    return str(frozen["sv"] if (get_language() or "sv").startswith("sv") else frozen["en"])


def released_body(body: dict[str, Any], audience: Audience) -> dict[str, Any]:
    """The body with every quoted figure as the audience may see it. Everything else is as it was."""
    areas = [
        {**area, "figures": [{**quote, "figure": release(quote["figure"], audience)} for quote in area["figures"]]}
        for area in body["areas"]
    ]
    return {**body, "areas": areas}


def audience_for(access: Access | None) -> Audience:
    """Who reads: a person, or (None) whoever gets hold of a report."""
    return PUBLIC if access is None else indicators.audience_of(access) or MASKED


def nodes_to_quote(node: Node, units: Iterable[Node]) -> list[Node]:
    """Whose figures can be quoted in the node's analysis: its own and, above the units, theirs."""
    return [node, *(unit for unit in units if unit.pk != node.pk and unit.statistical_code)]


def node_named(nodes: Iterable[Node], wanted: str) -> Node | None:
    try:
        pk = UUID(wanted)
    except ValueError:
        return None
    return next((node for node in nodes if node.pk == pk), None)
