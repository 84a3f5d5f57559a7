"""Refuses what no database can hold before anything looks it up: NUL characters in an address or a cookie."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse


class NoNul:
    """Middleware, before sessions: cookies may be written so that a NUL comes out (RFC 2109's quoted octals)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or any("\0" in value for value in request.COOKIES.values()):
            raise BadRequest("NUL in the address or a cookie")
        return self.get_response(request)
