"""Where a text of an analysis came from, for the analysis' own page, which knows nothing of seminars."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from styrkedja.analyses.models import Analysis
from styrkedja.core.templatetags.components import icon
from styrkedja.dialogues.models import MeetingPerson, SeminarUse
from styrkedja.dialogues.seminar.queries import WORDS

register = template.Library()


@register.simple_tag(takes_context=True)
def from_seminars(context: Context, analysis: Analysis) -> dict[UUID, tuple[str, str]]:
    """(Address, name) of the seminar by row that was taken in from one. Two queries.

    Who was called comes to the step itself, everybody else to the meeting.
    """
    uses = SeminarUse.objects.filter(analysis=analysis.pk).select_related("note__meeting", "note__person")
    mine = MeetingPerson.objects.filter(person=context["request"].user, meeting__in=uses.values("note__meeting"))
    called = set(mine.values_list("meeting", flat=True))
    return {use.row: _where(use, use.note.meeting_id in called) for use in uses}


def _where(use: SeminarUse, called: bool) -> tuple[str, str]:
    note = use.note
    name = _("From %(author)s, %(meeting)s") % {"author": note.person.name, "meeting": note.meeting.title}
    if not called:
        return reverse("dialogues:meeting", args=[note.meeting_id]), name
    about = f"om-{note.node_id or 'alla'}"
    step = {"steg": WORDS[note.step]}  # type: ignore[index]
    return reverse("dialogues:seminar", args=[note.meeting_id], query=step, fragment=about), name


@register.simple_tag
def seminar_link(found: Any, row: UUID) -> SafeString:
    """The way back to where a row came from; nothing for one that did not. found: of `from_seminars`."""
    if not found or row not in found:
        return SafeString("")
    address, name = found[row]
    return format_html('<a class="row-tool" href="{}">{}{}</a>', address, icon("open"), name)
