from django.urls import path

from . import views

app_name = "desk"
urlpatterns = [
    path("", views.start, name="start"),
    path("sok/", views.search, name="search"),
    path("min-lista/mejl/", views.mail, name="mail"),
]
