from django.urls import path

from . import retention_views, views

app_name = "documents"
urlpatterns = [
    path("delegation/", views.delegations, name="delegations"),
    path("delegation/ny/", views.delegation_new, name="delegation_new"),
    path("delegation/<uuid:rule_id>/avsluta/", views.delegation_end, name="delegation_end"),
    path("gallring/", retention_views.overview, name="retention"),
    path("gallring/regel/ny/", retention_views.rule_new, name="retention_new"),
    path("gallring/regel/<uuid:retention_id>/", retention_views.rule_due, name="retention_due"),
    path("gallring/regel/<uuid:retention_id>/avsluta/", retention_views.rule_end, name="retention_end"),
    path("gallring/forslag/", retention_views.disposal, name="retention_proposals"),
]
