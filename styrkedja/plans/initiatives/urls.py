from __future__ import annotations

from django.urls import URLPattern, path

from . import edit_views, outcome_views, views

ONE = "insatser/<uuid:initiative_id>/"
ACTIVITY = f"{ONE}aktiviteter/<uuid:activity_id>/"

urlpatterns: list[URLPattern] = [
    path("nod/<uuid:node_id>/hur-gor-vi/", views.how, name="how"),
    path("nod/<uuid:node_id>/hur-blev-det/", views.outcome, name="outcome"),
    path("nod/<uuid:node_id>/insatser/ny/", views.initiative_add, name="initiative_add"),
    path("bibliotek/", outcome_views.library_page, name="library"),
    path(ONE, views.initiative, name="initiative"),
    path(f"{ONE}skriv/", edit_views.initiative_change, name="initiative_change"),
    path(f"{ONE}andra/", edit_views.initiative_adjust, name="initiative_adjust"),
    path(f"{ONE}besluta/", views.initiative_decide, name="initiative_decide"),
    path(f"{ONE}borja/", views.initiative_begin, name="initiative_begin"),
    path(f"{ONE}genomford/", views.initiative_complete, name="initiative_complete"),
    path(f"{ONE}avbryt/", views.initiative_stop, name="initiative_stop"),
    path(f"{ONE}ta-bort/", views.initiative_delete, name="initiative_delete"),
    path(f"{ONE}lagg-tillbaka/", views.initiative_restore, name="initiative_restore"),
    path(f"{ONE}aktiviteter/ny/", edit_views.activity_add, name="activity_add"),
    path(ACTIVITY, edit_views.activity, name="activity"),
    path(f"{ACTIVITY}ta-bort/", edit_views.activity_remove, name="activity_remove"),
    path(f"{ACTIVITY}klar/", edit_views.activity_done, name="activity_done"),
    path(f"{ONE}folj-upp/", outcome_views.follow_up, name="follow_up"),
    path(f"{ONE}utvardera/", outcome_views.evaluate, name="evaluate"),
    path(f"{ONE}driv-vidare/", outcome_views.carry_on, name="carry_on"),
    path(f"{ONE}liknande/", outcome_views.start_like, name="start_like"),
]
