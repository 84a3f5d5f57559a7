"""The page of a meeting, and what is sent from it while it goes on: notes, conclusions, who came, what is agreed.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else the page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of
from styrkedja.access.views.saving import saved
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.dialogues.meetings import holding_actions, reading
from styrkedja.dialogues.meetings.catalogue import kind_name
from styrkedja.dialogues.meetings.forms import NoteForm, attendance, conclusion_form, note_form
from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.meetings.minutes_actions import last_number
from styrkedja.dialogues.models import AgendaPoint, Meeting, MeetingState, PointNote
from styrkedja.dialogues.pressing import attempt, expected
from styrkedja.organisation.shell import node_shell


@at_meeting("knows")
@require_GET
def show(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The agenda with what is noted and concluded, who comes, what is gathered and what is agreed.

    For those who do not read the work itself: that it is held, and its minutes once they are established.
    """
    if request.standing.reads:  # type: ignore[attr-defined]
        return _page(request, meeting)
    context = {
        **node_shell(access_of(request), meeting.node, "meetings"),
        "meeting": meeting,
        "kind_name": kind_name(meeting.kind),
        "minutes": last_number(meeting) if request.standing.minutes else 0,  # type: ignore[attr-defined]
    }
    return render(request, "dialogues/meetings/known.html", context)


def _page(request: HttpRequest, meeting: Meeting, *, status: int = 200, **forms: Any) -> HttpResponse:
    access = access_of(request)
    standing = request.standing  # type: ignore[attr-defined]
    context = {**node_shell(access, meeting.node, "meetings"), **reading.page(access, meeting, standing, **forms)}
    context["edits"] = context["prepares"] and (meeting.state == MeetingState.PLANNED or "andra" in request.GET)
    return render(request, "dialogues/meetings/meeting.html", context, status=status)


def _point(meeting: Meeting, point_id: UUID) -> AgendaPoint:
    rows = AgendaPoint.objects.select_related("meeting__node", "changed_by")
    return get_object_or_404(rows, meeting=meeting, pk=point_id)


def _back(meeting: Meeting, point: AgendaPoint) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("dialogues:meeting", args=[meeting.pk], fragment=f"punkt-{point.number}"))


@at_meeting("takes_part")
@require_POST
def note(request: HttpRequest, meeting: Meeting, point_id: UUID) -> HttpResponse:
    """One's own note. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 if not the writer."""
    return _save(request, meeting, _point(meeting, point_id), of_all=False)


@at_meeting("keeps")
@require_POST
def conclusion(request: HttpRequest, meeting: Meeting, point_id: UUID) -> HttpResponse:
    """What was concluded; answers as `note` does."""
    return _save(request, meeting, _point(meeting, point_id), of_all=True)


def _save(request: HttpRequest, meeting: Meeting, point: AgendaPoint, *, of_all: bool) -> HttpResponse:
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    form = conclusion_form(point, request.POST) if of_all else note_form(point, None, request.POST)
    if not form.is_valid():
        return _not_saved(request, meeting, point, form, autosaving.first_error(form), of_all=of_all)
    said = {"text": form.cleaned_data["text"], "expected": form.cleaned_data["version"]}
    write = holding_actions.save_conclusion if of_all else holding_actions.save_note
    try:
        row = write(point=point, by=access_of(request).person, **said)
    except Conflict as conflict:
        return _both(request, meeting, point, form, conflict.current, of_all=of_all)
    except Refused as refused:
        return _not_saved(request, meeting, point, form, str(refused), of_all=of_all)
    if autosaving.by_script(request):
        return autosaving.kept(row.version, row.changed_at)
    messages.success(request, _("Saved %(time)s.") % {"time": autosaving.clock(row.changed_at)})
    return _back(meeting, point)


def _not_saved(
    request: HttpRequest, meeting: Meeting, point: AgendaPoint, form: NoteForm, error: str, *, of_all: bool
) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(error)
    return _row_page(request, meeting, point, form, error=error, of_all=of_all, status=422)


def _both(
    request: HttpRequest,
    meeting: Meeting,
    point: AgendaPoint,
    form: NoteForm,
    current: PointNote | holding_actions.Concluded,
    *,
    of_all: bool,
) -> HttpResponse:
    """Both texts, and three ways on: mine, theirs, or one's own put together from both."""
    told = autosaving.conflict(
        current, [{"label": form.fields["text"].label, "mine": form.cleaned_data["text"], "theirs": current.text}]
    )
    if autosaving.by_script(request):
        return autosaving.both(request, told)
    mine = autosaving.mine_over(request, current)
    again = conclusion_form(point, mine) if of_all else note_form(point, None, mine)
    return _row_page(request, meeting, point, again, of_all=of_all, status=409, conflict=True, **told)


def _row_page(
    request: HttpRequest,
    meeting: Meeting,
    point: AgendaPoint,
    form: NoteForm,
    *,
    of_all: bool,
    status: int,
    **more: object,
) -> HttpResponse:
    """One's own words on a page of their own, so that they are never lost."""
    shell = node_shell(access_of(request), meeting.node, "meetings")
    context = {**shell, "meeting": meeting, "point": point, "form": form, "of_all": of_all, **more}
    return render(request, "dialogues/meetings/row.html", context, status=status)


@at_meeting("keeps")
@require_POST
def came(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Who came: "kom-<person>" is "ja", "nej" or empty."""
    said = attendance(request.POST, reading.people(meeting))
    by = access_of(request).person
    attempt(
        request,
        lambda: holding_actions.set_attendance(meeting=meeting, attended=said, by=by),
        _("Who came is saved."),
    )
    return redirect(reverse("dialogues:meeting", args=[meeting.pk], fragment="deltagare"))


@at_meeting("keeps")
@require_POST
def agree(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What, who and by when. Words that are refused stay."""
    access = access_of(request)
    form = reading.agree_form(access, meeting, request.POST)
    if form.is_valid() and saved(form, lambda: holding_actions.agree(meeting=meeting, by=access.person, **form.said())):
        messages.success(request, _("Agreed. It stands on their list, and opens the next meeting."))
        return redirect(reverse("dialogues:meeting", args=[meeting.pk], fragment="overenskommet"))
    return _page(request, meeting, agree_form=form, form=form, status=422)


@at_meeting("asks")
@require_POST
def ask(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A question back to a unit: an ordinary request, which is owed an answer and gives one."""
    access = access_of(request)
    form = reading.ask_form(access, meeting, request.POST)
    if form.is_valid() and saved(form, lambda: holding_actions.ask(meeting=meeting, by=access.person, **form.said())):
        messages.success(request, _("The question is sent. It stands on the unit's list."))
        return redirect(reverse("dialogues:meeting", args=[meeting.pk], fragment="fragor"))
    return _page(request, meeting, ask_form=form, form=form, status=422)


@at_meeting("keeps")
@require_POST
def reopen(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """It was marked as held by mistake."""
    by, version = access_of(request).person, expected(request)
    done = _("The meeting is no longer marked as held.")
    attempt(request, lambda: holding_actions.reopen(meeting=meeting, expected=version, by=by), done)
    return redirect("dialogues:meeting", meeting.pk)


@at_meeting("keeps")
@require_POST
def hold(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    by, version = access_of(request).person, expected(request)
    done = _("The meeting is marked as held. Put the minutes together when you have written what is left.")
    attempt(request, lambda: holding_actions.hold(meeting=meeting, expected=version, by=by), done)
    return redirect("dialogues:meeting", meeting.pk)
