from django.urls import path

from . import move_views, row_views, views

app_name = "analyses"
urlpatterns = [
    path("nod/<uuid:node_id>/", views.node, name="node"),
    path("nod/<uuid:node_id>/ny/", views.start, name="start"),
    path("<uuid:analysis_id>/", views.read, name="read"),
    path("<uuid:analysis_id>/version/<int:number>/", views.read, name="read"),
    path("<uuid:analysis_id>/utkast/", views.preview, name="preview"),
    path("<uuid:analysis_id>/skriv/", views.edit, name="edit"),
    path("<uuid:analysis_id>/steg/<str:name>/", views.step, name="step"),
    path("<uuid:analysis_id>/enheter/", views.units, name="units"),
    path("<uuid:analysis_id>/lamna-in/", views.submit, name="submit"),
    path("<uuid:analysis_id>/aterlamna/", move_views.give_back, name="return"),
    path("<uuid:analysis_id>/faststall/", move_views.establish, name="establish"),
    path("<uuid:analysis_id>/publicera/", move_views.publish, name="publish"),
    path("<uuid:analysis_id>/ratta/", move_views.correct, name="correct"),
    path("<uuid:analysis_id>/arkivera/", move_views.archive, name="archive"),
    path("<uuid:analysis_id>/jamfor/", move_views.compare, name="compare"),
    path("<uuid:analysis_id>/version/<int:version_number>/aterstall/", move_views.restore, name="version_restore"),
    path("<uuid:analysis_id>/citera/", row_views.quote, name="quote"),
    path("<uuid:analysis_id>/utdrag/", row_views.cite, name="cite"),
    path("<uuid:analysis_id>/behov/<uuid:row_id>/flytta/", row_views.move, name="move"),
    path("<uuid:analysis_id>/rad/<str:slug>/ny/", row_views.add, name="add"),
    path("<uuid:analysis_id>/rad/<str:slug>/<uuid:row_id>/", row_views.save, name="row"),
    path("<uuid:analysis_id>/rad/<str:slug>/<uuid:row_id>/ta-bort/", row_views.delete, name="delete"),
    path("<uuid:analysis_id>/rad/<str:slug>/<uuid:row_id>/angra/", row_views.restore, name="restore"),
    path("<uuid:analysis_id>/rad/<str:slug>/<uuid:row_id>/tidigare/", row_views.history, name="history"),
]
