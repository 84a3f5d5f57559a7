from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("nod/<uuid:node_id>/matris/", views.matrix, name="matrix"),
    path("nod/<uuid:node_id>/matris.csv", views.matrix_csv, name="matrix_csv"),
    path("nod/<uuid:node_id>/matris/paminn/", views.remind, name="matrix_remind"),
    path("nod/<uuid:node_id>/anvandning/", views.uses, name="uses"),
]
