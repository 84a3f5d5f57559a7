from __future__ import annotations

from django.urls import URLPattern, path

from . import closing_views, comparing_views, edit_views, own_views, views

urlpatterns: list[URLPattern] = [
    path("ar/", views.years, name="years"),
    path("ar/nytt/<uuid:node_id>/", views.year_new, name="year_new"),
    path("ar/jamfor/<uuid:node_id>/", comparing_views.year_compare, name="year_compare"),
    path("ar/<uuid:cycle_id>/", views.year, name="year"),
    path("ar/<uuid:cycle_id>/nasta/", views.year_from_last, name="year_from_last"),
    path("ar/<uuid:cycle_id>/enheter/", views.year_units, name="year_units"),
    path("ar/<uuid:cycle_id>/publicera/", views.year_publish, name="year_publish"),
    path("ar/<uuid:cycle_id>/publicera/lage/", views.year_progress, name="year_progress"),
    path("ar/<uuid:cycle_id>/ta-bort/", views.year_delete, name="year_delete"),
    path("ar/<uuid:cycle_id>/lagg-tillbaka/", views.year_restore, name="year_restore"),
    path("ar/<uuid:cycle_id>/ny-aktivitet/", edit_views.year_activity_add, name="year_activity_add"),
    path("ar/<uuid:cycle_id>/egen/<uuid:node_id>/", own_views.own_add, name="own_add"),
    path("ar/<uuid:cycle_id>/egen/<uuid:node_id>/forra/", own_views.own_from_last, name="own_from_last"),
    path("ar/<uuid:cycle_id>/stang/", closing_views.year_close, name="year_close"),
    path("ar/<uuid:cycle_id>/stang/flera/", closing_views.year_settle_many, name="year_settle_many"),
    path("ar/<uuid:cycle_id>/stang/egna/anda/", closing_views.year_take_back_own, name="year_take_back_own"),
    path("ar/<uuid:cycle_id>/stang/<uuid:year_activity_id>/", closing_views.year_settle, name="year_settle"),
    path("ar/<uuid:cycle_id>/stang/<uuid:year_activity_id>/anda/", closing_views.year_take_back, name="year_take_back"),
    path("ar/aktivitet/<uuid:year_activity_id>/", edit_views.year_activity, name="year_activity"),
    path("ar/aktivitet/<uuid:year_activity_id>/andra/", edit_views.activity_change, name="activity_change"),
    path("ar/aktivitet/<uuid:year_activity_id>/stall-in/", edit_views.activity_cancel, name="activity_cancel"),
]
