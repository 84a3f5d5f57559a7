"""The pages of *Var är vi?*: a node, and one indicator of a node. As pictures, as tables and as CSV."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.text import slugify

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission
from styrkedja.core import periods
from styrkedja.organisation.shell import node_shell

from . import presenting
from .catalogue import catalogue
from .exports import csv_response, figures_csv
from .pages import Choice, Results

VIEWS = ("diagram", "tabell", "csv")


@requires(Permission.FIGURES_MASKED, Permission.FIGURES_FULL)
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """*Var är vi?* of a node."""
    here = access_of(request).tree.nodes[node_id]
    results = Results(access_of(request), here, _choice(request))
    view = _view(request)
    if view == "csv":
        return csv_response(figures_csv(presenting.page_figures(results)), slugify(f"{here.name} resultat"))
    context = node_shell(access_of(request), here, current="where")
    context |= presenting.node_page(results, request.GET, view)
    context["import_url"] = _import_url(request)
    return render(request, "indicators/node.html", context)


@requires(Permission.FIGURES_MASKED, Permission.FIGURES_FULL)
def indicator(request: HttpRequest, node_id: UUID, indicator_id: str) -> HttpResponse:
    """One indicator of a node: what it is, its years, its sources."""
    if indicator_id not in catalogue():
        raise Http404
    here = access_of(request).tree.nodes[node_id]
    part = request.GET.get("del", "")
    choice = _choice(request, measure=f"{indicator_id}/{part}" if part else indicator_id)
    results = Results(access_of(request), here, choice, indicator=indicator_id, years=None)
    view = _view(request)
    if view == "csv":
        return csv_response(figures_csv(presenting.page_figures(results)), slugify(f"{here.name} {indicator_id}"))
    context = node_shell(access_of(request), here, current="where")
    context["chain"][-1]["url"] = reverse("indicators:node", args=[here.pk])
    context["chain"].append({"label": str(catalogue()[indicator_id].short_name), "url": None})
    context |= presenting.indicator_page(results, catalogue()[indicator_id], part, request.GET, view)
    return render(request, "indicators/indicator.html", context)


def _choice(request: HttpRequest, measure: str = "") -> Choice:
    """The address's choices; what cannot be meant counts as not chosen."""
    get: Any = request.GET.get
    period = get("lasar", "")
    return Choice(
        period=period if periods.is_period(period) else "",
        comparison=get("jamfor", ""),
        measure=measure or get("matt", ""),
    )


def _view(request: HttpRequest) -> str:
    chosen = request.GET.get("visa", "")
    return chosen if chosen in VIEWS else VIEWS[0]


def _import_url(request: HttpRequest) -> str:
    """Where figures come in, for those who may bring them."""
    if not access_of(request).holds(Permission.IMPORT):
        return ""
    try:
        return reverse("intake:list")
    except NoReverseMatch:
        return ""
