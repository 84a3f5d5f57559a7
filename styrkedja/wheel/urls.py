from django.urls import URLPattern

app_name = "wheel"
urlpatterns: list[URLPattern] = []
