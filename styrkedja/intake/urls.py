from django.urls import path

from . import views

app_name = "intake"
urlpatterns = [
    path("", views.list_, name="list"),
    path("ny/", views.new, name="new"),
    path("mall.csv", views.template_csv, name="template_csv"),
    path("mall.xlsx", views.template_xlsx, name="template_xlsx"),
    path("fil/<uuid:upload_id>/", views.upload, name="upload"),
    path("fil/<uuid:upload_id>/forlopp/", views.progress, name="progress"),
    path("fil/<uuid:upload_id>/fel.csv", views.errors_csv, name="errors_csv"),
    path("fil/<uuid:upload_id>/bekrafta/", views.confirm, name="confirm"),
    path("fil/<uuid:upload_id>/kasta/", views.discard, name="discard"),
    path("omgang/<uuid:uid>/", views.batch, name="batch"),
    path("omgang/<uuid:uid>/fil/", views.batch_file, name="batch_file"),
    path("omgang/<uuid:uid>/angra/", views.undo, name="undo"),
]
