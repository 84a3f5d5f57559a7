"""National goal areas as an analysis uses them: which there are for a node, their names and their order."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from styrkedja.core import periods
from styrkedja.indicators.curricula import CONDITIONS, Area, Curriculum, area, conditions, curricula, curricula_of
from styrkedja.organisation.models import Node, SchoolForm
from styrkedja.organisation.tree import Tree

from .models import Citation, Evidence, Finding, Quote, Row

# What may stand under an area, in the order it is read.
KINDS = ("figures", "findings", "evidence", "citations")
# Where an analysis begins: every curriculum asks about knowledge first, and about values.
ALWAYS = ("kunskaper", "normer")
_KIND: dict[type[Row], str] = {Quote: "figures", Finding: "findings", Evidence: "evidence", Citation: "citations"}


def kind_of(row: Row) -> str:
    return _KIND[type(row)]


def of_node(node: Node, period: str, tree: Tree) -> list[tuple[Curriculum, list[Area]]]:
    """The curricula of a node's school forms (of its units' where it has none of its own), with their areas.

    Last of each: what is no goal but what the work rests on.
    """
    forms = set(node.school_forms) or {form for unit in tree.units(node.pk) for form in unit.school_forms}
    day = periods.bounds(period)[1]
    found = curricula_of(forms, day) or curricula_of((), day) or [*curricula().values()]
    return [(c, [*c.areas, conditions(c.id)]) for c in found]


def by_key(key: str) -> Area:
    """The area a key names. Raises KeyError for an unknown one."""
    curriculum, _slash, id = key.partition("/")
    if id == CONDITIONS and curriculum in curricula():
        return conditions(curriculum)
    return area(key)


def named(key: str) -> dict[str, Any]:
    """An area as the body keeps it, both its names with it: readable whatever becomes of the catalogue."""
    known = by_key(key)
    return {"key": key, "sv": known.sv, "en": known.en}


def in_order(keys: Iterable[str]) -> list[str]:
    """As in the curricula, in the order a child meets them."""
    forms = SchoolForm.values
    ordered = sorted(curricula().values(), key=lambda c: min(forms.index(form) for form in c.school_forms))
    every = [a.key for c in ordered for a in (*c.areas, conditions(c.id))]
    rank = {key: place for place, key in enumerate(every)}
    return sorted(keys, key=lambda key: (rank.get(key, len(rank)), key))
