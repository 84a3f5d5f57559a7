"""Pages before a meeting: a node's meetings, planning, who is called, the agenda, the call, moving and cancelling."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import compared, saved
from styrkedja.dialogues.meetings import (
    calling_actions,
    holding_actions,
    material,
    planning_actions,
    proposing,
    queries,
    reading,
)
from styrkedja.dialogues.meetings.catalogue import Concerns, kind_name, kinds, kinds_for
from styrkedja.dialogues.meetings.forms import (
    CalledForm,
    CameTooForm,
    ChangeForm,
    PlanForm,
    PointForm,
    ReasonForm,
    uuids,
)
from styrkedja.dialogues.meetings.gate import READERS, at_meeting
from styrkedja.dialogues.meetings.proposing import Candidate
from styrkedja.dialogues.models import AgendaPoint, Material, Meeting, MeetingState
from styrkedja.dialogues.pressing import attempt, expected
from styrkedja.organisation.shell import node_shell


@requires(*READERS, any_day=True)
@require_GET
def meetings(request: HttpRequest, node_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate has found the node
    """A node's meetings: to come, to be finished, and held with their minutes."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    found = queries.of_node(access, here)
    every = [*found.coming, *found.to_finish, *found.ended]
    context = {
        **node_shell(access, here, "meetings"),
        "found": found,
        "kind_names": {m.kind: kind_name(m.kind) for m in every},
        "may_plan": access.can(P.MEETING_CALL, here) and bool(kinds_for(here.kind)),
    }
    return render(request, "dialogues/meetings/node.html", context)


@requires(P.MEETING_CALL)
def plan(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Choose a kind, then say when and what it concerns; those usually called are.

    `?kind=`, `?day=` and `?node=` (a place it concerns) fill in, as a task of the wheel sends them with `?uppgift=`.
    """
    access = access_of(request)
    here = access.tree.nodes[node_id]
    offered = {kind.id: kind for kind in kinds_for(here.kind)}
    kind = offered.get(request.GET.get("kind", ""))
    if kind is None:
        more = {name: said for name in ("day", "node", "uppgift") if (said := request.GET.get(name))}
        context = {**node_shell(access, here, "meetings"), "kinds": offered.values(), "more": urlencode(more)}
        return render(request, "dialogues/meetings/choose.html", context)
    data = request.POST if request.method == "POST" else None
    places = proposing.places(access.tree, here)
    wanted = set(uuids(request.GET.getlist("node")))
    usual = [n for n in places if n.pk in wanted] or proposing.usually_concerned(access.tree, here, kind)
    form = PlanForm(data, kind=kind, places=places, usual=usual, day=_day(request))
    made: list[Meeting] = []

    def write() -> None:
        concerned = form.concerned()
        people = [c for c in proposing.candidates(access.tree, here, kind, concerned) if c.usual]
        called = {c.person.pk: c.node.pk for c in people}
        said: dict[str, Any] = {
            "node": here,
            "kind": kind,
            "concerns": concerned,
            "called": called,
            "by": access.person,
        }
        made.append(planning_actions.plan(**said, **form.said()))

    if form.is_valid() and saved(form, write):
        messages.success(request, _("The meeting is planned. Nobody is told before you send the call."))
        return redirect("dialogues:meeting", made[0].pk)
    context = {**node_shell(access, here, "meetings"), "form": form, "kind": kind}
    if kind.concerns != Concerns.ONE:
        line = queries.line(here.pk, kind.id, "", [n.pk for n in usual])
        context["last"] = queries.last_before(line, _day(request) or access.today + dt.timedelta(days=1))
    return render(request, "dialogues/meetings/plan.html", context)


def _day(request: HttpRequest) -> dt.date | None:
    try:
        return dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None


@at_meeting("leads")
def change(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Title, day, times, place, purpose and secretary."""
    access = access_of(request)
    if request.POST.get("keep") == "theirs":
        return redirect("dialogues:meeting", meeting.pk)
    data = request.POST if request.method == "POST" else None
    form = ChangeForm(data, meeting=meeting, people=reading.people(meeting))
    if form.is_valid():
        fields, version, by = form.said(), form.cleaned_data["version"], access.person
        act = lambda: planning_actions.change(meeting=meeting, fields=fields, expected=version, by=by)  # noqa: E731
        if saved(form, act):
            told = meeting.state == MeetingState.CALLED and any(n in form.changed_data for n in planning_actions.WHEN)
            messages.success(request, _("Saved. Those called are told by mail.") if told else _("Saved."))
            return redirect("dialogues:meeting", meeting.pk)
    context = {**node_shell(access, meeting.node, "meetings"), "meeting": meeting, "form": form}
    context["conflict"] = compared(form, **_as_text(form.conflict)) if hasattr(form, "conflict") else []
    return render(request, "dialogues/meetings/change.html", context)


def _as_text(row: Meeting) -> dict[str, str]:
    """A meeting's fields as a form's cleaned values read."""
    names = ("title", "day", "starts", "ends", "place", "period", "subject", "purpose")
    return {**{name: str(getattr(row, name)) for name in names}, "secretary": str(row.secretary_id or "")}


@at_meeting("leads")
def called(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What it concerns and who is called."""
    access = access_of(request)
    if meeting.node_id not in access.tree.nodes:
        raise Http404
    rows = reading.people(meeting)
    concerned = queries.concerned(meeting)
    kind = kinds().get(meeting.kind)
    found = proposing.candidates(access.tree, meeting.node, kind, concerned) if kind else []
    held = {c.person.pk for c in found}
    for row in rows:  # whoever is called stays in the list, also without a role here any more
        if row.person_id not in held:
            found.append(Candidate(row.person, row.node or meeting.node, "", False))
    places = {n.pk: n for n in (*proposing.places(access.tree, meeting.node), *concerned)}
    initial = {
        "version": meeting.version,
        "concerns": [str(n.pk) for n in concerned],
        "people": [str(r.person_id) for r in rows],
    }
    data = request.POST if request.method == "POST" else None
    form = CalledForm(data, kind=kind, places=list(places.values()), candidates=found, initial=initial)
    if form.is_valid():
        said = {"concerns": form.concerned(), "called": form.called(), "expected": form.cleaned_data["version"]}
        if saved(form, lambda: planning_actions.set_called(meeting=meeting, by=access.person, **said)):
            messages.success(request, _("Saved."))
            return redirect("dialogues:meeting", meeting.pk)
    context = {**node_shell(access, meeting.node, "meetings"), "meeting": meeting, "form": form, "kind": kind}
    context["usual"] = {str(c.person.pk) for c in found if c.usual}
    return render(request, "dialogues/meetings/called.html", context)


@at_meeting("keeps")
def add_who_came(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Somebody who came without being called, after the meeting."""
    access, kind = access_of(request), kinds().get(meeting.kind)
    if meeting.node_id not in access.tree.nodes or kind is None:
        raise Http404
    if meeting.state != MeetingState.HELD:  # an old page: its minutes are established since, or it was opened again
        return redirect("dialogues:meeting", meeting.pk)
    called = {row.person_id for row in reading.people(meeting)}
    found = proposing.candidates(access.tree, meeting.node, kind, queries.concerned(meeting))
    form = CameTooForm(
        request.POST if request.method == "POST" else None, candidates=[c for c in found if c.person.pk not in called]
    )
    if form.is_valid():
        people, by = form.came(), access.person
        if saved(form, lambda: holding_actions.add_who_came(meeting=meeting, people=people, by=by)):
            messages.success(request, _("They are noted as present."))
            return redirect(reverse("dialogues:meeting", args=[meeting.pk], fragment="deltagare"))
    context = {**node_shell(access, meeting.node, "meetings"), "meeting": meeting, "form": form}
    return render(request, "dialogues/meetings/came_too.html", context)


# The agenda.


def _point(meeting: Meeting, point_id: UUID) -> AgendaPoint:
    rows = AgendaPoint.objects.select_related("meeting__node", "changed_by")
    return get_object_or_404(rows, meeting=meeting, pk=point_id)


def _to_agenda(meeting: Meeting) -> HttpResponse:
    editing = {"andra": 1} if meeting.state != MeetingState.PLANNED else None
    return redirect(reverse("dialogues:meeting", args=[meeting.pk], query=editing, fragment="dagordning"))


@at_meeting("leads")
def agenda_add(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    form = PointForm(request.POST if request.method == "POST" else None)
    by = access_of(request).person
    if form.is_valid() and saved(form, lambda: planning_actions.add_point(meeting=meeting, by=by, **form.said())):
        return _to_agenda(meeting)
    return _point_page(request, meeting, form)


@at_meeting("leads")
def agenda_point(request: HttpRequest, meeting: Meeting, point_id: UUID) -> HttpResponse:
    """Change a point. Two editors: both texts are shown."""
    point, by = _point(meeting, point_id), access_of(request).person
    if request.POST.get("keep") == "theirs":
        return _to_agenda(meeting)
    initial = {name: getattr(point, name) for name in ("version", "title", "text", "minutes")}
    form = PointForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        said = {**form.said(), "expected": form.cleaned_data["version"] or 0}
        if saved(form, lambda: planning_actions.change_point(point=point, by=by, **said)):
            return _to_agenda(meeting)
    theirs: dict[str, str] = {}
    if hasattr(form, "conflict"):
        current = form.conflict
        theirs = {"title": current.title, "text": current.text, "minutes": str(current.minutes)}
    return _point_page(request, meeting, form, point=point, conflict=compared(form, **theirs))


def _point_page(request: HttpRequest, meeting: Meeting, form: PointForm, **more: Any) -> HttpResponse:
    shell = node_shell(access_of(request), meeting.node, "meetings")
    return render(request, "dialogues/meetings/point.html", {**shell, "meeting": meeting, "form": form, **more})


@at_meeting("leads")
@require_POST
def agenda_move(request: HttpRequest, meeting: Meeting, point_id: UUID) -> HttpResponse:
    """`way`: "upp" or "ned"."""
    point, by = _point(meeting, point_id), access_of(request).person
    up = request.POST.get("way") == "upp"
    attempt(request, lambda: planning_actions.move_point(point=point, up=up, by=by))
    return _to_agenda(meeting)


@at_meeting("leads")
@require_POST
def agenda_remove(request: HttpRequest, meeting: Meeting, point_id: UUID) -> HttpResponse:
    point, by = _point(meeting, point_id), access_of(request).person
    done = _("“%(point)s” is taken out of the agenda.") % {"point": point.title}
    attempt(request, lambda: planning_actions.remove_point(point=point, by=by), done)
    return _to_agenda(meeting)


# The call.


@at_meeting("leads")
@require_POST
def call(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Gather the material and tell those called."""
    access, version = access_of(request), expected(request)
    said: dict[str, Any] = {"meeting": meeting, "access": access, "expected": version, "by": access.person}
    done = _("The call is sent, and the material is gathered as it stands today.")
    attempt(request, lambda: calling_actions.call(**said), done)
    return redirect("dialogues:meeting", meeting.pk)


@at_meeting("leads")
def cancel(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    access = access_of(request)
    data = request.POST if request.method == "POST" else None
    form = ReasonForm(data, initial={"version": meeting.version})
    if form.is_valid():
        said = {"reason": form.cleaned_data["reason"], "expected": form.cleaned_data["version"], "by": access.person}
        if saved(form, lambda: planning_actions.cancel(meeting=meeting, **said)):
            messages.success(request, _("The meeting is cancelled."))
            return redirect("dialogues:meeting", meeting.pk)
    context = {**node_shell(access, meeting.node, "meetings"), "meeting": meeting, "form": form}
    return render(request, "dialogues/meetings/cancel.html", context)


@at_meeting("reads")
@require_GET
def show_material(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What was gathered, the latest edition or (`?utgava=`) an earlier one."""
    return _material_page(request, meeting, None)


def _material_page(request: HttpRequest, meeting: Meeting, form: ReasonForm | None) -> HttpResponse:
    access = access_of(request)
    editions = reading.editions(meeting)
    wanted = request.GET.get("utgava", "")
    chosen = next((e for e in editions if str(e.edition) == wanted), editions[0] if editions else None)
    rows = Material.objects.filter(meeting=meeting, edition=chosen.edition if chosen else 0).order_by("number")
    standing = request.standing  # type: ignore[attr-defined]
    may = standing.leads and meeting.state in (MeetingState.CALLED, MeetingState.HELD)
    latest = editions[0].edition if editions else 0
    context = {
        **node_shell(access, meeting.node, "meetings"),
        "meeting": meeting,
        "chosen": chosen,
        "editions": editions,
        "shown": material.shown(access, rows),
        "title": _("Material for %(meeting)s, %(day)s")
        % {"meeting": meeting.title, "day": date_format(meeting.day, "j F Y")},
        "form": (form or ReasonForm(initial={"version": max(1, latest)}, auto_id="again-%s")) if may else None,
    }
    return render(request, "dialogues/meetings/material.html", context)


@at_meeting("leads")
@require_POST
def gather_again(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    access, form = access_of(request), ReasonForm(request.POST, auto_id="again-%s")
    if form.is_valid():
        said = {"reason": form.cleaned_data["reason"], "expected": form.cleaned_data["version"], "by": access.person}
        if saved(form, lambda: calling_actions.gather_again(meeting=meeting, access=access, **said)):
            messages.success(request, _("The material is gathered as it stands now. The earlier edition is kept."))
            return redirect("dialogues:meeting_material", meeting.pk)
    return _material_page(request, meeting, form)
