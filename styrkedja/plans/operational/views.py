"""Pages of plans: a node's list, the one being written, the draft and what is frozen."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.documents.models import DocumentKind
from styrkedja.documents.queries import returned
from styrkedja.documents.retention import still_there
from styrkedja.organisation.shell import node_shell

from . import actions, queries, reading, rules
from .body import working_body

TAB = "plans"
DRAFT_READERS = (*queries.DRAFT, P.DIALOGUE_READ)  # the last reads what is shared with staff


@requires(*queries.ESTABLISHED, any_day=True)
@require_GET
def plans(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """The node's plans by period, those one can begin, and the units' plans below."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = {**node_shell(access, here, TAB), **reading.node_page(access, here)}
    return render(request, "plans/operational/plans.html", context)


@requires(P.PLAN_WRITE)
@require_POST
def plan_start(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Begin a plan, or open the one there is; what has to be judged first is named."""
    access = access_of(request)
    here, kind, period = access.tree.nodes[node_id], request.POST.get("kind", ""), request.POST.get("period", "")
    if kind not in DocumentKind.values:
        kind = DocumentKind.OPERATIONAL_PLAN
    try:
        begun = actions.start(kind=DocumentKind(kind), node=here, period=period, by=access.person)
    except actions.Unjudged as unjudged:
        context = {**node_shell(access, here, TAB), "unjudged": unjudged.initiatives, "period": period}
        return render(request, "plans/operational/unjudged.html", context, status=409)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("plans:plans", here.pk)
    return redirect("plans:plan_edit", begun.pk)


@requires(P.PLAN_WRITE, node=queries.node_of)
@require_GET
def plan_edit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Section by section. What is handed in is read, not edited."""
    access, found = access_of(request), queries.plan(document_id)
    if not found.document.is_open:
        return redirect("plans:plan_read", found.pk)
    removed = request.GET.get("borttaget", "")
    context = reading.editing_page(access, found)
    context["just_removed"] = next((r for r in context["removed"] if str(r.pk) == removed), None)
    context["returned"] = returned(found.document)
    return render(request, "plans/operational/edit.html", {**node_shell(access, found.node, TAB), **context})


@requires(P.PLAN_WRITE, node=queries.node_of)
@require_POST
def plan_share(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Let the unit's staff read the draft and comment on it, or no longer."""
    found, shared = queries.plan(document_id), request.POST.get("shared") == "1"
    try:
        actions.share(plan=found, shared=shared, by=access_of(request).person)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("plans:plan_read", found.pk)
    said = _("The staff can read the draft and comment on it now.") if shared else _("The draft is yours alone again.")
    messages.success(request, said)
    return redirect("plans:plan_edit", found.pk)


@requires(P.PLAN_WRITE, node=queries.node_of)
def plan_submit(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """What is missing, or how it reads; then hand it in."""
    access, found = access_of(request), queries.plan(document_id)
    if not found.document.is_open:
        return redirect("plans:plan_read", found.pk)
    if request.method == "POST":
        try:
            actions.submit(plan=found, expected=_expected(request), by=access.person)
        except actions.Incomplete:
            pass  # the page lists what is missing
        except Conflict:
            messages.warning(request, _("The text was changed while you read it. Read it again before you hand it in."))
            return redirect("plans:plan_submit", found.pk)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("plans:plan_read", found.pk)
        else:
            messages.success(request, _("The plan has been handed in."))
            return redirect("plans:plan_read", found.pk)
    body = working_body(found)
    context = {
        **node_shell(access, found.node, TAB),
        **reading.body_context(access, found, body),
        "parts": reading.plain_parts(body),
        "missing": rules.missing(body),
    }
    return render(request, "plans/operational/submit.html", context)


def _expected(request: HttpRequest) -> int:
    """The document's version a form was made from; 0, which never fits, where it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@requires(*queries.ESTABLISHED, node=queries.node_of, any_day=True)
@require_GET
def plan_read(request: HttpRequest, document_id: UUID, number: int | None = None) -> HttpResponse:
    """A version, word for word, for ever; the latest this person may read, or the one asked for."""
    access, found = access_of(request), queries.plan(document_id)
    if number is None and not found.document.versions.exists():
        still_there(queries.draft_to_read(access, found.pk).document)
        return redirect("plans:plan_preview", found.pk)
    version = queries.version_to_read(access, found, number)
    context = reading.version_page(access, found, version)
    return render(request, "plans/operational/read.html", {**node_shell(access, found.node, TAB), **context})


@requires(*DRAFT_READERS, node=queries.node_of, any_day=True)
@require_GET
def plan_preview(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """The draft as it will read, with what is said about it."""
    access = access_of(request)
    found = queries.draft_to_read(access, document_id)
    if not found.document.is_open:
        return redirect("plans:plan_read", found.pk)
    body = working_body(found)
    context = {
        **node_shell(access, found.node, TAB),
        **reading.body_context(access, found, body),
        "parts": reading.read_parts(access, found, body),
        "draft": True,
        "may_write": access.can(P.PLAN_WRITE, found.node),
        "may_talk": True,
    }
    return render(request, "plans/operational/read.html", context)
