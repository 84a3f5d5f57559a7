from django.urls import path

from . import views

app_name = "documents"
urlpatterns = [
    path("delegation/", views.delegations, name="delegations"),
    path("delegation/ny/", views.delegation_new, name="delegation_new"),
    path("delegation/<uuid:rule_id>/avsluta/", views.delegation_end, name="delegation_end"),
]
