"""Two addresses for whoever watches over the program: is it alive, and can it serve?"""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from styrkedja.access.gate import public


@public
@never_cache
def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape of a view
    """200 as long as the process answers."""
    return JsonResponse({"status": "ok"})


@public
@never_cache
def ready(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's shape of a view
    """200 when the database answers and has every migration, else 503 with the reason in one word."""
    try:
        executor = MigrationExecutor(connection)
        behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return JsonResponse({"status": "database"}, status=503)
    return JsonResponse({"status": "migrations" if behind else "ok"}, status=503 if behind else 200)
