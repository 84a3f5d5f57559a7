"""What the shell of every page shows: organiser, navigation, language."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from styrkedja.access.gate import access_of
from styrkedja.access.permissions import Permission
from styrkedja.organisation.models import Organiser

# URL name, label, icon, and the permissions any of which opens it (none: everyone logged in).
ENTRIES: tuple[tuple[str, str, str, tuple[Permission, ...]], ...] = (
    ("desk:start", gettext_noop("My list"), "list", ()),
    ("organisation:chain", gettext_noop("The chain"), "chain", (Permission.CHAIN_READ,)),
    ("wheel:start", gettext_noop("Annual wheel"), "wheel", (Permission.WHEEL_READ,)),
    ("reports:list", gettext_noop("Reports"), "report", (Permission.REPORT_READ,)),
    ("plans:library", gettext_noop("The library"), "book", (Permission.PLAN_READ,)),
    ("documents:delegations", gettext_noop("Delegation"), "people", (Permission.DECISION_ENTER,)),
    (
        "documents:retention",
        gettext_noop("Retention"),
        "lock",
        (Permission.DOCUMENT_ARCHIVE, Permission.DOCUMENT_DISPOSE),
    ),
    ("intake:list", gettext_noop("Import"), "upload", (Permission.IMPORT,)),
)
# Pages of a node, and of lists of units: the menu says that one is in the chain.
NODE_ROOMS = ("indicators", "analyses", "plans", "dialogues", "units")


def shell(request: HttpRequest) -> dict[str, Any]:
    """`organiser` (None before one is founded) and `navigation`: [{label, url, icon, current}]."""
    return {
        "organiser": SimpleLazyObject(Organiser.objects.first),
        "navigation": SimpleLazyObject(lambda: _navigation(request)),
    }


def _navigation(request: HttpRequest) -> list[dict[str, Any]]:
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return []
    access = access_of(request)
    current = _current(request)
    return [
        {"label": _(label), "url": address, "icon": icon, "current": name == current}
        for name, label, icon, permissions in ENTRIES
        if (not permissions or access.holds(*permissions)) and (address := _address(name))
    ]


def _current(request: HttpRequest) -> str:
    """The entry one is at: the page itself, or the one its room belongs to."""
    match = request.resolver_match
    names = [name for name, *_rest in ENTRIES]
    if match is None or match.view_name in names:
        return match.view_name if match else ""
    if closer := [name for name in names if match.view_name.startswith(f"{name}_")]:
        return closer[0]
    room = "organisation" if match.app_name in NODE_ROOMS else match.app_name
    return next((name for name in names if name.split(":")[0] == room), "")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
