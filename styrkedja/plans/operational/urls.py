from __future__ import annotations

from django.urls import URLPattern, path

from . import move_views, row_views, talk_views, views

PLAN = "verksamhetsplan/<uuid:document_id>/"
ROW = f"{PLAN}rad/<str:part>/<uuid:part_id>/"

urlpatterns: list[URLPattern] = [
    path("nod/<uuid:node_id>/verksamhetsplaner/", views.plans, name="plans"),
    path("nod/<uuid:node_id>/verksamhetsplaner/ny/", views.plan_start, name="plan_start"),
    path(PLAN, views.plan_read, name="plan_read"),
    path(f"{PLAN}version/<int:number>/", views.plan_read, name="plan_read"),
    path(f"{PLAN}version/<int:version_number>/aterstall/", move_views.plan_restore, name="plan_restore"),
    path(f"{PLAN}utkast/", views.plan_preview, name="plan_preview"),
    path(f"{PLAN}skriv/", views.plan_edit, name="plan_edit"),
    path(f"{PLAN}dela/", views.plan_share, name="plan_share"),
    path(f"{PLAN}lamna-in/", views.plan_submit, name="plan_submit"),
    path(f"{PLAN}aterlamna/", move_views.plan_return, name="plan_return"),
    path(f"{PLAN}faststall/", move_views.plan_establish, name="plan_establish"),
    path(f"{PLAN}publicera/", move_views.plan_publish, name="plan_publish"),
    path(f"{PLAN}ratta/", move_views.plan_correct, name="plan_correct"),
    path(f"{PLAN}arkivera/", move_views.plan_archive, name="plan_archive"),
    path(f"{PLAN}jamfor/", move_views.plan_compare, name="plan_compare"),
    path(f"{PLAN}kommentera/", talk_views.plan_comment, name="plan_comment"),
    path(f"{PLAN}kommentar/<uuid:comment_id>/klar/", talk_views.plan_resolve, name="plan_resolve"),
    path(f"{PLAN}rad/<str:part>/ny/", row_views.plan_row_add, name="plan_row_add"),
    path(ROW, row_views.plan_row, name="plan_row"),
    path(f"{ROW}ta-bort/", row_views.plan_row_remove, name="plan_row_remove"),
    path(f"{ROW}tidigare/", row_views.plan_history, name="plan_history"),
]
