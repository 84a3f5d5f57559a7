from __future__ import annotations

from .frame import urls as frame
from .goals import urls as goals
from .initiatives import urls as initiatives
from .operational import urls as operational

app_name = "plans"
urlpatterns = [*frame.urlpatterns, *goals.urlpatterns, *initiatives.urlpatterns, *operational.urlpatterns]
