"""The page of one's calendar address, the feed itself, and single events to add."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.formats import date_format
from django.utils.http import quote_etag
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from styrkedja.access.gate import Access, access_of, public, requires
from styrkedja.access.permissions import Permission as P
from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.models import Meeting, MeetingState
from styrkedja.wheel.models import CycleState, Task
from styrkedja.wheel.tasks import queries as tasks
from styrkedja.wheel.tasks.responsible import responsible_of

from . import actions, queries
from .events import Event, event_of_activity, event_of_task, events_of, of_meeting, upcoming
from .writing import CONTENT_TYPE, calendar_of, calendar_with

SHOWN_ONCE = "calendar_token"
NEXT = 8  # events shown on the page
MAX_AGE = 15 * 60  # seconds a copy may be used; calendars ask far less often


@requires()
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """What the calendar holds, its address, and how to use it. A new address is shown this once."""
    access = access_of(request)
    token = request.session.pop(SHOWN_ONCE, "")
    events = events_of(access)
    context = {
        "feed": queries.feed_of(access.person),
        "address": _address(token) if token else "",
        "webcal": _address(token).replace("https://", "webcal://").replace("http://", "webcal://") if token else "",
        "coming": [_line(one) for one in upcoming(events, access.today)[:NEXT]],
        "count": len(events),
    }
    return render(request, "wheel/calendar/page.html", context)


def _line(event: Event) -> dict[str, Any]:
    """For `_components/task_list`."""
    first, last = date_format(event.starts, "j F"), date_format(event.ends or event.starts, "j F")
    days = first if first == last else f"{first} – {last}"
    at = date_format(event.starts, "H:i") if isinstance(event.starts, dt.datetime) else ""
    note = ", ".join(filter(None, [" ".join(filter(None, [days, at])), event.place]))
    return {"label": Truncator(event.title).chars(120), "href": event.url, "note": note}


def _address(token: str) -> str:
    return settings.PUBLIC_ADDRESS + reverse("wheel:feed", args=[token])


@requires()
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    """The session carries the address to the page and no further."""
    person = access_of(request).person
    request.session[SHOWN_ONCE] = actions.make_feed(person=person, by=person)
    return redirect("wheel:calendar")


@requires()
@require_POST
def revoke(request: HttpRequest) -> HttpResponse:
    person = access_of(request).person
    request.session.pop(SHOWN_ONCE, None)
    if actions.revoke_feed(person=person, by=person):
        messages.success(request, _("The address is revoked. Calendars that used it get nothing more."))
    return redirect("wheel:calendar")


@public
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar, to whoever knows the address; what is in it is what the person may see today."""
    found = queries.feed_by(token)
    if found is None:
        raise Http404
    if not queries.read_today(found):
        actions.note_read(feed=found, by=None)
    person = found.person
    with translation.override(person.language):
        body = calendar_of(person, events_of(Access(person)))
    etag = quote_etag(queries.digest(body.decode()))
    answer = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=CONTENT_TYPE)
    answer["ETag"] = etag
    answer["Cache-Control"] = f"private, max-age={MAX_AGE}"
    return answer


def _single(event: Event) -> HttpResponse:
    answer = HttpResponse(calendar_with(event), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="styrkedja-{event.id}.ics"'
    return answer


@requires(P.WHEEL_READ, node=tasks.node_of, any_day=True)
@require_GET
def task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    access, found = access_of(request), tasks.task(task_id)
    if found.activity.cycle.state == CycleState.DRAFT:
        raise Http404
    return _single(event_of_task(found, answers=_answers(access, found)))


def _answers(access: Access, found: Task) -> bool:
    return access.person in responsible_of([found], access.tree)[found.pk]


@requires(P.WHEEL_READ)
@require_GET
def activity(request: HttpRequest, node_id: UUID, year_activity_id: UUID) -> HttpResponse:  # noqa: ARG001 - the gate
    """One that many places have, as the node they are under sees it."""
    access, here = access_of(request), request.node  # type: ignore[attr-defined]
    found = tasks.activity_at(access, here, year_activity_id)
    return _single(event_of_activity(here, found))


@at_meeting("reads")
@require_GET
def meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:  # noqa: ARG001 - the gate has asked
    if meeting.state == MeetingState.PLANNED:
        raise Http404
    return _single(of_meeting(meeting))
