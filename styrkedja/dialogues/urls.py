from __future__ import annotations

from .meetings.urls import urlpatterns as meetings
from .overview.urls import urlpatterns as overview
from .proposals.urls import urlpatterns as proposals
from .reflections.urls import urlpatterns as reflections
from .requests.urls import urlpatterns as requests
from .selfcheck.urls import urlpatterns as self_checks
from .seminar.urls import urlpatterns as seminars

app_name = "dialogues"
urlpatterns = [*requests, *reflections, *overview, *meetings, *proposals, *seminars, *self_checks]
