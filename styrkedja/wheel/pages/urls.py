from __future__ import annotations

from django.urls import path

from . import embed_views, views

urlpatterns = [
    path("", views.start, name="start"),
    path("<uuid:node_id>/", views.node, name="node"),
    path("<uuid:node_id>/tabell.csv", views.table_csv, name="table_csv"),
    path("<uuid:node_id>/bild/<slug:picture_format>/", views.picture, name="picture"),
    path("intranat/<uuid:embed_cycle_id>/", embed_views.embed, name="embed"),
    path("publik/<uuid:public_cycle_id>/", embed_views.public_page, name="public"),
    path("publik/<uuid:public_cycle_id>.svg", embed_views.public_svg, name="public_svg"),
]
