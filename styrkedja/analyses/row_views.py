"""What the editing page sends: rows saved as one types or by a button, added, quoted, moved, deleted, put back.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else a page.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.documents.models import DocumentKind, DocumentState, DocumentVersion
from styrkedja.organisation.shell import node_shell

from . import areas, editing, material, queries, quoted, reading, row_actions
from .forms import FORMS, RowForm
from .models import Analysis, Need, Row

writes = requires(P.ANALYSIS_WRITE, node=queries.node_of)


def back_to(analysis: Analysis, anchor: str, **query: str) -> HttpResponseRedirect:
    """The editing page, at the row."""
    return HttpResponseRedirect(reverse("analyses:edit", args=[analysis.pk], query=query, fragment=anchor))


@writes
@require_POST
def save(request: HttpRequest, analysis_id: UUID, slug: str, row_id: UUID) -> HttpResponse:
    """Save one row. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 if not the writer."""
    found = queries.analysis(analysis_id)
    row = queries.row(found, slug, row_id)
    if type(row) not in FORMS:
        raise Http404
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    form = editing.form_of(row, request.POST)
    if not form.is_valid():
        return _not_accepted(request, found, form)
    try:
        saved = row_actions.save_row(
            row=row,
            expected=form.cleaned_data["version"],
            fields=form.written(),
            links=form.chosen(),
            by=access_of(request).person,
        )
    except Conflict as conflict:
        return _both(request, found, form, conflict.current)
    except Refused as refused:
        return _refused(request, found, str(refused))
    if autosaving.by_script(request):
        return autosaving.kept(saved.version, saved.changed_at)
    messages.success(request, _("Saved %(time)s.") % {"time": autosaving.clock(saved.changed_at)})
    return back_to(found, row.anchor)


def _not_accepted(request: HttpRequest, found: Analysis, form: RowForm) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(autosaving.first_error(form))
    context = {"analysis": found, "form": form, "row": form.row}
    shell = node_shell(access_of(request), found.node, "analyses")
    return render(request, "analyses/row.html", {**shell, **context}, status=422)


def _both(request: HttpRequest, found: Analysis, form: RowForm, current: Row) -> HttpResponse:
    """Both texts, and three ways on: mine, theirs, or one's own put together from both."""
    context = autosaving.conflict(current, editing.differences(form, current))
    if autosaving.by_script(request):
        return autosaving.both(request, context)
    mine = autosaving.mine_over(request, current)
    form = editing.form_of(current, mine)
    shell = node_shell(access_of(request), found.node, "analyses")
    page = {**shell, **context, "analysis": found, "form": form, "row": current, "conflict": True}
    return render(request, "analyses/row.html", page, status=409)


def _refused(request: HttpRequest, found: Analysis, reason: str) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(reason)
    messages.error(request, reason)
    return HttpResponseRedirect(reverse("analyses:read", args=[found.pk]))


def _acted(request: HttpRequest, found: Analysis, act: Callable[[], HttpResponse]) -> HttpResponse:
    try:
        return act()
    except Refused as refused:
        return _refused(request, found, str(refused))


def _known_area(key: str) -> str:
    try:
        areas.by_key(key)
    except KeyError:
        raise Http404 from None
    return key


@writes
@require_POST
def add(request: HttpRequest, analysis_id: UUID, slug: str) -> HttpResponse:
    """A new row, ready to be written in."""
    found = queries.analysis(analysis_id)
    area = _known_area(request.POST.get("area", "")) if slug in ("resultat", "underlag") else ""

    def act() -> HttpResponse:
        row = row_actions.add_row(analysis=found, slug=slug, area=area, by=access_of(request).person)
        return back_to(found, row.anchor)

    return _acted(request, found, act)


@writes
@require_POST
def delete(request: HttpRequest, analysis_id: UUID, slug: str, row_id: UUID) -> HttpResponse:
    found = queries.analysis(analysis_id)
    row = queries.row(found, slug, row_id)

    def act() -> HttpResponse:
        row_actions.delete_row(row=row, by=access_of(request).person)
        return back_to(found, "borttaget-nyss", borttaget=str(row.pk))

    return _acted(request, found, act)


@writes
@require_POST
def restore(request: HttpRequest, analysis_id: UUID, slug: str, row_id: UUID) -> HttpResponse:
    found = queries.analysis(analysis_id)
    row = queries.row(found, slug, row_id)

    def act() -> HttpResponse:
        row_actions.restore_row(row=row, by=access_of(request).person)
        return back_to(found, row.anchor)

    return _acted(request, found, act)


@writes
@require_POST
def move(request: HttpRequest, analysis_id: UUID, row_id: UUID) -> HttpResponse:
    """A need up or down in priority."""
    found = queries.analysis(analysis_id)
    need = queries.row(found, Need.slug, row_id)
    assert isinstance(need, Need)

    def act() -> HttpResponse:
        up = request.POST.get("way") == "up"
        row_actions.move_need(need=need, up=up, by=access_of(request).person)
        return back_to(found, need.anchor)

    return _acted(request, found, act)


@writes
@require_POST
def quote(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Freeze a figure into the analysis."""
    found, access = queries.analysis(analysis_id), access_of(request)
    units = access.tree.units(found.node.pk)
    about = material.chosen_node([found.node, *units], request.POST.get("node", ""))
    area = _known_area(request.POST.get("area", ""))
    figure = quoted.freeze(access, about, found.period, request.POST.get("figure", ""))
    if figure is None:
        raise Http404

    def act() -> HttpResponse:
        row = row_actions.quote_figure(analysis=found, area=area, node=about, figure=figure, by=access.person)
        query = {"om": str(about.pk)} if about.pk != found.node.pk else {}
        return back_to(found, row.anchor, **query)

    return _acted(request, found, act)


@writes
@require_POST
def cite(request: HttpRequest, analysis_id: UUID) -> HttpResponse:
    """Quote a passage of another analysis that is established; the passage is taken from there, not from the form."""
    found, access = queries.analysis(analysis_id), access_of(request)
    source = get_object_or_404(
        DocumentVersion.objects.select_related("document__node"),
        pk=_uuid(request.POST.get("version", "")),
        document__kind=DocumentKind.ANALYSIS,
        state=DocumentState.ESTABLISHED,
    )
    part = request.POST.get("part", "")
    passage = reading.passages(source.body).get(part)
    if passage is None or not queries.may_read(access, source.document.node, source.state):
        raise Http404

    def act() -> HttpResponse:
        row = row_actions.cite(
            analysis=found, source=source, part=part, passage=passage.text, area=passage.area, by=access.person
        )
        return back_to(found, row.anchor)

    return _acted(request, found, act)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@writes
@require_GET
def history(request: HttpRequest, analysis_id: UUID, slug: str, row_id: UUID) -> HttpResponse:
    """Earlier texts of a row, each beside what stands there now; any can be taken back."""
    found = queries.analysis(analysis_id)
    row = queries.row(found, slug, row_id)
    if type(row) not in FORMS:
        raise Http404
    context = {
        **node_shell(access_of(request), found.node, "analyses"),
        "analysis": found,
        "row": row,
        "earlier": reading.earlier(row, editing.Rows(found)),
    }
    return render(request, "analyses/history.html", context)
