"""Retention as registrar and archive see it: the rules, what is due, what waits to be confirmed, what has gone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import Node

from . import retention, retention_actions
from .forms import EndForm, RetentionForm
from .models import Document, RetentionRule
from .views import from_the_top


def _node_of(retention_id: UUID, **_: Any) -> Node:
    """Where the rule was decided for, for `@requires`. Raises Http404."""
    return get_object_or_404(RetentionRule.objects.select_related("node"), pk=retention_id).node


@requires(P.DOCUMENT_ARCHIVE, P.DOCUMENT_DISPOSE, P.DECISION_ENTER)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every rule with what it lets go today, what waits for a second person, and what has gone."""
    access = access_of(request)
    rules = [
        {
            "rule": rule,
            "holds": rule.holds_on(access.today),
            "over": rule.valid_to is not None and rule.valid_to < access.today,
            "due": len(retention.due(rule, access)),
        }
        for rule in retention.rules()
    ]
    context = {
        "rules": rules,
        "entering": access.nodes_for(P.DECISION_ENTER),
        "proposing": access.holds(P.DOCUMENT_ARCHIVE),
        "waiting": len(retention.proposals(access)),
        "tombstones": retention.tombstones(access),
    }
    return render(request, "documents/retention.html", context)


@requires(P.DECISION_ENTER)
def rule_new(request: HttpRequest) -> HttpResponse:
    """Enter a decision on retention."""
    access = access_of(request)
    nodes = from_the_top(access)
    initial = {"node": nodes[0].pk if nodes else None}
    form = RetentionForm(request.POST or None, initial=initial, nodes=nodes)
    if form.is_valid():
        node, kept, minutes = form.said()
        try:
            retention_actions.enter(node=node, kept=kept, minutes=minutes, by=access.person)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("The retention rule is entered."))
            return redirect("documents:retention")
    return render(request, "documents/retention_rule.html", {"form": form})


@requires(P.DECISION_ENTER, node=_node_of, any_day=True)
def rule_end(request: HttpRequest, retention_id: UUID) -> HttpResponse:
    """Let a rule end."""
    access, rule = access_of(request), get_object_or_404(RetentionRule.objects.select_related("node"), pk=retention_id)
    form = EndForm(request.POST or None, initial={"version": rule.version, "last_day": access.today})
    if form.is_valid():
        told = form.cleaned_data
        try:
            retention_actions.end(rule=rule, last_day=told["last_day"], expected=told["version"], by=access.person)
        except Conflict:
            messages.warning(request, _("Somebody else was first. Look at how it stands now."))
            return redirect("documents:retention")
        except Refused as refused:
            form.add_error("last_day", str(refused))
        else:
            messages.success(request, _("The rule ends on %(day)s.") % {"day": told["last_day"]})
            return redirect("documents:retention")
    return render(request, "documents/retention_end.html", {"form": form, "rule": rule})


@requires(P.DOCUMENT_ARCHIVE, node=_node_of, any_day=True)
def rule_due(request: HttpRequest, retention_id: UUID) -> HttpResponse:
    """What a rule lets go today; the person proposes all of it or some."""
    access, rule = access_of(request), get_object_or_404(RetentionRule.objects.select_related("node"), pk=retention_id)
    due = retention.due(rule, access)
    if request.method == "POST":
        chosen = set(request.POST.getlist("document"))
        wanted = [line.document for line in due if str(line.document.pk) in chosen]
        if wanted:
            for document in wanted:
                retention_actions.propose(rule=rule, document=document, by=access.person)
            messages.success(request, _proposed(len(wanted)))
            return redirect("documents:retention_proposals")
        messages.warning(request, _("Choose at least one document."))
    return render(request, "documents/retention_due.html", {"rule": rule, "due": due})


def _proposed(count: int) -> str:
    return ngettext(
        "%(count)s document is proposed for disposal. Somebody else confirms it.",
        "%(count)s documents are proposed for disposal. Somebody else confirms it.",
        count,
    ) % {"count": count}


@requires(P.DOCUMENT_DISPOSE, P.DOCUMENT_ARCHIVE)
def disposal(request: HttpRequest) -> HttpResponse:
    """What is proposed, for a second person to confirm or decline."""
    access = access_of(request)
    waiting = retention.proposals(access)
    if request.method == "POST":
        chosen = {pk: version for pk, _at, version in (one.partition(":") for one in request.POST.getlist("proposal"))}
        wanted = [(p, chosen[str(p.pk)]) for p in waiting if str(p.pk) in chosen]
        keeps = request.POST.get("do") == "keep"
        told = _settled(request, wanted, keeps=keeps)
        if told:
            return redirect("documents:retention_proposals")
    lines = [
        {
            "proposal": p,
            "mine": p.by_id == access.person.pk,
            "confirms": access.reaches(p.document.node_id, P.DOCUMENT_DISPOSE),
        }
        for p in waiting
    ]
    may_confirm = any(line["confirms"] and not line["mine"] for line in lines)
    return render(request, "documents/disposal.html", {"lines": lines, "may_confirm": may_confirm})


def _settled(request: HttpRequest, wanted: list[tuple[Any, str]], *, keeps: bool) -> bool:
    """Each chosen document kept or disposed of; says how it went. False when none was chosen."""
    by, done = access_of(request).person, 0
    for proposal, version in wanted:
        try:
            if keeps:
                retention_actions.decline(proposal=proposal, by=by)
            else:
                expected = int(version) if version.isdecimal() and len(version) < 10 else 0
                retention_actions.dispose(proposal=proposal, expected=expected, by=by)
            done += 1
        except Conflict:
            messages.warning(request, _("Somebody else was first. Look at how it stands now."))
        except Refused as refused:
            messages.error(request, f"{_title(proposal.document)}: {refused}")
    if not wanted:
        messages.warning(request, _("Choose at least one document."))
    elif done and keeps:
        messages.success(
            request, ngettext("%(count)s document is kept.", "%(count)s documents are kept.", done) % {"count": done}
        )
    elif done:
        words = ngettext("%(count)s document has been disposed of.", "%(count)s documents have been disposed of.", done)
        messages.success(request, words % {"count": done})
    return bool(wanted)


def _title(document: Document) -> str:
    return f"{document.get_kind_display()} {document.period}, {document.node.name}"
