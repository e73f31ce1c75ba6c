"""Whether the process is alive and whether it can work: /healthz and /readyz."""

import structlog
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from redis.exceptions import RedisError

logger = structlog.get_logger(__name__)


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive; touches nothing."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 where the database, its migrations and Redis are there, else 503 naming what is not."""
    states = {"database": _database(), "redis": _redis()}
    ready = all(state == "ok" for state in states.values())
    return JsonResponse(states, status=200 if ready else 503)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("readiness: the database does not answer")
        return "unreachable"
    return "migrations pending" if plan else "ok"


def _redis() -> str:
    try:
        cache.set("readyz", 1, timeout=5)
    except (RedisError, OSError):
        logger.exception("readiness: Redis does not answer")
        return "unreachable"
    return "ok"
