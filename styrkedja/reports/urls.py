from django.urls import path

from . import minutes_views, move_views, plan_views, registry_views, slide_views, views

app_name = "reports"
urlpatterns = [
    path("", views.list_reports, name="list"),
    path("bildspelsmall/", slide_views.slide_template, name="slide_template"),
    path("bildspelsmall/<uuid:template_id>/", slide_views.slide_template_file, name="slide_template_file"),
    path("om/<uuid:node_id>/", views.node, name="node"),
    path("om/<uuid:node_id>/ny/", views.make, name="make"),
    path("plan/<uuid:document_id>/", plan_views.plan, name="plan"),
    path("plan/<uuid:document_id>/pdf/", plan_views.plan_pdf, name="plan_pdf"),
    path("protokoll/<uuid:meeting_id>/<int:minutes_number>/pdf/", minutes_views.minutes_pdf, name="minutes_pdf"),
    path("<uuid:report_id>/", views.read, name="read"),
    path("<uuid:report_id>/pdf/", views.pdf, name="pdf"),
    path("<uuid:report_id>/bildspel/", views.slides, name="slides"),
    path("<uuid:report_id>/diariepaket/", registry_views.package, name="package"),
    path("<uuid:report_id>/diarienummer/", registry_views.case_number, name="case_number"),
    path("<uuid:report_id>/jamfor/", views.compare, name="compare"),
    path("<uuid:report_id>/lamna-in/", move_views.hand_in, name="hand_in"),
    path("<uuid:report_id>/aterlamna/", move_views.give_back, name="return"),
    path("<uuid:report_id>/faststall/", move_views.establish, name="establish"),
    path("<uuid:report_id>/publicera/", move_views.publish, name="publish"),
    path("<uuid:report_id>/arkivera/", move_views.archive, name="archive"),
]
