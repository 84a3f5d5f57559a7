"""Every address of the program: one prefix a room, Swedish words."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path

from styrkedja.access.gate import public
from styrkedja.core.gallery import gallery

from . import health, language

urlpatterns = [
    path("", include("styrkedja.desk.urls")),
    path("kedjan/", include("styrkedja.access.urls")),
    path("resultat/", include("styrkedja.indicators.urls")),
    path("analyser/", include("styrkedja.analyses.urls")),
    path("planer/", include("styrkedja.plans.urls")),
    path("dialoger/", include("styrkedja.dialogues.urls")),
    path("arshjul/", include("styrkedja.wheel.urls")),
    path("rapporter/", include("styrkedja.reports.urls")),
    path("dokument/", include("styrkedja.documents.urls")),
    path("import/enheter/", include("styrkedja.intake.units.urls")),
    path("import/", include("styrkedja.intake.urls")),
    path("sprak/", language.set_language, name="set_language"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("konto/", include("styrkedja.config.account_urls")),
]

if settings.DEBUG:  # what pages are built from, to look at while building
    urlpatterns.append(path("komponenter/", public(gallery), name="gallery"))
