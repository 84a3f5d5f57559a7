"""Pages of a seminar: a step of it, one's own notes saved as one types, the step shown, notes into an analysis.

A script that saves gets JSON (the protocol stands in static/js/autosave.js); everybody else the page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.access.views.saving import saved
from styrkedja.core import autosaving
from styrkedja.core.errors import Conflict, Refused
from styrkedja.dialogues.meetings import material as gathering
from styrkedja.dialogues.meetings import queries as meetings
from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.models import Meeting, MeetingState, SeminarNote
from styrkedja.dialogues.pressing import attempt
from styrkedja.organisation.models import Node
from styrkedja.organisation.shell import node_shell

from . import actions, material, queries, reading
from .forms import NoteForm


def _going_on(meeting: Meeting) -> Meeting:
    """Raises Http404 for a meeting that is no seminar, or is not called yet."""
    if not queries.is_seminar(meeting) or meeting.state == MeetingState.PLANNED:
        raise Http404
    return meeting


def _page_of(meeting: Meeting, word: str, fragment: str = "") -> str:
    return reverse("dialogues:seminar", args=[meeting.pk], query={"steg": word}, fragment=fragment or None)


@at_meeting("takes_part")
@require_GET
def seminar(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A step: what one writes alone, and everybody's notes side by side when it has been shown."""
    access, found = access_of(request), _going_on(meeting)
    page = reading.page(access, found, request.GET.get("steg", ""))
    gathered = gathering.shown(access, material.latest(found))
    context = {
        **node_shell(access, found.node, "meetings"),
        **page,
        "meeting": found,
        "leads": request.standing.keeps,  # type: ignore[attr-defined]
        **material.by_unit(gathered, page["ours"]),
    }
    return render(request, "dialogues/seminar/seminar.html", context)


def _about(found: Meeting, about: str) -> Node | None:
    """The unit a note is about; None for all. Raises Http404 for one the seminar does not concern."""
    if about == queries.FOR_ALL:
        return None
    node = next((one for one in meetings.concerned(found) if str(one.pk) == about), None)
    if node is None:
        raise Http404
    return node


@at_meeting("takes_part")
@require_POST
def write(request: HttpRequest, meeting: Meeting, seminar_step: str, about: str) -> HttpResponse:
    """Save one's own note. By script: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 if not the
    writer."""
    access, found = access_of(request), _going_on(meeting)
    if seminar_step not in queries.SLUGS:
        raise Http404
    if autosaving.by_somebody_else(request):
        return autosaving.not_yours()
    step, node = queries.SLUGS[seminar_step], _about(found, about)
    own = reading.empty(found, access.person, step, node)
    form = NoteForm(request.POST, note=own, label=node.name if node else _("About all of them"))
    if not form.is_valid():
        return _not_saved(request, found, form, autosaving.first_error(form))
    said = {name: form.cleaned_data[name] for name in ("text", "may_use")}
    expected = form.cleaned_data["version"]
    try:
        note = actions.write(meeting=found, step=step, node=node, expected=expected, by=access.person, **said)
    except Conflict as conflict:
        return _both(request, found, form, conflict.current)
    except Refused as refused:
        return _not_saved(request, found, form, str(refused))
    if autosaving.by_script(request):
        return autosaving.kept(note.version, note.changed_at) if note.version else autosaving.kept(0, found.changed_at)
    messages.success(request, _("Saved."))
    return redirect(_page_of(found, seminar_step, f"om-{about}"))


def _not_saved(request: HttpRequest, found: Meeting, form: NoteForm, error: str) -> HttpResponse:
    if autosaving.by_script(request):
        return autosaving.refused(error)
    return _row_page(request, found, form, status=422, error=error)


def _both(request: HttpRequest, found: Meeting, form: NoteForm, current: SeminarNote) -> HttpResponse:
    """Both texts, and three ways on: one has written in two places at once."""
    mine, theirs = form.cleaned_data, current
    texts = [{"label": form.fields["text"].label, "mine": mine["text"], "theirs": theirs.text}]
    if mine["may_use"] != theirs.may_use:
        words = {True: _("Yes"), False: _("No")}
        asked = form.fields["may_use"].label
        texts.append({"label": asked, "mine": words[mine["may_use"]], "theirs": words[theirs.may_use]})
    told = {**autosaving.conflict(current, texts), "version": current.version}
    if autosaving.by_script(request):
        return autosaving.both(request, told)
    again = NoteForm(autosaving.mine_over(request, current), note=current, label=str(form.fields["text"].label))
    return _row_page(request, found, again, status=409, conflict=True, **told)


def _row_page(request: HttpRequest, found: Meeting, form: NoteForm, *, status: int, **more: Any) -> HttpResponse:
    """One's own words on a page of their own, so that they are never lost."""
    about = str(form.note.node_id or queries.FOR_ALL)
    context = {
        **node_shell(access_of(request), found.node, "meetings"),
        "meeting": found,
        "form": form,
        "word": queries.WORDS[form.note.step],  # type: ignore[index]
        "about": about,
        **more,
    }
    return render(request, "dialogues/seminar/note.html", context, status=status)


@at_meeting("keeps")
@require_POST
def reveal(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Show a step to all who take part."""
    found, word = _going_on(meeting), request.POST.get("steg", "")
    if word not in queries.SLUGS:
        return redirect("dialogues:seminar", found.pk)
    step = queries.SLUGS[word]
    done = _("The notes are shown to all who take part.")
    attempt(request, lambda: actions.reveal(meeting=found, step=step, by=access_of(request).person), done)
    return redirect(_page_of(found, word))


@requires(P.ANALYSIS_WRITE)
def notes_for_analysis(request: HttpRequest, node_id: UUID) -> HttpResponse:
    """Notes that may be used in the node's analysis, by whoever writes it; one is taken in at a time."""
    access = access_of(request)
    here, chosen = access.tree.nodes[node_id], request.POST.get("note", "")
    context = reading.offered(access, here, request.POST if request.method == "POST" else None, chosen)
    one = next((one for one in context["offered"] if str(one.note.pk) == chosen), None)
    if one is not None and one.form is not None and one.form.is_valid():
        data, note, form = one.form.cleaned_data, one.note, one.form

        def write() -> None:
            said = {"analysis": data["analysis"], "slug": data["kind"], "area": data["area"]}
            actions.take_in(note=note, by=access.person, **said)

        if saved(form, write):
            messages.success(request, _("The note is taken into the analysis."))
            return redirect(reverse("dialogues:seminar_notes", args=[here.pk], fragment=f"anteckning-{note.pk}"))
    sent = one.form if one is not None else None
    page = {**node_shell(access, here, "analyses"), **context, "form": sent}
    return render(request, "dialogues/seminar/for_analysis.html", page, status=422 if sent and sent.errors else 200)
