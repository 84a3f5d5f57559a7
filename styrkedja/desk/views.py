"""The start page: what is mine to do, and where I stand in the chain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styrkedja.access.gate import access_of, requires


@requires()
def start(request: HttpRequest) -> HttpResponse:
    return render(request, "desk/start.html", {"assignments": access_of(request).assignments})
