"""Pages of proposals: one made, changed, grounded, put in order, withdrawn, decided; those that wait; priorities."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import compared, saved
from styrkedja.dialogues.meetings.catalogue import kinds
from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.meetings.transitions import WRITTEN_IN
from styrkedja.dialogues.models import Meeting, Proposal
from styrkedja.dialogues.pressing import attempt
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import DecisionKind

from . import actions, grounds, priorities, queries
from .forms import DecideForm, ProposalForm, WithdrawForm, as_written
from .gate import at_proposal, may

EDIT = "plans/frame/edit.html"


def _form(request: HttpRequest, meeting: Meeting, **initial: Any) -> ProposalForm:
    years = queries.period_choices(meeting)
    if (period := initial.get("period")) and period not in years:
        years = [period, *years]
    deciding = queries.who_may_decide(access_of(request).tree, meeting.node)
    points = meeting.agenda.all()
    return ProposalForm(request.POST or None, initial=initial, deciding=deciding, years=years, points=points)


@at_meeting("keeps")
def add(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Propose a decision; what it rests on is picked on its page afterwards."""
    access = access_of(request)
    kind = kinds().get(meeting.kind)
    leads_to = DecisionKind.DEVELOPMENT_AREA if kind and kind.leads_to == "priorities" else DecisionKind.OTHER
    above = queries.who_may_decide(access.tree, meeting.node)
    begun = {"kind": leads_to, "period": queries.usual_period(meeting), "point": request.GET.get("punkt", "")}
    form = _form(request, meeting, node=str(queries.usual_decider(above).pk), **begun)
    made: list[Proposal] = []

    def write() -> None:
        made.append(actions.propose(meeting=meeting, by=access.person, **form.written()))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The decision is proposed."))
        return redirect("dialogues:proposal", made[0].pk)
    context = {
        "form": form,
        "title": _("Propose a decision"),
        "explanation": meeting.title,
        "action": _("Propose"),
        "cancel": _meeting_page(meeting),
    }
    return render(request, EDIT, {**node_shell(access, meeting.node, "meetings"), **context})


def _meeting_page(meeting: Meeting) -> str:
    return reverse("dialogues:meeting", args=[meeting.pk])


def _shell(request: HttpRequest, found: Proposal) -> dict[str, Any]:
    return node_shell(access_of(request), found.meeting.node, "meetings")


@at_proposal("reads")
@require_GET
def proposal(request: HttpRequest, found: Proposal) -> HttpResponse:
    """One proposal, what it rests on, and what became of it."""
    access = access_of(request)
    standing = found.decision_id is None and found.withdrawn_at is None
    keeps = may(access, found, "keeps")
    context = {
        "proposal": found,
        "groups": grounds.in_groups(grounds.shown(access, [found])[found.pk]),
        "may_change": standing and keeps and found.meeting.state in WRITTEN_IN,
        "may_withdraw": standing and keeps,
        "may_decide": standing and queries.may_enter(access, found),
        "may_read_meeting": may(access, found, "reads"),
    }
    return render(request, "dialogues/proposals/proposal.html", {**_shell(request, found), **context})


@at_proposal("keeps")
def change(request: HttpRequest, found: Proposal) -> HttpResponse:
    """Write over a proposal. What is decided or withdrawn is read, not changed."""
    access, page = access_of(request), redirect("dialogues:proposal", found.pk)
    if found.decision_id or found.withdrawn_at or request.POST.get("keep") == "theirs":
        return page
    form = _form(request, found.meeting, **as_written(found))

    def write() -> None:
        expected = form.cleaned_data["version"] or 0
        actions.change(proposal=found, expected=expected, fields=form.written(), by=access.person)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("Saved."))
        return page
    theirs: Proposal = getattr(form, "conflict", found)
    conflict = compared(form, title=theirs.title, text=theirs.text, ground=theirs.ground, period=theirs.period)
    context = {
        "form": form,
        "conflict": conflict,
        "title": _("Change the proposal"),
        "explanation": found.meeting.title,
        "action": _("Save"),
        "cancel": reverse("dialogues:proposal", args=[found.pk]),
    }
    return render(request, EDIT, {**_shell(request, found), **context}, status=409 if conflict else 200)


@at_proposal("keeps")
def rest_on(request: HttpRequest, found: Proposal) -> HttpResponse:
    """Pick what a proposal rests on, place by place; or take one away."""
    access = access_of(request)
    places = grounds.places(access, found.meeting)
    wanted = request.POST.get("plats") or request.GET.get("plats", "")
    place = next((node for node in places if str(node.pk) == wanted), places[0] if places else found.meeting.node)
    here = reverse("dialogues:proposal_grounds", args=[found.pk], query={"plats": str(place.pk)})
    if request.method == "POST":
        _rest(request, found, grounds.offered(access, found.meeting, place))
        return redirect(here)
    there = {one["key"] for one in found.grounds}
    offered = [one for one in grounds.offered(access, found.meeting, place) if one["key"] not in there]
    read = grounds.reader(access, [*offered, *found.grounds])
    context = {
        "proposal": found,
        "places": places,
        "place": place,
        "offered": grounds.in_groups(read.show(one) for one in offered),
        "chosen": [read.show(one) for one in found.grounds],
    }
    return render(request, "dialogues/proposals/grounds.html", {**_shell(request, found), **context})


def _rest(request: HttpRequest, found: Proposal, offered: list[grounds.Frozen]) -> None:
    by = access_of(request).person
    if key := request.POST.get("bort"):
        attempt(request, lambda: actions.leave_ground(proposal=found, key=key, by=by))
        return
    chosen = set(request.POST.getlist("grund"))
    wanted = [one for one in offered if one["key"] in chosen]
    attempt(request, lambda: actions.rest_on(proposal=found, grounds=wanted, by=by), _("Saved.") if wanted else "")


@at_proposal("keeps")
@require_POST
def move(request: HttpRequest, found: Proposal) -> HttpResponse:
    up = request.POST.get("upp") == "1"
    attempt(request, lambda: actions.move(proposal=found, up=up, by=access_of(request).person))
    return redirect(f"{_meeting_page(found.meeting)}#forslag")


@at_proposal("keeps")
def withdraw(request: HttpRequest, found: Proposal) -> HttpResponse:
    """Take it back with a reason."""
    form = WithdrawForm(request.POST or None)
    page = reverse("dialogues:proposal", args=[found.pk])

    def write() -> None:
        actions.withdraw(proposal=found, reason=form.cleaned_data["reason"], by=access_of(request).person)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The proposal is withdrawn."))
        return redirect(page)
    context = {"form": form, "title": _("Withdraw the proposal"), "explanation": found.title, "cancel": page}
    return render(request, EDIT, {**_shell(request, found), **context, "action": _("Withdraw")})


@at_proposal("enters")
def decide(request: HttpRequest, found: Proposal) -> HttpResponse:
    """Enter how it was decided: day, paragraph, registry number."""
    access, page = access_of(request), reverse("dialogues:proposal", args=[found.pk])
    if found.decision_id or found.withdrawn_at:
        return redirect(page)
    units = access.tree.units(found.node_id) if found.node_id in access.tree.nodes else []
    form = DecideForm(request.POST or None, proposal=found, units=units)

    def write() -> None:
        data = dict(form.cleaned_data)
        actions.decide(proposal=found, expected=data.pop("version"), by=access.person, **data)

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The decision has been entered."))
        return redirect(page)
    context = {"proposal": found, "form": form, "groups": grounds.in_groups(grounds.shown(access, [found])[found.pk])}
    return render(request, "dialogues/proposals/decide.html", {**_shell(request, found), **context})


@requires(P.DECISION_ENTER)
@require_GET
def waiting(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """What is proposed and waits to be decided by the node."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    context = {**node_shell(access, here, "whereto"), "proposals": queries.waiting(here)}
    return render(request, "dialogues/proposals/waiting.html", context)


@requires(P.PLAN_READ, any_day=True)
@require_GET
def priority_page(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """Prioritised development areas of a period, here and above."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    context = {**node_shell(access, here, "whereto"), **priorities.page(access, here, request.GET.get("period", ""))}
    return render(request, "dialogues/proposals/priorities.html", context)
