from __future__ import annotations

from .years import urls as years

app_name = "wheel"
urlpatterns = [*years.urlpatterns]
