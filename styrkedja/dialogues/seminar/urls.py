from __future__ import annotations

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("moten/<uuid:meeting_id>/seminarium/", views.seminar, name="seminar"),
    path("moten/<uuid:meeting_id>/seminarium/visa/", views.reveal, name="seminar_reveal"),
    path("moten/<uuid:meeting_id>/seminarium/<slug:seminar_step>/<slug:about>/", views.write, name="seminar_write"),
    path("nod/<uuid:node_id>/fran-seminarier/", views.notes_for_analysis, name="seminar_notes"),
]
