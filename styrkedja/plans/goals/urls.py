from __future__ import annotations

from django.urls import URLPattern, path

from . import closing_views, deciding_views, thread_views, views

urlpatterns: list[URLPattern] = [
    path("nod/<uuid:node_id>/vart-ska-vi/", views.whereto, name="whereto"),
    path("nod/<uuid:node_id>/mal/nytt/", views.goal_add, name="goal_add"),
    path("nod/<uuid:node_id>/stang-period/", closing_views.period_close, name="period_close"),
    path("mal/<uuid:goal_id>/", views.goal, name="goal"),
    path("mal/<uuid:goal_id>/andra/", views.goal_change, name="goal_change"),
    path("mal/<uuid:goal_id>/ta-bort/", views.goal_delete, name="goal_delete"),
    path("mal/<uuid:goal_id>/lagg-tillbaka/", views.goal_restore, name="goal_restore"),
    path("mal/<uuid:goal_id>/malvarde/", views.target_add, name="target_add"),
    path("mal/<uuid:goal_id>/malvarde/<uuid:target_id>/ta-bort/", views.target_remove, name="target_remove"),
    path("mal/<uuid:goal_id>/besluta/", deciding_views.goal_decide, name="goal_decide"),
    path("mal/<uuid:goal_id>/registrera/", deciding_views.goal_register, name="goal_register"),
    path("mal/<uuid:goal_id>/avsluta/", deciding_views.goal_close, name="goal_close"),
    path("mal/<uuid:goal_id>/roda-traden/", thread_views.thread, name="thread"),
    path("insatser/<uuid:initiative_id>/roda-traden/", thread_views.initiative_thread, name="initiative_thread"),
    path("beslut/<uuid:decision_id>/roda-traden/", thread_views.decision_thread, name="decision_thread"),
    path("behov/<uuid:version_id>/<uuid:need_id>/roda-traden/", thread_views.need_thread, name="need_thread"),
]
