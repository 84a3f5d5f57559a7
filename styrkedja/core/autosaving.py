"""The server's side of a text that is saved as one types (the protocol stands in static/js/autosave.js).

A script that saves gets JSON: 200 {version, saved_at}, 409 {version, html}, 422 {error}, 403 {error}. Without a script
the same address answers with a page, which is each room's own.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, Protocol

from django.forms import BaseForm
from django.http import HttpRequest, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import timezone


class Saved(Protocol):
    """A row as it stands: who wrote it last is asked for where two have written at once."""

    version: int
    changed_at: dt.datetime
    changed_by: Any


def by_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Autosave") == "1"


def by_somebody_else(request: HttpRequest) -> bool:
    """Another person has logged in since the page was opened: the text is not theirs to save."""
    return by_script(request) and request.POST.get("_person", str(request.user.pk)) != str(request.user.pk)


def not_yours() -> JsonResponse:
    return JsonResponse({"error": "person"}, status=403)


def clock(moment: dt.datetime) -> str:
    """The time as the page says it: "10:42"."""
    return timezone.localtime(moment).strftime("%H:%M")


def kept(version: int, at: dt.datetime) -> JsonResponse:
    return JsonResponse({"version": version, "saved_at": clock(at)})


def refused(reason: str) -> JsonResponse:
    return JsonResponse({"error": reason}, status=422)


def first_error(form: BaseForm) -> str:
    return next(str(error) for errors in form.errors.values() for error in errors)


def conflict(current: Saved, fields: list[dict[str, Any]]) -> dict[str, Any]:
    """Both texts for `_components/conflict.html`. fields: [{"label", "mine", "theirs"}], those that differ."""
    at = clock(current.changed_at)
    return {"fields": fields, "theirs_by": current.changed_by, "theirs_at": at, "version": current.version}


def both(request: HttpRequest, told: dict[str, Any]) -> JsonResponse:
    html = render_to_string("_components/conflict.html", told, request)
    return JsonResponse({"version": told["version"], "html": html}, status=409)


def mine_over(request: HttpRequest, current: Saved) -> QueryDict:
    """What was sent, to be sent again over what stands now."""
    sent = request.POST.copy()
    sent["version"] = str(current.version)
    return sent
