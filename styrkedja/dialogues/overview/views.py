"""The administration's view: the matrix, its export and its one reminder; and where a node's work was used above."""

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
from styrkedja.dialogues.models import ObligationKind
from styrkedja.dialogues.owing import owed_to
from styrkedja.dialogues.pressing import tell_reminded
from styrkedja.dialogues.requests import reminder_actions
from styrkedja.organisation.shell import node_shell

from . import provenance
from .matrix import matrix as read_matrix
from .matrix import rows_of, sheet

ONLY_LATE = "visa"  # the name of the filter in the address; its value "sena"
FIRST = "fran"  # the number of the first open request that has a column


def _only_late(request: HttpRequest) -> bool:
    return request.GET.get(ONLY_LATE) == "sena"


def _first(request: HttpRequest) -> int:
    given = request.GET.get(FIRST, "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 5 else 1


@requires(P.DIALOGUE_READ)
@require_GET
def matrix(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Units down, steps across; the late first."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    found = read_matrix(access, here, only_late=_only_late(request))
    context = {
        **node_shell(access, here, "dialogues"),
        "matrix": found,
        "sheet": sheet(access, found, first=_first(request)),
        "only_late": _only_late(request),
        "may_ask": access.can(P.REQUEST_MAKE, here),
    }
    return render(request, "dialogues/overview/matrix.html", context)


@requires(P.DIALOGUE_READ)
@require_GET
def matrix_csv(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """The same cells as on the page, in words, with every open request at once."""
    access = access_of(request)
    found = read_matrix(access, access.tree.nodes[node_id], only_late=_only_late(request))
    header = [_("Unit"), *(column.label for column in found.columns), _("Days late")]
    rows: list[list[Cell]] = [[row.node.name, *(cell.word for cell in row.cells), row.days_late] for row in found.rows]
    return csv_response("matris.csv", header, rows)


@requires(P.REQUEST_MAKE)
@require_POST
def remind(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Everyone in the matrix that is late with an answer to this node."""
    access = access_of(request)
    shown = {n.pk for n in rows_of(access, access.tree.nodes[node_id])}
    late = [o.id for o in owed_to([node_id]) if o.kind != ObligationKind.FEEDBACK and o.is_late and o.owes.pk in shown]
    tell_reminded(request, reminder_actions.remind(obligations=late, by=access.person))
    kept = f"?{ONLY_LATE}=sena" if request.POST.get(ONLY_LATE) == "sena" else ""
    return redirect(f"{reverse('dialogues:matrix', args=[node_id])}{kept}")


@requires(P.DIALOGUE_READ, any_day=True)
@require_GET
def uses(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """Where the node's analyses, figures and initiatives were used above."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = {**node_shell(access, here, "dialogues"), **provenance.uses(access, here)}
    return render(request, "dialogues/overview/uses.html", context)
