"""What the editing page of a plan sends: rows saved as one types or by a button, added, removed, put back.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else a page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import OperationalPlan, PlanRow

from . import queries, row_actions
from .forms import RowForm, compared, differences, form_of
from .views import TAB

writes = requires(P.PLAN_WRITE, node=queries.node_of)


def back_to(plan: OperationalPlan, anchor: str, **query: str) -> HttpResponseRedirect:
    """The editing page, at the row."""
    return HttpResponseRedirect(reverse("plans:plan_edit", args=[plan.pk], query=query, fragment=anchor))


@writes
@require_POST
def plan_row(request: HttpRequest, document_id: UUID, part: str, part_id: UUID) -> HttpResponse:
    """Save one row. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 if not the writer."""
    found = queries.plan(document_id)
    row = queries.row(found, part, part_id)
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    form = form_of(row, request.POST)
    if not form.is_valid():
        return _not_accepted(request, found, form)
    version = form.cleaned_data["version"]
    try:
        saved = row_actions.save_row(row=row, expected=version, fields=form.written(), by=access_of(request).person)
    except Conflict as conflict:
        return _both(request, found, form, conflict.current)
    except Refused as refused:
        return _refused(request, found, str(refused))
    if autosaving.by_script(request):
        return autosaving.kept(saved.version, saved.changed_at)
    messages.success(request, _("Saved %(time)s.") % {"time": autosaving.clock(saved.changed_at)})
    return back_to(found, row.anchor)


def _not_accepted(request: HttpRequest, found: OperationalPlan, form: RowForm) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(autosaving.first_error(form))
    shell = node_shell(access_of(request), found.node, TAB)
    return render(request, "plans/operational/row.html", {**shell, "plan": found, "form": form}, status=422)


def _both(request: HttpRequest, found: OperationalPlan, form: RowForm, current: PlanRow) -> HttpResponse:
    """Both texts, and three ways on: mine, theirs, or one's own put together from both."""
    context = autosaving.conflict(current, differences(form, current))
    if autosaving.by_script(request):
        return autosaving.both(request, context)
    mine = autosaving.mine_over(request, current)
    shell = node_shell(access_of(request), found.node, TAB)
    page = {**shell, **context, "plan": found, "form": form_of(current, mine), "conflict": True}
    return render(request, "plans/operational/row.html", page, status=409)


def _refused(request: HttpRequest, found: OperationalPlan, reason: str) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(reason)
    messages.error(request, reason)
    return redirect("plans:plan_read", found.pk)


@writes
@require_POST
def plan_row_add(request: HttpRequest, document_id: UUID, part: str) -> HttpResponse:
    """A new measure or consultation, ready to be written in."""
    found = queries.plan(document_id)
    try:
        row = row_actions.add_row(plan=found, slug=part, by=access_of(request).person)
    except Refused as refused:
        return _refused(request, found, str(refused))
    return back_to(found, row.anchor)


@writes
@require_POST
def plan_row_remove(request: HttpRequest, document_id: UUID, part: str, part_id: UUID) -> HttpResponse:
    """Take a row away, or (`removed` 0) put it back."""
    found = queries.plan(document_id)
    row = queries.row(found, part, part_id)
    removed = request.POST.get("removed", "1") == "1"
    try:
        row_actions.remove_row(row=row, removed=removed, by=access_of(request).person)
    except Refused as refused:
        return _refused(request, found, str(refused))
    return back_to(found, "borttaget-nyss", borttaget=str(row.pk)) if removed else back_to(found, row.anchor)


@writes
@require_GET
def plan_history(request: HttpRequest, document_id: UUID, part: str, part_id: UUID) -> HttpResponse:
    """Earlier texts of a row, each beside what stands there now; any can be taken back."""
    found = queries.plan(document_id)
    row = queries.row(found, part, part_id)
    context = {
        **node_shell(access_of(request), found.node, TAB),
        "plan": found,
        "row": row,
        "earlier": [_earlier(text, row) for text in queries.earlier_texts(row)],
    }
    return render(request, "plans/operational/history.html", context)


def _earlier(text: Any, row: PlanRow) -> dict[str, Any]:
    form = form_of(row, {**{k: v for k, v in text.fields.items() if v is not None}, "version": row.version})
    form.is_valid()
    changed = compared(form, form.cleaned_data, row_actions.written(row))
    fields = [{"label": one["label"], "then": one["mine"], "now": one["theirs"]} for one in changed]
    return {"text": text, "fields": fields, "form": form}
