"""Files as they are sent: what they are called in a folder, and in which language."""

from __future__ import annotations

from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language

from . import queries
from .document import Language
from .models import Report

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def attached(content: bytes, name: str, kind: str) -> HttpResponse:
    """A file to keep, under a name that says what it is."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = disposition(name)
    response["X-Content-Type-Options"] = "nosniff"
    return response


def file_name(report: Report, language: Language, suffix: str = "pdf") -> str:
    """ "Kvalitetsrapport 2024-25 Björkskolan v2.pdf": says what it is in a folder of files."""
    title = queries.document_of(report, language).title.replace("/", "-")
    name = "".join(sign for sign in report.node.name if sign.isprintable() and sign not in '\\/:*?"<>|')
    return f"{title} {name} v{report.number}.{suffix}"


def disposition(name: str) -> str:
    """Content-Disposition with the name in ASCII and, for all who understand it, in full (RFC 6266, RFC 8187)."""
    stem, _dot, suffix = name.rpartition(".")
    return f"attachment; filename=\"{slugify(stem) or 'rapport'}.{suffix}\"; filename*=UTF-8''{quote(name, safe='')}"


def language_of(request: HttpRequest) -> Language:
    """The reader's, or the one the address asks for."""
    wanted = request.GET.get("lang") or get_language() or "sv"
    return "en" if wanted.startswith("en") else "sv"
