"""Words about nodes for templates: {% load chain %}."""

from __future__ import annotations

from collections.abc import Iterable

from django import template

from styrkedja.organisation.models import SchoolForm

register = template.Library()


@register.filter
def form_names(codes: Iterable[str]) -> str:
    """["gr", "fsk"] -> "Grundskola, förskoleklass"; unknown codes as they are."""
    words = [str(SchoolForm(code).label) if code in SchoolForm else code for code in codes]
    return ", ".join([*words[:1], *(word[:1].lower() + word[1:] for word in words[1:])])
