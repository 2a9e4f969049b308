"""Probes: whether the process is up, and whether the site is ready to serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_PLAIN = "text/plain; charset=utf-8"


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200 whenever the process responds."""
    return HttpResponse("ok\n", content_type=_PLAIN)


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if the database responds and is migrated; otherwise 503 with the reason."""
    try:
        executor = MigrationExecutor(connection)
        unapplied = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return HttpResponse("The database does not respond.\n", status=503, content_type=_PLAIN)
    if unapplied:
        return HttpResponse(
            f"{len(unapplied)} unapplied migration(s).\n", status=503, content_type=_PLAIN
        )
    return HttpResponse("ready\n", content_type=_PLAIN)
