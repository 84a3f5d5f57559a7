"""What a meeting proposes, for the pages of meetings: they stand beside proposals and are not built upon them."""

from __future__ import annotations

from django import template

from styrkedja.dialogues.models import Meeting, Proposal
from styrkedja.dialogues.proposals import queries

register = template.Library()


@register.simple_tag
def proposals_of(meeting: Meeting) -> list[Proposal]:
    """In the meeting's order, withdrawn ones last. One query."""
    return queries.of_meeting(meeting)
