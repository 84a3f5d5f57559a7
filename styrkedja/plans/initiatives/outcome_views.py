"""Following up and judging; carrying on what was worth it; and the library of what all units have tried."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.analyses import quoted
from styrkedja.core import periods
from styrkedja.plans.models import Evaluation, Initiative, InitiativeKind, InitiativeState, PlanSettings

from . import cycles, effects, library, outcome_actions, queries, showing
from .forms import EvaluationForm, FollowUpForm
from .library_forms import LibraryForm, SimilarForm
from .transitions import ENDED, RUNNING
from .views import attempt, found_for, reads, saved_page, shown, worked_on, writes

A_PAGE = 20


@reads
def follow_up(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """How it goes, in this cycle or the last."""
    access, found = worked_on(request, initiative_id)
    if request.method == "GET" and found.state not in RUNNING:
        return redirect("plans:initiative", found.pk)
    taking_part = [p.node for p in found.participants.select_related("node").order_by("node__name")]
    offered, latest = _cycles(found, access.today), found.follow_ups.order_by("-number").first()
    form = FollowUpForm(request.POST or None, cycles=offered, nodes=taking_part, initial=_first(found, offered))
    if form.is_valid() and saved(
        form, lambda: outcome_actions.follow_up(initiative=found, by=access.person, **form.written())
    ):
        messages.success(request, _("The follow-up is saved."))
        return saved_page(found)
    page: dict[str, Any] = {"title": _("Follow up"), "action": _("Save the follow-up"), "latest": latest}
    return shown(request, "follow_up", form=form, initiative=found, **page)


def _cycles(found: Initiative, today: Any) -> list[str]:
    """This cycle, and the last if it ran then; an assignment's are terms."""
    how = PlanSettings.Cycle.TERM if found.kind == InitiativeKind.ASSIGNMENT else queries.follow_up_cycle()
    this = cycles.on(today, how)
    before = cycles.on(cycles.bounds(this)[0] - cycles.DAY, how)
    ran = found.starts_on and found.starts_on <= cycles.bounds(before)[1]
    return [before, this] if ran else [this]


def _first(found: Initiative, offered: list[str]) -> dict[str, Any]:
    made = set(found.follow_ups.values_list("cycle", flat=True))
    return {"cycle": offered[0] if offered[0] not in made else offered[-1]}


@reads
def evaluate(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Expected beside actual, verdict, decision, what was learned; of what is judged already a correction."""
    access, found = worked_on(request, initiative_id)
    if found.state not in (*ENDED, InitiativeState.EVALUATED):
        messages.info(request, _("Complete or stop it first: what is still going on is followed up, not evaluated."))
        return redirect("plans:initiative", found.pk)
    earlier = found.evaluations.order_by("-number").first()
    closed = found.node_id not in access.tree.nodes
    actual = effects.actual(access, found, "", closed=closed)
    if earlier and earlier.actual.get("figure"):
        actual = earlier.actual
    needed = actual["kind"] == "sign" or bool(actual["problem"])
    form = EvaluationForm(
        request.POST or None, words_needed=needed, correction=earlier is not None, initial=_as_judged(earlier)
    )
    if form.is_valid() and saved(
        form, lambda: outcome_actions.evaluate(initiative=found, by=access.person, **form.cleaned_data)
    ):
        messages.success(request, _("The initiative is evaluated. What you have learned can be read in the library."))
        return saved_page(found)
    audience, today = (
        quoted.audience_for(access),
        quoted.today_of(effects.kept_figures([actual, effects.expected(found)])),
    )
    return shown(
        request,
        "evaluate",
        "outcome",
        form=form,
        initiative=found,
        correction=earlier is not None,
        expected=effects.shown(effects.expected(found), audience, today),
        actual=effects.shown(actual, audience, today),
        latest=found.follow_ups.prefetch_related("places__node").order_by("-number").first(),
        participants=found.participants.count(),
    )


def _as_judged(earlier: Evaluation | None) -> dict[str, Any]:
    if earlier is None:
        return {}
    names = ("carried_out", "carried_out_how", "other_explanations", "verdict", "decision", "learned")
    return {**{name: getattr(earlier, name) for name in names}, "words": earlier.actual.get("words", "")}


@writes
@require_POST
def carry_on(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """A new proposal that goes on with it. Nothing rolls over by itself."""
    access, found = found_for(request, initiative_id)
    made: list[Initiative] = []
    period = periods.school_year_on(access.today)
    if attempt(
        request, lambda: made.append(outcome_actions.carry_on(initiative=found, period=period, by=access.person))
    ):
        return redirect("plans:initiative_change", made[0].pk)
    return redirect("plans:initiative", found.pk)


@reads
def start_like(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Choose where; the proposal takes over what was tried, not people, needs or dates."""
    access, found = found_for(request, initiative_id)
    form = SimilarForm(request.POST or None, nodes=showing.similar_places(access))
    if form.is_valid():
        made: list[Initiative] = []
        period = periods.school_year_on(access.today)
        node = form.cleaned_data["node"]
        if saved(
            form,
            lambda: made.append(
                outcome_actions.start_like(initiative=found, node=node, period=period, by=access.person)
            ),
        ):
            return redirect("plans:initiative_change", made[0].pk)
    lead = _("Aim, expected effect and ground are taken over. Needs, people and dates are your own.")
    page: dict[str, Any] = {"title": _("Start one like this"), "lead": lead, "action": _("Start")}
    return shown(request, "form", "outcome", form=form, initiative=found, **page)


def _query(request: HttpRequest) -> str:
    """What one has searched for, before the page's number: "q=l%C3%A4sning&"."""
    asked = request.GET.copy()
    asked.pop("sida", None)
    return f"{asked.urlencode()}&" if asked else ""


@requires(P.PLAN_READ)
@require_GET
def library_page(request: HttpRequest) -> HttpResponse:
    """What all units have tried and judged, searchable."""
    access = access_of(request)
    form = LibraryForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = Paginator(library.found(wanted), A_PAGE).get_page(request.GET.get("sida"))
    context = {
        "form": form,
        "page": page,
        "entries": library.entries(page.object_list, access),
        "searched": any(wanted.values()),
        "may_start": access.holds(*queries.WORK),
        "query": _query(request),
    }
    return render(request, "plans/initiatives/library.html", context)
