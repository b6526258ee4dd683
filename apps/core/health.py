"""Health checks: liveness (`healthz`) and readiness (`readyz`)."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

# With a database of the wrong locale PostgreSQL sees no letters in Japanese, and search would find nothing.
LETTERS = "SELECT cardinality(show_trgm('公園で遊ぶ')) > 0"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process runs (liveness)."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database is reachable, has a usable locale and all migrations; else 503 with the reason.

    Valkey is not checked: without it the portal goes on.
    """
    problem = _problem()
    return JsonResponse({"status": problem or "ok"}, status=503 if problem else 200)


def _problem() -> str:
    """Return "locale", "migrations" or "database" for what is missing; an empty string when nothing is."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(LETTERS)
            row = cursor.fetchone()
        if not (row and row[0]):
            return "locale"
        executor = MigrationExecutor(connection)
        return "migrations" if executor.migration_plan(executor.loader.graph.leaf_nodes()) else ""
    except DatabaseError:
        return "database"
