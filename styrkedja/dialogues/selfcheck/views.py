"""Pages of self-checks: rounds of a node, opening one, a place's answers, and the result side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import Access, access_of, requires, visible_node
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.dialogues.leaders import led
from styrkedja.dialogues.models import SelfCheck, SelfCheckSheet
from styrkedja.dialogues.pressing import attempt, expected, tell_reminded
from styrkedja.organisation.shell import node_shell

from . import actions, queries
from .catalogue import form as form_named
from .forms import OpenForm, SheetForm
from .queries import SEES
from .results import Result

PLACES_A_PAGE = 50


@requires(*SEES, any_day=True)
@require_GET
def rounds(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """A node's rounds: what it has been asked, and what it has opened."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    sheets = queries.sheets_of_node(here)
    listed = [
        {"check": one, "name": form_named(one.form).name, "sheet": sheets.get(one.pk), "late": _late(access, one)}
        for one in queries.of_node(here)
    ]
    may_answer = access.can(P.REQUEST_ANSWER, here)
    context = {"rounds": listed, "may_open": access.can(P.SELF_CHECK_OPEN, here), "may_answer": may_answer}
    return render(request, "dialogues/selfcheck/rounds.html", {**node_shell(access, here, "dialogues"), **context})


def _late(access: Access, one: SelfCheck) -> bool:
    return queries.is_late(one, access.today)


@requires(P.SELF_CHECK_OPEN)
def open_round(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Ask the chain below to examine itself."""
    access = access_of(request)
    here = access.tree.nodes[node_id]
    offered = [
        (level, len(queries.places(access.tree, here, [level]))) for level in queries.levels_below(access.tree, here)
    ]
    form = OpenForm(request.POST or None, levels=offered)
    made: list[SelfCheck] = []

    def write() -> None:
        data = form.cleaned_data
        said = {"period": data["period"], "due": data["due"], "levels": data["levels"]}
        made.append(actions.open_round(node=here, form_id=data["form"], by=access.person, **said))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The self-check is open, and those who answer for the places have had mail."))
        return redirect("dialogues:self_check", made[0].pk)
    context = {
        "form": form,
        "title": _("Open a self-check"),
        "explanation": _(
            "Each level answers the same statements for itself; side by side one sees where the chain holds."
        ),
        "action": _("Open"),
        "cancel": reverse("dialogues:self_checks", args=[here.pk]),
    }
    return render(request, "plans/frame/edit.html", {**node_shell(access, here, "dialogues"), **context})


@requires()
@require_GET
def result(request: HttpRequest, check_id: UUID) -> HttpResponse:
    """A round side by side: statements by level and by place, where the levels differ, and the rounds before."""
    access, found = access_of(request), queries.round_of(check_id)
    if not queries.may_read(access, found):
        visible_node(access, found.node_id, SEES, any_day=True)
        raise PermissionDenied
    seen = Result(access, found)
    areas = seen.areas()
    opens = access.reaches(found.node_id, P.SELF_CHECK_OPEN)
    places = Paginator(seen.places(), PLACES_A_PAGE).get_page(request.GET.get("page"))
    waiting = [one for one in seen.named if one.handed_in_at is None]
    unled = {one.node_id for one in waiting} - led([one.node_id for one in waiting])
    context = {
        "check": found,
        "name": seen.form.name,
        "levels": seen.levels,
        "areas": areas,
        "any_shows": any(line.shows for area in areas for line in area["lines"]),
        "pointed_out": seen.pointed_out(areas),
        "statements": seen.form.statements,
        "places": places,
        "over_time": seen.over_time(),
        "asked": len(seen.held.sheets),
        "handed_in": sum(one.handed_in_at is not None for one in seen.held.sheets),
        "waiting": waiting if opens else [],
        "unled": unled,
        "noted": {one.node_id for one in waiting if one.node_id in unled and queries.noted_by_opener(one.node)},
        "may_lead": opens and found.closed_at is None,
        "late": _late(access, found),
        "all_named": seen.all_named,
        "words": queries.WORDS,
    }
    return render(
        request, "dialogues/selfcheck/result.html", {**node_shell(access, found.node, "dialogues"), **context}
    )


@requires(P.SELF_CHECK_OPEN, node=queries.node_of_round)
@require_POST
def remind(request: HttpRequest, check_id: UUID) -> HttpResponse:
    found = queries.round_of(check_id)
    tell_reminded(request, actions.remind(check=found, by=access_of(request).person))
    return redirect("dialogues:self_check", found.pk)


@requires(P.SELF_CHECK_OPEN, node=queries.node_of_round)
@require_POST
def close(request: HttpRequest, check_id: UUID) -> HttpResponse:
    found, by = queries.round_of(check_id), access_of(request).person
    done = _("The self-check is closed; what is handed in stands.")
    attempt(request, lambda: actions.close(check=found, expected=expected(request), by=by), done)
    return redirect("dialogues:self_check", found.pk)


def _to_answer(access: Access, sheet_id: UUID) -> SelfCheckSheet:
    found = queries.sheet(sheet_id)
    if not queries.may_answer(access, found):
        visible_node(access, found.node_id, (P.REQUEST_ANSWER,), any_day=True)
    return found


@requires()
def sheet(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """A place's answers. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 for others."""
    access = access_of(request)
    found = _to_answer(access, sheet_id)
    if request.method == "POST" and request.POST.get("keep") == "theirs":
        return redirect("dialogues:self_check_sheet", found.pk)
    if request.method == "POST" and autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    made, answers = form_named(found.check_round.form), queries.answers_of(found)
    form = SheetForm(request.POST or None, sheet=found, form=made, answers=answers)
    if request.method == "POST":
        return _written(request, found, form)
    return _page(request, found, form)


def _written(request: HttpRequest, found: SelfCheckSheet, form: SheetForm) -> HttpResponse:
    if not form.is_valid():
        if autosaving.by_script(request):
            return autosaving.refused(autosaving.first_error(form))
        return _page(request, found, form, status=422)
    by, hands_in = access_of(request).person, "hand_in" in request.POST
    act = actions.hand_in if hands_in else actions.save
    try:
        row = act(sheet=found, answers=form.said(), expected=form.cleaned_data["version"], by=by)
    except Conflict as conflict:
        return _both(request, form, conflict.current)
    except Refused as refused:
        if autosaving.by_script(request):
            return autosaving.refused(str(refused))
        form.add_error(None, str(refused))
        return _page(request, found, form, status=422)
    if autosaving.by_script(request):
        return autosaving.kept(row.version, _last_change(row))
    messages.success(request, _("Handed in.") if hands_in else _("Saved."))
    return redirect("dialogues:self_check_sheet", found.pk)


def _last_change(row: SelfCheckSheet) -> Any:
    return max((one.changed_at for one in queries.answers_of(row).values()), default=row.check_round.opened_at)


def _both(request: HttpRequest, form: SheetForm, current: SelfCheckSheet) -> HttpResponse:
    """Both answers where they differ, and three ways on."""
    theirs = queries.answers_of(current)
    latest = max(theirs.values(), key=lambda one: one.changed_at)
    told = {**autosaving.conflict(latest, form.differing(theirs)), "version": current.version}
    if autosaving.by_script(request):
        return autosaving.both(request, told)
    again = SheetForm(_over(request, current), sheet=current, form=form.form, answers=theirs)
    return _page(request, current, again, status=409, conflict=told["fields"], **told)


def _over(request: HttpRequest, current: SelfCheckSheet) -> Any:
    sent = request.POST.copy()
    sent["version"] = str(current.version)
    return sent


def _page(
    request: HttpRequest, found: SelfCheckSheet, form: SheetForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    access, check = access_of(request), found.check_round
    is_open = found.handed_in_at is None and check.closed_at is None
    context = {
        "sheet": found,
        "check": check,
        "name": form.form.name,
        "about": form.form.about,
        "form": form,
        "writing": is_open,
        "may_take_back": found.handed_in_at is not None and check.closed_at is None,
        "noted": not access.reaches(found.node_id, P.REQUEST_ANSWER),
        "late": _late(access, check),
        **more,
    }
    shell = node_shell(access, found.node, "dialogues")
    return render(request, "dialogues/selfcheck/sheet.html", {**shell, **context}, status=status)


@requires()
@require_POST
def take_back(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    access = access_of(request)
    found = _to_answer(access, sheet_id)
    done = _("The answers are open again. Hand them in when you are done.")
    attempt(request, lambda: actions.take_back(sheet=found, by=access.person), done)
    return redirect("dialogues:self_check_sheet", found.pk)
