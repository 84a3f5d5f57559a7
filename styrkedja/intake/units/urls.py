from django.urls import path

from . import views

app_name = "units"
urlpatterns = [
    path("", views.upload, name="upload"),
    path("mall.<str:kind>", views.template, name="template"),
    path("<uuid:list_id>/", views.preview, name="preview"),
]
