"""Pages of initiatives: what a node does, what came of it, one initiative, and the moves of its life."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import Access, access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core import periods
from styrkedja.core.errors import Conflict, Refused
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell
from styrkedja.plans.models import Initiative, InitiativeState

from . import actions, offering, queries, rules, showing
from .forms import ReasonForm, StartForm
from .places import Places

reads = requires(*queries.READ, node=queries.node_of, any_day=True)
writes = requires(*queries.WORK, node=queries.node_of, any_day=True)
decides = requires(P.PLAN_DECIDE, node=queries.node_of, any_day=True)


def shown(request: HttpRequest, template: str, current: str = "how", status: int = 200, **context: Any) -> HttpResponse:
    """A page of the node that answers for the initiative."""
    here = request.node  # type: ignore[attr-defined]
    shell = node_shell(access_of(request), here, current)
    return render(request, f"plans/initiatives/{template}.html", {**shell, **context}, status=status)


def found_for(request: HttpRequest, initiative_id: UUID) -> tuple[Access, Initiative]:
    """The initiative, if this person may read it."""
    access, found = access_of(request), queries.initiative(initiative_id)
    queries.readable(access, found, request.node)  # type: ignore[attr-defined]
    return access, found


def worked_on(request: HttpRequest, initiative_id: UUID) -> tuple[Access, Initiative]:
    """The initiative, if this person may follow it up: who writes at its node, or its holder. Else 403 or 404."""
    access, found = found_for(request, initiative_id)
    here = request.node  # type: ignore[attr-defined]
    if not queries.is_holder(access, found, here):
        visible_node(access, here.pk, queries.WORK, any_day=True)
    return access, found


def saved_page(found: Initiative, fragment: str = "") -> HttpResponse:
    """To the initiative; what the browser has kept of its forms is forgotten there."""
    return redirect(reverse("plans:initiative", args=[found.pk], query={"sparat": "1"}, fragment=fragment or None))


def attempt(request: HttpRequest, act: Callable[[], object]) -> bool:
    """Do it, or say why not."""
    try:
        act()
    except Refused as refused:
        messages.error(request, str(refused))
        return False
    except Conflict:
        messages.warning(request, _("It was changed while you read it. Look at how it stands now."))
        return False
    return True


def expected(request: HttpRequest) -> int:
    """The version a form was made from; 0, which never fits, where it does not say."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@requires(P.PLAN_READ, any_day=True)
@require_GET
def how(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """Hur gör vi? The initiatives of a node and of everything below it."""
    here: Node = request.node  # type: ignore[attr-defined]
    return shown(request, "how", **showing.how_page(access_of(request), here))


@requires(P.PLAN_READ, any_day=True)
@require_GET
def outcome(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Hur blev det? What waits to be judged, and every verdict."""
    here: Node = request.node  # type: ignore[attr-defined]
    page = showing.outcome_page(access_of(request), here, request.GET.get("sida"))
    return shown(request, "outcome", "outcome", **page)


@requires(*queries.WORK)
def initiative_add(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """The first words of a proposal, often from a need; the rest is written on its own page."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    period = periods.school_year_on(access.today)
    needs = queries.needs_for(here, Places(access.tree))
    initial = {"period": period, "needs": request.GET.getlist("behov"), "kind": request.GET.get("slag", "initiative")}
    offered = offering.offered(access, here)
    form = StartForm(request.POST or None, years=offered.years, needs=list(offered.needs.items()), initial=initial)
    made: list[Initiative] = []
    if form.is_valid() and saved(
        form, lambda: made.append(actions.propose(node=here, by=access.person, **form.cleaned_data))
    ):
        return redirect(reverse("plans:initiative_change", args=[made[0].pk], query={"sparat": "1"}))
    return shown(request, "start", form=form, needs=needs)


@reads
@require_GET
def initiative(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """One initiative: the hypothesis, what is done, how it goes and how it went."""
    access, found = found_for(request, initiative_id)
    return shown(request, "initiative", **showing.one(access, found, request.node))  # type: ignore[attr-defined]


@decides
def initiative_decide(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """What is missing, each with a way there; or the question, asked once."""
    access, found = found_for(request, initiative_id)
    back = redirect("plans:initiative", found.pk)
    if request.method == "POST":
        try:
            actions.decide(initiative=found, expected=expected(request), by=access.person)
        except actions.Incomplete:
            return shown(request, "decide", initiative=found, missing=_missing(access, found))
        except Conflict:
            messages.warning(request, _("It was changed while you read it. Read it again before you decide."))
            return redirect("plans:initiative_decide", found.pk)
        except Refused as refused:
            messages.error(request, str(refused))
            return back
        messages.success(request, _("The initiative is decided."))
        return back
    if found.state != InitiativeState.PROPOSED:
        return back
    context = showing.one(access, found, request.node)  # type: ignore[attr-defined]
    return shown(request, "decide", missing=_missing(access, found), **context)


def _missing(access: Access, found: Initiative) -> list[dict[str, str]]:
    """[{"text", "url"}]: each thing that is missing, with the field it is written in."""
    page = reverse("plans:initiative_change", args=[found.pk])
    named = {"indicator": "measure"}
    lacking = rules.missing(found, Places(access.tree))
    return [
        {
            "text": one.text,
            "url": f"{page}#{'aktiviteter' if one.field == 'activities' else 'id_' + named.get(one.field, one.field)}",
        }
        for one in lacking
    ]


def _moved(request: HttpRequest, initiative_id: UUID, act: Callable[..., object], said: str) -> HttpResponse:
    access, found = worked_on(request, initiative_id)
    if attempt(request, lambda: act(initiative=found, expected=expected(request), by=access.person)):
        messages.success(request, said)
    return redirect("plans:initiative", found.pk)


@reads
@require_POST
def initiative_begin(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    return _moved(request, initiative_id, actions.begin, _("The initiative has begun."))


@reads
@require_POST
def initiative_complete(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    return _moved(
        request, initiative_id, actions.complete, _("The initiative is completed. Now it is to be evaluated.")
    )


@decides
def initiative_stop(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    """Before its time, with the reason."""
    access, found = found_for(request, initiative_id)
    form = ReasonForm(request.POST or None, initial={"version": found.version})
    if form.is_valid():
        said = form.cleaned_data
        act: Callable[[], object] = lambda: actions.stop(  # noqa: E731
            initiative=found, expected=said["version"], reason=said["reason"], by=access.person
        )
        if saved(form, act):
            messages.success(request, _("The initiative is stopped. Now it is to be evaluated."))
            return saved_page(found)
    text = _("It is judged like any other: what was tried, and what did you learn?")
    return shown(
        request, "form", form=form, initiative=found, title=_("Stop the initiative"), lead=text, action=_("Stop")
    )


@writes
@require_POST
def initiative_delete(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    access, found = found_for(request, initiative_id)
    attempt(request, lambda: actions.remove(initiative=found, by=access.person))
    return redirect("plans:initiative", found.pk)


@writes
@require_POST
def initiative_restore(request: HttpRequest, initiative_id: UUID) -> HttpResponse:
    access, found = found_for(request, initiative_id)
    attempt(request, lambda: actions.restore(initiative=found, by=access.person))
    return redirect("plans:initiative", found.pk)
