"""The key that makes a form count once (`core.writing.once`): {% include "_components/form_key.html" %}."""

from __future__ import annotations

import uuid

from django import template

register = template.Library()


@register.simple_tag
def new_form_key() -> str:
    return str(uuid.uuid4())
