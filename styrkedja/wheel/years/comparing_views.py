"""The page where years stand side by side, for everybody who sees the wheel."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell
from styrkedja.wheel.models import AnnualCycle
from styrkedja.wheel.tasks.queries import current, cycles_at

from . import comparing

YEAR, DAY, PLACE = "ar", "dag", "plats"
WHOLE = "hela"  # to the end of each year, though the latest still goes on


@requires(P.WHEEL_READ)
@require_GET
def year_compare(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Steps down, years across."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    elsewhere = _place(request, access)
    if elsewhere is not None and elsewhere.pk != here.pk:
        kept = {name: value for name in (YEAR, DAY) if (value := request.GET.get(name, ""))}
        return redirect(reverse("wheel:year_compare", args=[elsewhere.pk], query=kept))
    cycles = cycles_at(access, here)
    chosen = _chosen(request, cycles) or current(cycles, access.today)
    context = {**node_shell(access, here, "wheel"), "chosen": chosen}
    if chosen:
        same_day = request.GET.get(DAY) != WHOLE
        held = comparing.series_of(cycles, chosen)
        found = comparing.compare(access, here, held, same_day=same_day)
        context |= {
            "found": found,
            "same_day": same_day,
            "goes_on": any(found.days) or not same_day,
            "places": _places(access, chosen),
            "others": _others(cycles, held),
        }
    return render(request, "wheel/years/compare.html", context)


def _chosen(request: HttpRequest, cycles: list[AnnualCycle]) -> AnnualCycle | None:
    return next((c for c in cycles if str(c.pk) == request.GET.get(YEAR)), None)


def _place(request: HttpRequest, access: Access) -> Node | None:
    """Another place, chosen on the page."""
    wanted = request.GET.get(PLACE, "")
    return next((node for pk, node in access.tree.nodes.items() if str(pk) == wanted), None)


def _places(access: Access, chosen: AnnualCycle) -> list[Node]:
    """The place of the year, and the units below it that the person sees the wheel of."""
    may = access.nodes_for(P.WHEEL_READ)
    whole = access.tree.nodes.get(chosen.node_id)
    found = [*([whole] if whole else []), *access.tree.units(chosen.node_id)]
    return [node for node in found if node.pk in may]


def _others(cycles: list[AnnualCycle], held: list[AnnualCycle]) -> list[AnnualCycle]:
    """A year of each other wheel or place, and of the years before those shown."""
    shown, found = {(c.node_id, c.wheel) for c in held}, []
    for cycle in cycles:
        if (cycle.node_id, cycle.wheel) not in shown:
            shown.add((cycle.node_id, cycle.wheel))
            found.append(cycle)
    return found
