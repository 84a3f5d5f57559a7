"""What is said about a plan: comments and answers, threads settled and opened again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Refused
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import OperationalPlan

from . import plan_types, queries, talk_actions
from .forms import CommentForm
from .staff import staff_of
from .views import DRAFT_READERS, TAB


@requires(*DRAFT_READERS, node=queries.node_of)
@require_POST
def plan_comment(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Say something about a section, or (`answers`) answer what somebody said. Words that are refused stay."""
    access = access_of(request)
    found = queries.draft_to_read(access, document_id)
    answers = None
    if first := request.POST.get("answers"):
        answers = queries.comment(found, _uuid(first))
    section = answers.section if answers else request.POST.get("section", "")
    form = CommentForm(request.POST, staff=staff_of(access.tree, found.node))
    if form.is_valid():
        try:
            said = talk_actions.comment(
                plan=found,
                section=section,
                text=form.cleaned_data["text"],
                answers=answers,
                mentioned=form.people(),
                by=access.person,
            )
        except Refused as refused:
            form.add_error("text", str(refused))
        else:
            if told := [mention.person.name for mention in said.mentions.select_related("person")]:
                messages.success(request, _("A mail has been sent to %(names)s.") % {"names": ", ".join(told)})
            else:
                messages.success(request, _("The comment has been saved."))
            return back(request, found, f"kommentar-{said.pk}")
    context = {
        **node_shell(access, found.node, TAB),
        "plan": found,
        "form": form,
        "section": plan_types.section(found.document.kind, section),
        "answers": answers,
    }
    return render(request, "plans/operational/comment.html", context, status=422)


@requires(*DRAFT_READERS, node=queries.node_of)
@require_POST
def plan_resolve(request: HttpRequest, document_id: UUID, comment_id: UUID) -> HttpResponse:
    """Settle a thread, or open it again."""
    access = access_of(request)
    found = queries.draft_to_read(access, document_id)
    first = queries.comment(found, comment_id)
    try:
        talk_actions.resolve(comment=first, resolved=request.POST.get("resolved") == "1", by=access.person)
    except Refused as refused:
        messages.error(request, str(refused))
    return back(request, found, f"kommentar-{first.pk}")


def back(request: HttpRequest, found: OperationalPlan, anchor: str) -> HttpResponseRedirect:
    """The page one wrote from, at the comment."""
    page = "plan_read" if not found.document.is_open else "plan_preview"
    if page == "plan_preview" and request.POST.get("page") == "edit":
        page = "plan_edit" if access_of(request).can(P.PLAN_WRITE, found.node) else page
    return HttpResponseRedirect(reverse(f"plans:{page}", args=[found.pk], fragment=anchor))


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None
