from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("nod/<uuid:node_id>/beslut/", views.decisions, name="decisions"),
    path("nod/<uuid:node_id>/beslut/nytt/", views.decision_add, name="decision_add"),
    path("beslut/<uuid:decision_id>/", views.decision, name="decision"),
    path("installningar/", views.settings, name="settings"),
]
