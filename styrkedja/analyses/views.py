"""Pages of an analysis: the node's list, the one being written, what is frozen, and the moves between them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.documents import queries as documents
from styrkedja.documents.models import DocumentState
from styrkedja.documents.retention import still_there
from styrkedja.organisation.shell import node_shell

from . import actions, areas, editing, material, queries, quoted, reading, rules
from .body import working_body
from .models import Analysis, Step

READERS = queries.READ[DocumentState.ESTABLISHED]


@requires(*READERS, any_day=True)
@require_GET
def node(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """The node's analyses by year, and those of the units below."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = reading.node_page(access, here)
    return render(request, "analyses/node.html", {**node_shell(access, here, "analyses"), **context})


@requires(P.ANALYSIS_WRITE)
@require_POST
def start(request: HttpRequest, node_id: UUID) -> HttpResponse:
    access = access_of(request)
    here = access.tree.nodes[node_id]
    try:
        begun = actions.start(node=here, period=request.POST.get("period", ""), by=access.person)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("analyses:node", here.pk)
    return redirect("analyses:edit", begun.pk)


@requires(P.ANALYSIS_WRITE, node=queries.node_of)
@require_GET
def edit(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Figures to the left, the steps to the right. What is handed in is read, not edited."""
    found = queries.analysis(analysis_id)
    if not found.document.is_open:
        return redirect("analyses:read", found.pk)
    return render(request, "analyses/edit.html", _editing_context(request, found))


def _editing_context(request: HttpRequest, found: Analysis) -> dict[str, Any]:
    access = access_of(request)
    tree = queries.tree_of(found.node, found.period)
    curricula = areas.of_node(found.node, found.period, tree)
    rows = editing.Rows(found)
    units = [n for n in access.tree.units(found.node.pk) if n.pk != found.node.pk and n.statistical_code]
    shown = material.chosen_node([found.node, *units], request.GET.get("om", ""))
    already = [quoted.identity_of(quote.figure) for quote in rows.quotes]
    deleted = queries.deleted_rows(found)
    return {
        **node_shell(access, found.node, "analyses"),
        "analysis": found,
        "steps": editing.steps(found),
        "material": material.about(access, shown, found.period, curricula, already),
        "nodes": [found.node, *units],
        "parts": editing.area_parts(rows, quoted.audience_for(access)),
        "area_choices": editing.area_choices(curricula),
        "causes": [editing.form_of(cause, rows=rows) for cause in rows.causes],
        "needs": [editing.form_of(need, rows=rows) for need in rows.needs],
        "participation": editing.participation_forms(found, rows),
        "units": editing.unit_parts(found, rows),
        "lists_units": rules.lists_units(found.node.kind),
        "previous": reading.previous(access, found),
        "returned": documents.returned(found.document),
        "deleted": deleted,
        "just_deleted": next((r for r in deleted if str(r.pk) == request.GET.get("borttaget")), None),
    }


@requires(P.ANALYSIS_WRITE, node=queries.node_of)
@require_POST
def step(request: HttpRequest, analysis_id: UUID, name: str) -> HttpResponse:
    """Mark a step as complete, or take the mark away; then on to the next."""
    if name not in Step.values:
        raise Http404
    found, done = queries.analysis(analysis_id), request.POST.get("done") == "1"
    _attempt(request, lambda: actions.mark_step(analysis=found, step=name, done=done, by=access_of(request).person))
    order = [s["id"] for s in editing.steps(found)]
    following = order[min(order.index(name) + 1, len(order) - 1)] if done and name in order else name
    return redirect(f"{reverse('analyses:edit', args=[found.pk])}#steg-{following}")


@requires(P.ANALYSIS_WRITE, node=queries.node_of)
@require_POST
def units(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Take in what the units have established since."""
    found = queries.analysis(analysis_id)
    _attempt(request, lambda: actions.gather_units(analysis=found, by=access_of(request).person))
    return redirect(f"{reverse('analyses:edit', args=[found.pk])}#steg-{Step.UNITS.value}")


def _attempt(request: HttpRequest, act: Any) -> bool:
    """Do it, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    return True


@requires(P.ANALYSIS_SUBMIT, node=queries.node_of)
def submit(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """What is missing, or how it reads; then hand it in."""
    found = queries.analysis(analysis_id)
    if not found.document.is_open:
        return redirect("analyses:read", found.pk)
    if request.method == "POST":
        try:
            actions.submit(analysis=found, expected=_expected(request), by=access_of(request).person)
        except actions.Incomplete:
            pass  # the page lists what is missing
        except Conflict:
            messages.warning(request, _("The text was changed while you read it. Read it again before you hand it in."))
            return redirect("analyses:submit", found.pk)
        else:
            messages.success(request, _("The analysis has been handed in."))
            return redirect("analyses:read", found.pk)
    access, body = access_of(request), working_body(found)
    context = {
        **node_shell(access, found.node, "analyses"),
        **reading.body_context(access, found, body),
        "missing": reading.missing_by_step(found, body),
    }
    return render(request, "analyses/submit.html", context)


def _expected(request: HttpRequest) -> int:
    """The document's version a form was made from; 0, which never fits, where it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@requires(*READERS, node=queries.node_of, any_day=True)
@require_GET
def read(request: HttpRequest, analysis_id: UUID, number: int | None = None) -> HttpResponse:
    """A version, word for word, for ever; the latest this person may read, or the one asked for."""
    access, found = access_of(request), queries.analysis(analysis_id)
    if number is None and not found.document.versions.exists():
        visible_node(access, found.node.pk, queries.READ[DocumentState.DRAFT], any_day=True)
        still_there(found.document)
        return redirect("analyses:preview", found.pk)
    version = queries.version_to_read(access, found, number)
    context = reading.version_page(access, found, version)
    return render(request, "analyses/read.html", {**node_shell(access, found.node, "analyses"), **context})


@requires(*queries.READ[DocumentState.DRAFT], node=queries.node_of, any_day=True)
@require_GET
def preview(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """The draft as it will read."""
    access, found = access_of(request), queries.analysis(analysis_id)
    if not found.document.is_open:
        return redirect("analyses:read", found.pk)
    context = {**reading.body_context(access, found, working_body(found)), "draft": True}
    context["writes_at"] = access.nodes_for(P.ANALYSIS_WRITE)
    return render(request, "analyses/read.html", {**node_shell(access, found.node, "analyses"), **context})
