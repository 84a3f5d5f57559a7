"""Every address of the program: one prefix a room, Swedish words."""

from __future__ import annotations

from django.urls import include, path

from . import health, language

urlpatterns = [
    path("", include("styrkedja.desk.urls")),
    path("kedjan/", include("styrkedja.access.urls")),
    path("resultat/", include("styrkedja.indicators.urls")),
    path("analyser/", include("styrkedja.analyses.urls")),
    path("rapporter/", include("styrkedja.reports.urls")),
    path("import/enheter/", include("styrkedja.intake.units.urls")),
    path("import/", include("styrkedja.intake.urls")),
    path("sprak/", language.set_language, name="set_language"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("konto/", include("styrkedja.config.account_urls")),
]
