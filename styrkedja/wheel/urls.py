from __future__ import annotations

from .calendar import urls as calendar
from .pages import urls as pages
from .tasks import urls as tasks
from .years import urls as years

app_name = "wheel"
urlpatterns = [*pages.urlpatterns, *calendar.urlpatterns, *tasks.urlpatterns, *years.urlpatterns]
