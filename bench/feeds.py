"""``bin/bench feeds``: own feeds and posting, with 10,000 and with 1,000,000 posts.

A post comes every twenty seconds, whatever the size: more posts are a longer history. Two readers
are in one course, whose feed gets a tenth of the posts; the busy one follows a thousand writers,
the quiet one ten who write a few times a week. The writer who posts has 10,000 followers.

Each size has a process and a database of its own, with fsync on and production settings. Times are
of processor and database connection, so that other load hardly matters, and beside them what
passed on the clock. The summary has aim and red line beside each figure: "!" misses the aim, "X"
the red line. Writes ``var/bench-feeds.json``.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import growth_world as world
from bench.meter import seconds_of
from bench.sizes import figures_of
from bench.stack import PROJECT

SIZES = (10_000, 1_000_000)
MEMBERS, FOLLOWERS = 12_100, 10_000
WRITER, BUSY, QUIET = 1, 2, 3
ROUNDS, POSTS = 60, 20
# Aim and red line of each.
API_MS, PAGE_MS, POSTING_MS = (8.0, 25.0), (15.0, 25.0), (100.0, 250.0)
GROWTH, STATEMENTS = (1.2, 2.0), (8, 12)
AGO = "now() - ({n} - g) * interval '20 seconds'"
READS = {
    "API, ranked": "/api/v1/feed",
    "API, newest first": "/api/v1/feed?order=newest",
    "API, main feed": "/api/v1/feed?feed=main",
    "page, ranked": "/feed",
    "page, newest first": "/feed?order=newest",
    "page, main feed": "/feed?feed=main",
}
# Of every ten posts one stands in the course; every 2,500th is of one of ten quiet writers.
AUTHOR = "CASE WHEN g % 2500 = 0 THEN 12001 + g / 2500 % 10 ELSE 100 + g % 2000 END"
FOLLOWS = f"""
    INSERT INTO follows (id, created_at, updated_at, follower_id, followed_id)
    SELECT gen_random_uuid(), now(), now(), pg_temp.key(1, f), pg_temp.key(1, t) FROM (
        SELECT {BUSY} AS f, 100 + g AS t FROM generate_series(0, 999) AS g
        UNION ALL SELECT {QUIET}, 12001 + g FROM generate_series(0, 9) AS g
        UNION ALL SELECT 2000 + g, {WRITER} FROM generate_series(0, {FOLLOWERS - 1}) AS g) AS pair
"""
TIMELINES = f"""
    INSERT INTO timeline_entries (user_id, posted_at, post_id)
    SELECT r, p.created_at, p.id FROM posts p,
        unnest(ARRAY[pg_temp.key(1, {BUSY}), pg_temp.key(1, {QUIET})]) AS r
    WHERE p.feed_group = 'course' OR EXISTS (SELECT 1 FROM follows f
        WHERE f.follower_id = r AND f.followed_id = p.author_id)
"""


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size, print the table, write the JSON."""
    found = figures_of("feeds", sizes)
    compared = [_compared(name, found[0][name], found[-1][name]) for name in found[-1]]
    print(f"{'':<40}" + "".join(f"{head:>26}" for head in ("ms", "growth of p95", "statements")))
    print(f"{'':<40}" + f"{'figure    aim    red':>26}" * 3)
    for row in compared:
        print(f"{row['measure']:<40}" + "".join(map(_told, row["judged"].values())))
    (PROJECT / "var").mkdir(exist_ok=True)
    (PROJECT / "var" / "bench-feeds.json").write_text(json.dumps(compared, indent=2))


def _compared(name: str, small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    """The figures of both sizes, and what is judged: figure, aim, red line of each.

    Of a read the median counts, of posting what 95 of 100 writers wait at most, on the clock.
    """
    figure, limits = large["p50_ms"], API_MS if name.startswith("API") else PAGE_MS
    if name == "posting":
        figure, limits = large["clock_p95_ms"], POSTING_MS
    growth = round(large["p95_ms"] / small["p95_ms"], 2)
    judged = {
        "ms": (figure, *limits),
        "growth": (growth, *GROWTH),
        "statements": (large["statements"], *STATEMENTS),
    }
    return {"measure": name, "judged": judged, "few": small, "many": large}


def _told(judged: tuple[float, float, float]) -> str:
    figure, aim, red = judged
    mark = " " if figure <= aim else "!" if figure <= red else "X"
    return f"{figure:>12}{mark}{aim:>6}{red:>7}"


def measured(rows: int) -> dict[str, dict[str, Any]]:
    """The figures of one size, in a database that is empty yet."""
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        # Between its statements a migration thinks for long.
        cursor.execute("SET idle_in_transaction_session_timeout = 0")
    call_command("migrate", verbosity=0)
    _fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    from accounts.models import User
    from tests.cast import api, browse

    found = {}
    for who, number in (("1,000 follows", BUSY), ("ten quiet ones", QUIET)):
        reader = User.objects.get(pk=world.key("users", number))
        clients = {"/api": api(reader), "/fee": browse(reader)}
        for name, path in READS.items():
            client = clients[path[:4]]
            key = f"{name}, {who}"
            found[key] = _measure(partial(_ask, client, path), ROUNDS)
            print(rows, key, found[key], file=sys.stderr, flush=True)
    writer = api(User.objects.get(pk=world.key("users", WRITER)))
    numbers = iter(range(10_000))
    found["posting"] = _measure(lambda: _post(writer, next(numbers)), POSTS)
    print(rows, "posting", found["posting"], file=sys.stderr, flush=True)
    return found


def _fill(rows: int) -> None:
    from django.db import connection

    from accounts.models import User
    from tests.cast import a_course, an_enrollment

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute(world.HELPERS)
        users = next(table for table in world.TABLES if table[0] == "users")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(world.insert(*users, MEMBERS))
        cursor.execute("UPDATE users SET suspended_at = NULL, suspended_reason = ''")
        cursor.execute("UPDATE users SET is_admin = false")
        cursor.execute("SET session_replication_role = origin")
    course = a_course(User.objects.get(pk=world.key("users", 6)))
    for number in (BUSY, QUIET):
        an_enrollment(User.objects.get(pk=world.key("users", number)), course)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(FOLLOWS)
        columns = {
            "id": "posts(g)",
            "created_at": AGO,
            "author_id": f"users({AUTHOR})",
            "feed_group": "CASE WHEN g % 10 = 1 THEN 'course' ELSE 'user' END",
            "course_id": f"CASE WHEN g % 10 = 1 THEN '{course.pk}'::uuid END",
            "content": "'What did you learn about ' || pg_temp.word(g) || '?'",
            "like_count": "g % 7",
        }
        cursor.execute(world.insert("posts", "generate_series(1, {n}) AS g", columns, rows))
        cursor.execute(TIMELINES)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout; RESET lock_timeout")


def _ask(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _post(client: Any, number: int) -> None:
    # Other words each time: the same ones are refused.
    body = {"content": f"Word {number} of today, which is {number * 7919}."}
    answer = client.post("/api/v1/posts", body, format="json")
    if answer.status_code != 201:
        raise RuntimeError(f"posting answered {answer.status_code}: {answer.content!r}")


def _measure(act: Callable[[], None], rounds: int) -> dict[str, Any]:
    from django.db import connection

    for _ in range(3):
        act()
    statements: list[str] = []

    def noted(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        act()
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
        "clock_p95_ms": round(statistics.quantiles(clock, n=20)[-1], 2),
        "statements": len(statements),
    }


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, required=True)
    print(json.dumps(measured(options.parse_args().rows)))
