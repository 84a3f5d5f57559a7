"""The pages of a node's year, and the same year as files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.spreadsheets import Cell, attachment, csv_response
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.shell import node_shell, opened
from styrkedja.wheel.drawing import words
from styrkedja.wheel.drawing.picture import draw
from styrkedja.wheel.drawing.rings import LEVELS
from styrkedja.wheel.drawing.timeline import draw_timeline
from styrkedja.wheel.models import CycleState
from styrkedja.wheel.years.own_queries import own_before

from . import choosing, listing, picturing, reading
from .picturing import address_of
from .reading import Shown


@requires(P.WHEEL_READ)
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """To the year of the place one is first of all at."""
    access = access_of(request)
    readable = access.nodes_for(P.WHEEL_READ)
    own = [a.node_id for a in access.assignments if a.node_id in readable]
    root = access.tree.root()
    return redirect("wheel:node", node_id=own[0] if own or root is None else root.pk)


@requires(P.WHEEL_READ)
@require_GET
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """The year of a node: as wheel, list, timeline or table, as the address says."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    shown = reading.read(access, here, request.GET)
    context = {**node_shell(access, here, "wheel"), "plan_url": _plan_url(access)}
    if shown is None:
        return render(request, "wheel/picture/empty.html", {**context, "below": _years_below(access, here)})
    return render(request, "wheel/picture/node.html", {**context, **_page(access, shown)})


def _page(access: Access, shown: Shown) -> dict[str, Any]:
    view, choice = shown.choice.shown, shown.choice
    page: dict[str, Any] = {
        "shown": shown,
        "choice": choice,
        "view": view,
        "views": _views(choice),
        "divisions": choosing.divisions(choice) if view in (choosing.WHEEL, choosing.TIMELINE) else [],
        "filters": _filters(shown),
        "downloads": _downloads(shown),
        "legend": words.legend(shown.entries, returns=bool(shown.returns) and view == choosing.WHEEL),
        "embed": _embeddable(access, shown),
        "subscribe": address_of("wheel:calendar"),
        **_own(access, shown),
        "years_url": reverse("wheel:years"),
        "progress_url": opened(access, "wheel:progress", shown.node),
        "list_url": choice.address(view=choosing.LIST),
        "clear_url": choosing.Choice(view=choice.view, period=choice.period, rings=choice.rings).address(),
    }
    if view == choosing.WHEEL:
        page |= {"svg": draw(picturing.scene(shown)), "month": reading.this_month(shown.entries, shown.today)}
        page["month_list"] = listing.listed(page["month"])
        page["month_first"] = shown.today.replace(day=1)
    if view == choosing.TIMELINE:
        title = f"{_('Annual wheel')} {shown.year.period}, {shown.node.name}"
        page["svg"] = draw_timeline(shown.entries, shown.year, shown.today, title=title, rings=choice.ringed)
    if view in (choosing.WHEEL, choosing.LIST, choosing.TABLE):
        page["months"] = reading.by_month(shown.entries)
    return page


def _views(choice: choosing.Choice) -> list[dict[str, Any]]:
    named = (
        (choosing.WHEEL, _("Wheel"), "wheel"),
        (choosing.LIST, pgettext("view", "List"), "list"),
        (choosing.TIMELINE, _("Timeline"), "chart"),
        (choosing.TABLE, _("Table"), "table"),
    )
    return [
        {"label": label, "icon": icon, "url": choice.address(view=view), "current": choice.shown == view}
        for view, label, icon in named
    ]


def _filters(shown: Shown) -> list[dict[str, Any]]:
    """The choices one has: only what occurs in the year."""
    kinds = {e.activity.kind: words.kind(e.activity.kind) for e in shown.all}
    states = {e.state.value: str(e.state.label) for e in shown.all}
    by = shown.choice.ringed
    rings = {ring: name for ring, name in by.names.items() if any(by.of(e) == ring for e in shown.all)}
    months = [(f"{first:%Y-%m}", words.month_name(first).capitalize()) for first, _b, _e in shown.year.months]
    found: list[tuple[str, str, list[tuple[str, Any]], bool]] = [
        ("period", _("Year"), [(period, period) for period in shown.periods], False),
        ("cycle", _("Annual wheel"), [(str(c.pk), str(c)) for c in shown.cycles], True),
        ("month", _("Month"), months, True),
        ("kind", _("Kind"), sorted(kinds.items(), key=lambda pair: pair[1]), True),
        ("ring", _("Level") if by.by_level else _("Ring"), list(rings.items()), True),
        ("state", _("State"), list(states.items()), True),
    ]
    return [
        {
            "name": choosing.NAMES[name],
            "label": label,
            "value": getattr(shown.choice, name) or (shown.year.period if name == "period" else ""),
            "options": options,
            "all": may_be_left,
        }
        for name, label, options, may_be_left in found
        if len(options) > 1
    ]


def _downloads(shown: Shown) -> list[dict[str, str]]:
    chosen = shown.choice.address(view="")
    named = (("a4", "PDF, A4"), ("a3", "PDF, A3"), ("svg", "SVG"), ("png", "PNG"))
    found = [
        {"label": label, "url": reverse("wheel:picture", args=[shown.node.pk, name]) + chosen} for name, label in named
    ]
    return [*found, {"label": "CSV", "url": reverse("wheel:table_csv", args=[shown.node.pk]) + chosen}]


def _embeddable(access: Access, shown: Shown) -> list[dict[str, Any]]:
    plans = access.nodes_for(P.WHEEL_PLAN)
    return [
        {"label": str(cycle), "url": reverse("wheel:embed", args=[cycle.pk])}
        for cycle in shown.cycles
        if cycle.node_id in plans and cycle.published_at
    ]


def _own(access: Access, shown: Shown) -> dict[str, str]:
    """Where this place puts something of its own, if it may (of several published years one chooses there), and where
    it brings in what it had last year. One query, of those who may.
    """
    if not access.can(P.WHEEL_ADD, shown.node) or shown.node.kind not in (NodeKind.UNIT, NodeKind.TEAM, NodeKind.GROUP):
        return {}
    going = next((cycle for cycle in shown.cycles if cycle.state == CycleState.PUBLISHED), None)
    if going is None:
        return {}
    at = [going.pk, shown.node.pk]
    again = reverse("wheel:own_from_last", args=at) if own_before(going, shown.node) else ""
    return {"add_url": reverse("wheel:own_add", args=at), "own_last_url": again}


def _plan_url(access: Access) -> str:
    return address_of("wheel:years") if access.holds(P.WHEEL_PLAN) else ""


def _years_below(access: Access, here: Node) -> list[dict[str, Any]]:
    """Places below that have a year of their own."""
    found = reading.cycles_below(access, here)
    return [{"label": node.name, "url": opened(access, "wheel:node", node)} for node in found]


@requires(P.WHEEL_READ)
@require_GET
def table_csv(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """The rows of the table as they are chosen."""
    shown = _shown(request, node_id)
    header = [
        _("No."), _("Activity"), _("Kind"), _("First day"), _("Last day"), _("Level"), pgettext("wheel", "Place"),
        _("Responsible"), _("State"), pgettext("wheel", "Places"), _("Places done"),
    ]  # fmt: skip
    rows: list[list[Cell]] = [
        [
            e.activity.number, e.title, words.kind(e.activity.kind), e.starts.isoformat(), e.ends.isoformat(),
            str(LEVELS.names[e.ring]), e.node.name, e.responsible, str(e.state.label), e.places, e.places_done,
        ]
        for e in shown.entries
    ]  # fmt: skip
    return csv_response("arshjul.csv", header, rows)


@requires(P.WHEEL_READ)
@require_GET
def picture(request: HttpRequest, node_id: UUID, picture_format: str) -> HttpResponse:
    """The wheel as SVG, PNG or PDF; the PDF with the list on the pages that follow."""
    if picture_format not in picturing.FORMATS:
        raise Http404
    shown = _shown(request, node_id)
    content_type, name = picturing.FORMATS[picture_format]
    return attachment(name, picturing.rendered(shown, picture_format), content_type)


def _shown(request: HttpRequest, node_id: UUID) -> Shown:
    access = access_of(request)
    shown = reading.read(access, access.tree.nodes[node_id], request.GET)
    if shown is None:
        raise Http404
    return shown
