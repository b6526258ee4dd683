"""Whether the portal is alive, and whether it can do its work."""

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
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers, reads Japanese and has every table; 503 and the reason otherwise.

    Valkey does not count: without it the portal goes on.
    """
    problem = _problem()
    return JsonResponse({"status": problem or "ok"}, status=503 if problem else 200)


def _problem() -> str:
    """What is missing, in a word; empty when nothing is."""
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
