"""The page of a document that was disposed of, wherever it is asked for: what it was, and under which decision."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styrkedja.access.gate import access_of
from styrkedja.organisation.shell import node_shell

from .models import DocumentKind
from .retention import Disposed, tombstone_of

ROOM = {DocumentKind.ANALYSIS: "analyses", DocumentKind.QUALITY_REPORT: "reports"}
GONE = 410


class Tombstones:
    """Middleware: whoever may read a document reads its tombstone where the document was (`retention.still_there`)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Disposed):
            return None
        document = exception.document
        context = {
            **node_shell(access_of(request), document.node, ROOM.get(DocumentKind(document.kind), "plans")),
            "document": document,
            "tombstone": tombstone_of(document),
        }
        return render(request, "documents/disposed.html", context, status=GONE)
