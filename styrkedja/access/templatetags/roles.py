"""Words about roles for templates: {% load roles %}."""

from __future__ import annotations

from django import template

from styrkedja.access.queries import role_name as name_of

register = template.Library()


@register.filter
def role_name(role: str) -> str:
    return name_of(role)
