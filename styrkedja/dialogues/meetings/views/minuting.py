"""Pages of minutes: put together and previewed, established, read, and corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from styrkedja.access.gate import access_of
from styrkedja.access.views.saving import saved
from styrkedja.dialogues.meetings import minutes, minutes_actions
from styrkedja.dialogues.meetings.catalogue import kind_name, minutes_for_all
from styrkedja.dialogues.meetings.forms import ReasonForm, uuids
from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.models import Meeting, MeetingState, Minutes, PointNote
from styrkedja.dialogues.pressing import attempt, expected
from styrkedja.documents.hashing import content_hash
from styrkedja.organisation.shell import node_shell


@at_meeting("keeps")
@require_GET
def prepare(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Choose which notes are in (`?med=`), read the minutes as they will be, and establish them."""
    if meeting.state == MeetingState.MINUTED:
        return redirect("dialogues:minutes", meeting.pk, minutes_actions.last_number(meeting))
    chosen = uuids(request.GET.getlist("med"))
    body = minutes.put_together(meeting, chosen)
    notes = PointNote.objects.filter(point__meeting=meeting).exclude(text="").select_related("person", "point")
    context = {
        **node_shell(access_of(request), meeting.node, "meetings"),
        "meeting": meeting,
        "body": minutes.shown(body),
        "kind_name": kind_name(meeting.kind),
        "previewed": content_hash(body),
        "notes": list(notes.order_by("point__number", "changed_at")),
        "chosen": set(chosen),
        "may_establish": request.standing.leads and meeting.state == MeetingState.HELD,  # type: ignore[attr-defined]
        "for_called": not minutes_for_all(meeting.kind),
        "without": [p for p in body["points"] if not p["conclusion"].strip() and not p["notes"]],
    }
    return render(request, "dialogues/meetings/prepare.html", context)


@at_meeting("leads")
@require_POST
def establish(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """As they were previewed: if something has been written since, they are read once more."""
    notes, previewed = uuids(request.POST.getlist("med")), request.POST.get("previewed", "")
    said: dict[str, Any] = {"previewed": previewed, "by": access_of(request).person, "expected": expected(request)}
    done = _("The minutes are established, and those who get them are told by mail.")
    if attempt(request, lambda: minutes_actions.establish(meeting=meeting, notes=notes, **said), done):
        return redirect("dialogues:minutes", meeting.pk, 1)
    chosen = {"med": [str(pk) for pk in notes]}
    return redirect(reverse("dialogues:minutes_prepare", args=[meeting.pk], query=chosen))


@at_meeting("minutes")
@require_GET
def read(request: HttpRequest, meeting: Meeting, minutes_number: int) -> HttpResponse:
    found = _minutes(meeting, minutes_number)
    every = list(Minutes.objects.filter(meeting=meeting).defer("body").order_by("-number"))
    context = {
        **node_shell(access_of(request), meeting.node, "meetings"),
        "meeting": meeting,
        "found": found,
        "body": minutes.shown(found.body),
        "kind_name": kind_name(meeting.kind),
        "every": every,
        "is_latest": found.number == every[0].number,
        "reads_meeting": request.standing.reads,  # type: ignore[attr-defined]
        "may_correct": request.standing.leads,  # type: ignore[attr-defined]
    }
    return render(request, "dialogues/meetings/minutes.html", context)


@at_meeting("minutes")
@require_GET
def latest(request: HttpRequest, meeting: Meeting) -> HttpResponse:  # noqa: ARG001 - the gate has asked
    """The minutes that hold."""
    return redirect("dialogues:minutes", meeting.pk, minutes_actions.last_number(meeting))


def _minutes(meeting: Meeting, number: int) -> Minutes:
    return get_object_or_404(Minutes.objects.select_related("established_by"), meeting=meeting, number=number)


@at_meeting("leads")
def correct(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Put conclusions and attendance right: new minutes with a reason; those before stay and are read."""
    last = minutes_actions.last_number(meeting)
    found = _minutes(meeting, last)
    form = ReasonForm(request.POST if request.method == "POST" else None, initial={"version": last})
    points, people = found.body["points"], found.body["people"]
    texts = {p["id"]: _text(request, f"slutsats-{p['id']}", p["conclusion"]) for p in points}
    words = {"ja": True, "nej": False, "": None}
    sent = {p["id"]: request.POST.get(f"kom-{p['id']}") for p in people}
    came = {pk: words[said] for pk, said in sent.items() if said in words}
    if form.is_valid():
        said = {"conclusions": texts, "attended": came, "reason": form.cleaned_data["reason"]}
        act = lambda: minutes_actions.correct(  # noqa: E731
            meeting=meeting, expected=form.cleaned_data["version"], by=access_of(request).person, **said
        )
        if saved(form, act):
            messages.success(request, _("The minutes are corrected. Those before are kept and can be read."))
            return redirect("dialogues:minutes", meeting.pk, last + 1)
    context = {
        **node_shell(access_of(request), meeting.node, "meetings"),
        "meeting": meeting,
        "form": form,
        "points": [{**p, "conclusion": texts[p["id"]]} for p in points],
        "people": [{**p, "attended": came.get(p["id"], p["attended"])} for p in people],
    }
    return render(request, "dialogues/meetings/correct.html", context)


def _text(request: HttpRequest, name: str, stands: str) -> str:
    return request.POST.get(name, stands).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
