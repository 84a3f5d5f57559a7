from django.urls import path

from . import views

app_name = "reports"
urlpatterns = [
    path("", views.list_reports, name="list"),
    path("om/<uuid:node_id>/", views.node, name="node"),
    path("om/<uuid:node_id>/ny/", views.make, name="make"),
    path("<uuid:report_id>/", views.read, name="read"),
    path("<uuid:report_id>/pdf/", views.pdf, name="pdf"),
]
