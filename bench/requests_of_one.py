"""One act again and again: its processor time, what passed on the clock, and its statements."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from bench.meter import seconds_of


def statements_of(act: Callable[[], object]) -> list[str]:
    """What the act asks the database."""
    from django.db import connection

    statements: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        act()
    return statements


def measure(act: Callable[[], object], rounds: int) -> dict[str, Any]:
    """Milliseconds of this thread and its database connection, and statements, warmed up."""
    from django.db import connection

    for _ in range(3):
        act()
    statements = statements_of(act)
    server = connection.connection.info.backend_pid
    times, clock = [], []
    for _ in range(rounds):
        began, spent, before = time.perf_counter(), time.thread_time(), seconds_of(server)
        act()
        used = time.thread_time() - spent + seconds_of(server) - before
        times.append(1_000 * used)
        clock.append(1_000 * (time.perf_counter() - began))
    return {
        "p50_ms": round(statistics.median(times), 2),
        "p95_ms": round(statistics.quantiles(times, n=20)[-1], 2),
        "clock_p50_ms": round(statistics.median(clock), 2),
        "statements": len(statements),
    }
