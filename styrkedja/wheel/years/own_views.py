"""Pages of what a unit or team adds of its own, beside what comes from above: one at a time, or as last year."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from styrkedja.access.gate import Access, access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core.errors import Refused
from styrkedja.organisation.models import Node, NodeKind
from styrkedja.organisation.tree import Tree
from styrkedja.wheel.models import AnnualCycle, CycleState, CycleUnit
from styrkedja.wheel.tasks.queries import cycles_at

from . import changing_actions, own_actions, own_queries, places, previewing, queries
from .activity_form import ActivityForm
from .views import attempt, chain_to, shell

ANSWERS = {NodeKind.UNIT: "principal", NodeKind.TEAM: "team_lead", NodeKind.GROUP: "teacher"}


@requires(P.WHEEL_ADD)
def own_add(request: HttpRequest, cycle_id: UUID, node_id: UUID) -> HttpResponse:
    """An activity of a unit's or team's own. What is worth knowing of its day, or who is told, is shown first."""
    access, found = access_of(request), queries.cycle(cycle_id)
    here = access.tree.nodes[node_id]
    if found.state == CycleState.DRAFT:
        raise Http404
    years = open_years(access, here)
    if found not in years:
        messages.error(request, _("%(node)s has no part in this year.") % {"node": here.name})
        return redirect("wheel:year", found.pk)
    form = ActivityForm(
        request.POST or None,
        cycle=found,
        levels=levels_within(access.tree, here),
        own=True,
        years=[found, *(one for one in years if one != found and not queries.is_over(one, access.today))],
        initial={"level": here.kind, "role": ANSWERS[NodeKind(here.kind)], "kind": "day"},
    )

    def write() -> None:
        changing_actions.add(cycle=form.cycle, node=here, fields=form.written(), by=access.person)

    if request.method == "POST" and "again" not in request.POST and form.is_valid():
        if "confirmed" not in request.POST and (page := previewing.added(request, here, form, unless_plain=True)):
            return page
        if saved(form, write):
            messages.success(request, _("The activity is added."))
            return redirect(wheel_of(here, form.cycle))
    title = _("An activity of %(node)s's own") % {"node": here.name}
    context = {
        "form": form, "title": title, "action": _("Add"), "chain": chain_to(found, title), "node": here,
        "cancel": wheel_of(here, found), "last_year": from_last_year(found, here),
    }  # fmt: skip
    return render(request, "wheel/years/edit.html", {**shell(access, found), **context})


@requires(P.WHEEL_ADD)
def own_from_last(request: HttpRequest, cycle_id: UUID, node_id: UUID) -> HttpResponse:
    """What the place had of its own last year, week by week: choose, bring in; and take away again."""
    access, found = access_of(request), queries.cycle(cycle_id)
    here = access.tree.nodes[node_id]
    if found.state == CycleState.DRAFT:
        raise Http404
    years = open_years(access, here)
    if found not in years:
        messages.error(request, _("%(node)s has no part in this year.") % {"node": here.name})
        return redirect("wheel:year", found.pk)
    if request.method == "POST":
        attempt(request, lambda: _brought(request, access, found, here))
        return redirect("wheel:own_from_last", found.pk, here.pk)
    before = own_queries.own_before(found, here)
    context = {
        "node": here,
        "rows": own_queries.proposed(found, here, access.today),
        "there": own_queries.own_now(found, here),
        "last": before[0].cycle if before else None,
        "others": [one for one in years if one != found and not queries.is_over(one, access.today)],
        "wheel_url": wheel_of(here, found),
        "chain": chain_to(found, _("Our own from last year")),
    }
    return render(request, "wheel/years/own_from_last.html", {**shell(access, found), **context})


def _brought(request: HttpRequest, access: Access, found: AnnualCycle, here: Node) -> None:
    chosen = set(request.POST.getlist("activity"))
    if not chosen:
        raise Refused(_("Choose at least one activity."))
    if "take_away" in request.POST:
        gone = [one.pk for one in own_queries.own_now(found, here) if str(one.pk) in chosen]
        count = own_actions.take_away(cycle=found, node=here, activities=gone, by=access.person)
        said = ngettext("%(count)s activity is taken away.", "%(count)s activities are taken away.", count)
    else:
        wanted = [one for one in own_queries.own_before(found, here) if str(one.pk) in chosen]
        count = len(own_actions.bring_in(cycle=found, node=here, before=wanted, by=access.person))
        said = ngettext("%(count)s activity is added.", "%(count)s activities are added.", count)
    messages.success(request, said % {"count": count})


def open_years(access: Access, here: Node) -> list[AnnualCycle]:
    """Published years the place has a part in; the latest first."""
    unit = access.tree.unit_of(here.pk)
    going = [one for one in cycles_at(access, here) if one.state == CycleState.PUBLISHED]
    if unit is None:
        return []
    joined = {one.cycle_id for one in CycleUnit.objects.filter(cycle__in=going, node=unit)}
    return [one for one in going if one.pk in joined]


def from_last_year(found: AnnualCycle, here: Node) -> str:
    """The page where last year's own are brought in; "" where there were none. One query."""
    return reverse("wheel:own_from_last", args=[found.pk, here.pk]) if own_queries.own_before(found, here) else ""


def levels_within(tree: Tree, here: Node) -> list[str]:
    """Of the place itself and of what lies in it."""
    below = {n.kind for n in tree.descendants(here.pk)}
    return [here.kind, *(kind.value for kind in places.OWN if kind in below and kind != here.kind)]


def wheel_of(here: Node, cycle: AnnualCycle) -> str:
    return reverse("wheel:node", args=[here.pk], query={"ar": cycle.period})
