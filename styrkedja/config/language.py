"""The language of the pages: a person's own, kept between devices; for visitors the browser's or the switch."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.i18n import set_language as djangos_set_language

from styrkedja.access.gate import public
from styrkedja.organisation import actions
from styrkedja.organisation.models import Person


class PersonsLanguage:
    """Middleware: the language a person has chosen goes before the browser's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Person) and request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()  # type: ignore[attr-defined]
        return self.get_response(request)


@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch language and stay on the page; a logged-in person keeps the choice."""
    language = request.POST.get("language", "")
    if isinstance(request.user, Person) and language in ("sv", "en") and language != request.user.language:
        actions.choose_language(person=request.user, language=language, by=request.user)
    return djangos_set_language(request)
