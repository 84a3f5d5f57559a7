from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("overlamning/<uuid:node_id>/", views.handover, name="handover"),
    path("sok/", views.search, name="search"),
    path("min-lista/mejl/", views.mail, name="mail"),
]
