from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("begaran/<uuid:receiver_id>/reflektion/", views.hand_in, name="reflection_hand_in"),
    path("begaran/<uuid:receiver_id>/reflektion/<int:question>/", views.save, name="reflection_save"),
    path("begaran/<uuid:receiver_id>/reflektion/<int:question>/kommentar/", views.comment, name="reflection_talk"),
]
