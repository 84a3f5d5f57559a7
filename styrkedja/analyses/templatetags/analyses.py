"""Tags of the analysis pages."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from styrkedja.analyses.quoted import said
from styrkedja.core.guidance import guidance as text_of

register = template.Library()


@register.simple_tag
def guidance(name: str) -> SafeString:
    """A text of content/, in the reader's language."""
    return text_of(name)


@register.filter
def in_language(words: dict[str, str]) -> str:
    """Kept words, {"sv", "en"}, in the reader's language."""
    return said(words)


@register.filter
def first_words(text: str, length: int = 60) -> str:
    """The beginning of a text in one line, so that one knows which it is."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
