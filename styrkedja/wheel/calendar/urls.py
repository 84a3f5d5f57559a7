from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("kalender/", views.page, name="calendar"),
    path("kalender/ny/", views.make, name="feed_make"),
    path("kalender/aterkalla/", views.revoke, name="feed_revoke"),
    path("kalender/uppgift/<uuid:task_id>.ics", views.task, name="task_ics"),
    path("kalender/mote/<uuid:meeting_id>.ics", views.meeting, name="meeting_ics"),
    path("kalender/nod/<uuid:node_id>/<uuid:year_activity_id>.ics", views.activity, name="activity_ics"),
    path("kalender/<str:token>.ics", views.feed, name="feed"),
]
