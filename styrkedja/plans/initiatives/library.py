"""The library of evaluated initiatives: what was tried, where, with which effect, and what was learned (S0.8).

Every unit reads it: no effect is as good to know as effect. PostgreSQL's Swedish stems: "läsningen" finds "läsning".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import OuterRef, QuerySet, Subquery

from styrkedja.access.gate import Access
from styrkedja.indicators.catalogue import catalogue
from styrkedja.organisation.models import Node, Placement
from styrkedja.plans.models import Evaluation, Initiative, InitiativeState

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


def found(wanted: Mapping[str, Any]) -> QuerySet[Initiative]:
    """Evaluated initiatives that fit `q`, `form` (school form), `verdict` and `indicator`; latest verdict first."""
    latest = Evaluation.objects.filter(initiative=OuterRef("pk")).order_by("-number")
    every = queries.initiatives().filter(state=InitiativeState.EVALUATED)
    every = every.annotate(
        judged_at=Subquery(latest.values("made_at")[:1]), verdict=Subquery(latest.values("verdict")[:1])
    )
    if text := wanted.get("q", "").strip():
        query = SearchQuery(text, config="swedish", search_type="websearch")
        said = Initiative.objects.filter(words=query).order_by().values("pk")
        every = every.filter(pk__in=said.union(Evaluation.objects.filter(words=query).order_by().values("initiative")))
    if verdict := wanted.get("verdict"):
        every = every.filter(verdict=verdict)
    if indicator := wanted.get("indicator"):
        every = every.filter(indicator=indicator)
    if area := wanted.get("area"):
        every = every.filter(indicator__in=of_area(area))
    if form := wanted.get("form"):
        every = every.filter(node__in=_nodes_of_form(form))
    return every.order_by("-judged_at", "pk")


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


def entries(page: Iterable[Initiative], access: Access) -> list[Entry]:
    """The page's initiatives as this reader may see them. A fixed number of queries."""
    listed = list(page)
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
