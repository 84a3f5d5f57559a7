"""The page of where the year stands below a node, its file, and the one button that reminds."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.spreadsheets import Cell, csv_response
from styrkedja.dialogues.pressing import tell_reminded
from styrkedja.organisation.shell import node_shell
from styrkedja.wheel.models import AnnualCycle

from . import progress as reading
from . import queries, reminder_actions

ONLY_LATE, FIRST, YEAR = "visa", "fran", "ar"


@requires(P.WHEEL_READ)
@require_GET
def progress(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Units down, the steps of the year across; the late first."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    cycles = queries.cycles_at(access, here)
    cycle, only_late = _chosen(request, cycles), request.GET.get(ONLY_LATE) == "sena"
    context = {**node_shell(access, here, "wheel"), "cycles": cycles, "cycle": cycle, "only_late": only_late}
    if cycle:
        found, steps = reading.matrix(access, here, cycle, only_late=only_late)
        first = _number(request.GET.get(FIRST, "")) or reading.first_shown(steps, access.today)
        context |= {
            "matrix": found,
            "sheet": reading.sheet(here, found, steps, first=first),
            "may_remind": cycle.state == "published" and access.can(P.REQUEST_MAKE, here),
        }
    return render(request, "wheel/tasks/progress.html", context)


@requires(P.WHEEL_READ)
@require_GET
def progress_csv(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Every step at once, in words."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    cycle = _chosen(request, queries.cycles_at(access, here))
    rows: list[list[Cell]] = []
    header = [_("Unit")]
    if cycle:
        found, steps = reading.matrix(access, here, cycle, only_late=request.GET.get(ONLY_LATE) == "sena")
        header += [f"{one.starts.isoformat()} {one.title}" for one in steps]
        rows = [[row.node.name, *(cell.word for cell in row.cells), row.days_late] for row in found.rows]
    return csv_response("arshjul.csv", [*header, _("Days late")], rows)


@requires(P.REQUEST_MAKE)
@require_POST
def remind(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Those who answer for what is late in the matrix."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    cycle = _chosen(request, queries.cycles_at(access, here), request.POST.get(YEAR, ""))
    if cycle:
        late = reading.late_tasks(access, here, cycle)
        tell_reminded(request, reminder_actions.remind(tasks=late, tree=access.tree, by=access.person))
    kept = {name: value for name in (YEAR, ONLY_LATE, FIRST) if (value := request.POST.get(name, ""))}
    return redirect(reverse("wheel:progress", args=[node_id], query=kept))


def _chosen(request: HttpRequest, cycles: list[AnnualCycle], wanted: str | None = None) -> AnnualCycle | None:
    """The year asked for; else the one that goes on today, the latest of them; else the latest."""
    asked = request.GET.get(YEAR, "") if wanted is None else wanted
    today = access_of(request).today
    for one in cycles:
        if str(one.pk) == asked:
            return one
    return queries.current(cycles, today)


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 0
