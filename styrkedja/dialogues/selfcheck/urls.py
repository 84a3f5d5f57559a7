from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("nod/<uuid:node_id>/sjalvskattning/", views.rounds, name="self_checks"),
    path("nod/<uuid:node_id>/sjalvskattning/ny/", views.open_round, name="self_check_open"),
    path("sjalvskattning/<uuid:check_id>/", views.result, name="self_check"),
    path("sjalvskattning/<uuid:check_id>/paminn/", views.remind, name="self_check_remind"),
    path("sjalvskattning/<uuid:check_id>/stang/", views.close, name="self_check_close"),
    path("sjalvskattning/svar/<uuid:sheet_id>/", views.sheet, name="self_check_sheet"),
    path("sjalvskattning/svar/<uuid:sheet_id>/ta-tillbaka/", views.take_back, name="self_check_take_back"),
]
