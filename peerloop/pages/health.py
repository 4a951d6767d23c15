"""`/healthz`: the process is up. `/readyz`: database, Redis, worker and beat work too."""

import time
from collections.abc import Callable

from django.apps import apps
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from peerloop.kit.redis import redis_client
from peerloop.operations.heartbeats import BEAT_KEY, WORKER_KEY
from peerloop.tasks import HEARTBEAT_FRESH_SECONDS

# What was found complete once in this process.
_complete: set[str] = set()


class NotWorking(Exception):
    """A service does not work; the message is for operators and names no address."""


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as this process can answer at all."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when database, Redis, worker and beat all work, else 503; JSON names each."""
    parts = {name: examine(check) for name, check in CHECKS.items()}
    ready = all(part["status"] == "ok" for part in parts.values())
    response = JsonResponse(
        {"status": "ready" if ready else "not ready", "parts": parts},
        status=200 if ready else 503,
    )
    # Requested every second while a service is down: a log line for each 503 would flood the log.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def examine(check: Callable[[], None]) -> dict[str, str | float]:
    """Run one check; its status and its duration in milliseconds."""
    began = time.perf_counter()
    problem = ""
    try:
        check()
    except NotWorking as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001 - whatever is wrong is the answer
        # Only the class: messages of drivers name hosts and users.
        problem = type(error).__name__
    part: dict[str, str | float] = {
        "status": "failed" if problem else "ok",
        "milliseconds": round((time.perf_counter() - began) * 1000, 1),
    }
    return part | {"problem": problem} if problem else part


def check_database() -> None:
    """Raises when the database does not answer a query, or lacks tables of the models."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if missing := missing_tables():
        raise NotWorking(f"{missing} tables are missing: run manage.py migrate")


def missing_tables() -> int:
    """How many tables the installed apps lack; asked until there are none.

    Setting Stripe's keys brings dj-stripe's tables in, which an existing database doesn't have.
    """
    if "tables" not in _complete:
        needed = {model._meta.db_table for model in apps.get_models() if model._meta.managed}
        missing = needed - set(connection.introspection.table_names())
        if missing:
            return len(missing)
        _complete.add("tables")
    return 0


def check_redis() -> None:
    """Raises when Redis does not answer."""
    redis_client().ping()


def check_worker() -> None:
    """Raises NotWorking when no worker executed a heartbeat lately."""
    _require_fresh(WORKER_KEY, "the worker executed nothing")


def check_beat() -> None:
    """Raises NotWorking when beat sent no heartbeat lately."""
    _require_fresh(BEAT_KEY, "beat sent nothing")


def _require_fresh(key: str, complaint: str) -> None:
    noted = redis_client().get(key)
    if noted is None:
        raise NotWorking(f"{complaint} yet")
    # The clocks of machines differ a little, so a heartbeat in the future counts as fresh.
    age = time.time() - float(noted)
    if age > HEARTBEAT_FRESH_SECONDS:
        raise NotWorking(f"{complaint} for {age:.0f} s")


CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "redis": check_redis,
    "worker": check_worker,
    "beat": check_beat,
}
