from __future__ import annotations

from django.urls import path

from . import progress_views, views

urlpatterns = [
    path("uppgift/<uuid:task_id>/", views.task, name="task"),
    path("uppgift/<uuid:task_id>/klar/", views.tick, name="task_tick"),
    path("uppgift/<uuid:task_id>/anteckning/", views.note, name="task_note"),
    path("uppgift/<uuid:task_id>/vem/", views.holder, name="task_holder"),
    path("nod/<uuid:node_id>/aktivitet/<uuid:year_activity_id>/", views.activity, name="activity"),
    path("nod/<uuid:node_id>/laget/", progress_views.progress, name="progress"),
    path("nod/<uuid:node_id>/laget.csv", progress_views.progress_csv, name="progress_csv"),
    path("nod/<uuid:node_id>/laget/paminn/", progress_views.remind, name="progress_remind"),
    path("installningar/", views.settings, name="settings"),
]
