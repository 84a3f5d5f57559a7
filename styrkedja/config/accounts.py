"""How people log in: by e-mail and password; accounts are added by an administrator, never by signing up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.db import transaction
from django.http import HttpRequest
from django.utils import translation

from styrkedja.core import audit
from styrkedja.core.audit import Event


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's hooks: closed sign-up, and the trail of logins."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - the hook is called with it
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        super().login(request, user)
        with transaction.atomic():
            audit.record(Event.LOGGED_IN, by=user)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        super().authentication_failed(request, **credentials)
        with transaction.atomic():
            audit.record(Event.LOGIN_FAILED, by=None)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of the one who gets it, whoever asked for it."""
        language = getattr(context.get("user"), "language", None) or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, context)

    def set_password(self, user: Any, password: str) -> None:
        """Every way to a new password comes through here: changed, chosen, or reset by a mail."""
        with transaction.atomic():
            super().set_password(user, password)
            audit.record(Event.PERSON_CHANGED, by=user, about=user, details={"fields": ["password"]})
