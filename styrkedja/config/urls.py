"""Every address of the program: one prefix a room, Swedish words."""

from __future__ import annotations

from django.urls import include, path
from django.views.i18n import set_language

from styrkedja.access.gate import public

urlpatterns = [
    path("", include("styrkedja.desk.urls")),
    path("kedjan/", include("styrkedja.organisation.urls")),
    path("resultat/", include("styrkedja.indicators.urls")),
    path("analyser/", include("styrkedja.analyses.urls")),
    path("rapporter/", include("styrkedja.reports.urls")),
    path("import/", include("styrkedja.intake.urls")),
    path("sprak/", public(set_language), name="set_language"),
    path("konto/", include("styrkedja.config.account_urls")),
]
