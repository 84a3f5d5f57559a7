"""The library of evaluated initiatives: what was tried, where, with which effect, and what was learned (S0.8).

Every unit reads it: no effect is as good to know as effect. Searched as everything is: "läsningen" finds "läsning", and
"läs" both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from styrkedja.access.gate import Access
from styrkedja.core.searching import query_of
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Node, Placement
from styrkedja.plans.models import Evaluation, Initiative, PlanWords

from . import queries
from .listing import latest_evaluations
from .places import Places
from .showing import Judged, released


@dataclass(frozen=True)
class Entry:
    """One evaluated initiative. unit: where it was tried, as the chain calls it."""

    initiative: Initiative
    unit: str
    judged: Judged


def found(wanted: Mapping[str, Any]) -> QuerySet[PlanWords]:
    """Evaluated initiatives that fit `q`, `form` (school form), `verdict`, `area` and `indicator`, by their words.

    Latest verdict first.
    """
    every = PlanWords.objects.filter(state="judged").only("title", "at")
    if (query := query_of(wanted.get("q", ""))) is not None:
        every = every.filter(words=query)
    if fits := _fits(wanted):
        every = every.filter(pk__in=Initiative.objects.filter(fits).order_by().values("pk"))
    if verdict := wanted.get("verdict"):
        latest = Evaluation.objects.filter(initiative=OuterRef("pk")).order_by("-number").values("verdict")[:1]
        every = every.alias(verdict=Subquery(latest)).filter(verdict=verdict)
    return every.order_by("-at", "pk")


def _fits(wanted: Mapping[str, Any]) -> Q:
    fits = Q()
    if indicator := wanted.get("indicator"):
        fits &= Q(indicator=indicator)
    if area := wanted.get("area"):
        fits &= Q(indicator__in=of_area(area))
    if form := wanted.get("form"):
        fits &= Q(node__in=_nodes_of_form(form))
    return fits


def of_area(key: str) -> list[str]:
    """Indicators that stand under a goal area ("lgr22/kunskaper") with any of their parts."""
    curriculum, _slash, area = key.partition("/")
    return [i.id for i in catalogue().values() if any(i.goal_area(curriculum, part) == area for part in i.parts)]


def _nodes_of_form(form: str) -> QuerySet[Any]:
    """Nodes of a school form, and the teams that have hung under them."""
    units = Node.objects.filter(school_forms__contains=[form]).order_by().values("pk")
    teams = Placement.objects.filter(parent__in=units).order_by().values("node")
    groups = Placement.objects.filter(parent__in=Placement.objects.filter(parent__in=units).values("node")).order_by()
    return units.union(teams, groups.values("node"))


def entries(page: Iterable[PlanWords], access: Access) -> list[Entry]:
    """The page's initiatives as this reader may see them. A fixed number of queries."""
    kept = queries.initiatives().in_bulk([words.pk for words in page])
    listed = [kept[words.pk] for words in page if words.pk in kept]
    evaluations = latest_evaluations(listed)
    judged = released(evaluations.values(), access)
    places = Places(access.tree)
    return [Entry(i, _unit(i, places), judged[evaluations[i.pk].pk]) for i in listed if i.pk in evaluations]


def _unit(initiative: Initiative, places: Places) -> str:
    """ "Björkskolan", "Björkskolan, Arbetslag 7-9"; a closed node by its own name."""
    unit = places.tree.unit_of(initiative.node_id)
    if unit is None or unit.pk == initiative.node_id:
        return initiative.node.name
    return f"{unit.name}, {initiative.node.name}"
