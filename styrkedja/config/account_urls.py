"""allauth's pages that we use: log in, log out, change and reset a password. No sign-up."""

from __future__ import annotations

from allauth.account import views
from django.urls import path, re_path

from styrkedja.access.gate import public, requires

urlpatterns = [
    path("logga-in/", public(views.login), name="account_login"),
    path("logga-ut/", public(views.logout), name="account_logout"),
    path("stangt/", public(views.account_inactive), name="account_inactive"),
    path("losenord/", requires()(views.password_change), name="account_change_password"),
    path("losenord/valj/", requires()(views.password_set), name="account_set_password"),
    path("losenord/glomt/", public(views.password_reset), name="account_reset_password"),
    path("losenord/skickat/", public(views.password_reset_done), name="account_reset_password_done"),
    # The id ends at the first hyphen; the key has hyphens of its own.
    re_path(
        r"^losenord/nytt/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("losenord/bytt/", public(views.password_reset_from_key_done), name="account_reset_password_from_key_done"),
]
