from django.urls import path

from . import views

app_name = "indicators"
urlpatterns = [
    path("<uuid:node_id>/", views.node, name="node"),
    path("<uuid:node_id>/<slug:indicator_id>/", views.indicator, name="indicator"),
]
