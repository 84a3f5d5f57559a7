"""Established minutes as tagged PDF, to keep and to send."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from styrkedja.dialogues.meetings.gate import at_meeting
from styrkedja.dialogues.models import Meeting, Minutes

from .minutes_document import minutes_document
from .plan_views import plain
from .renderers.pdf import render_pdf
from .serving import attached, language_of


@at_meeting("minutes")
@require_safe
def minutes_pdf(request: HttpRequest, meeting: Meeting, minutes_number: int) -> HttpResponse:
    found = get_object_or_404(Minutes.objects.select_related("established_by"), meeting=meeting, number=minutes_number)
    document = minutes_document(found, language_of(request))
    name = f"{plain(document.title)} {meeting.day.isoformat()}.pdf"
    return attached(render_pdf(document), name, "application/pdf")
