"""`bin/bench growth`: the cost of each list, page and endpoint with 1,000 and 100,000 rows.

Measures every URL of the resolver that answers a GET, and the list of every model of the admin
site; ``MORE`` adds queries for some. Cost is the processor time of the application and of its
database connection; rows visited are those that the plans read, whether shown or not.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import growth_world as world
from bench.meter import seconds_of
from bench.world import empty_world

PROJECT = Path(__file__).resolve().parent.parent
SIZES = (1_000, 100_000)
AIM, RED = 1.2, 1.5
ROUNDS, LONGEST_SECONDS = 7, 1.0
PRODUCTION = {
    "PEERLOOP_TEST": "0",
    "DEBUG": "0",
    "SECRET_KEY": "a key for measuring only, longer than fifty characters, used nowhere",
    "ALLOWED_HOSTS": "testserver",
    "API_THROTTLES": "off",
    "STAFF_SECOND_FACTOR": "0",
}
NOBODY = "00000000-0000-7000-8000-000000000000"
PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
# Excluded: files, the OpenAPI document, URLs that need a token or a provider, and those that would
# sign Hanna out.
LEFT_OUT = re.compile(
    r"^(assets/|theme|api/v1/(schema|docs)|dev/gallery|dev/mail/templates|logout|.*<\w*:?token>"
    r"|.*<\w*:?object_id>|.*<\w*:?code>|healthz|readyz|login/|media/|static/)"
)

# More queries of some URLs: searches, filters, orders, later pages.
MORE: dict[str, tuple[str, ...]] = {
    "api/v1/courses": (
        *("?sort=price", "?sort=newest", "?sort=students", "?page=40", "?level=advanced"),
        *("?category_id={category_id}", "?creator_id={creator_id}", "?min_price=20000"),
        *("?min_price=89900&level=beginner&category_id={category_id}", "?search=widespread"),
        *("?search=occasional", "?search=seldom", "?search=guitar+lessons", "?search=pyhton"),
        *("?search=widespread&sort=price", "?search=widespread&min_price=89900"),
    ),
    "courses": (
        *("?page=40", "?q=widespread", "?q=pyhton", "?category=shelf-3&level=beginner"),
        *("?min_price=200&max_price=300", "?q=widespread&sort=price"),
    ),
    "course-requests": ("?show=declined", "?page=40"),
    "courses/<slug:slug>/reviews": ("?page=40",),
    "create/inquiries": ("?show=done",),
    "api/v1/creators": ("?page=40", "?search=guitar", "?search={name}", "?expertise={tag}"),
    "creators": ("?q={name}", "?page=40"),
    "api/v1/student-teachers": ("?page=40", "?search={name}", "?search=guitar"),
    "student-teachers": ("?page=5", "?q={name}", "?free=week", "?course=course-50"),
    "api/v1/sessions": (
        *("?upcoming=true", "?upcoming=false", "?role=teacher", "?role=student&status=completed"),
        *("?status=no_show", "?page=40"),
    ),
    "api/v1/enrollments": ("?page=40",),
    "api/v1/certificates": ("?side=creator",),
    "api/v1/teaching-applications": ("?side=own",),
    "teach/sessions": ("?show=past", "?page=40&show=past"),
    "teach/students": ("?page=40",),
    "earnings": ("?page=40",),
    "notifications": ("?page=40",),
    "u/<str:handle>/followers": ("?page=40",),
    "api/v1/admin/pending-payouts": ("?page=5",),
    "api/v1/goodwill/transactions": ("?page=40", "?type=spent"),
    "goodwill/invite": ("?page=40",),
    "leaderboard": ("?span=all",),
}
# What everybody opens is measured for a visitor too, without the menus of a member.
FOR_VISITORS = frozenset(
    ("courses", "courses/<slug:slug>", "courses/<slug:slug>/related", "course-requests")
)


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one URL at one size: processor milliseconds, statements, rows visited."""

    cpu_ms: float
    database_ms: float
    statements: int
    visited: int
    status: int


def main(names: str = "", sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size in a process of its own, print the growth, write var/bench-growth.json."""
    found = [_in_own_process(rows, names) for rows in sizes]
    rows = list(growth(found[0], found[-1]))
    failed = [name for name, cost in found[-1].items() if cost["status"] >= 500]
    for row in rows:
        print(_line(row))
    over = [row for row in rows if row["growth"] > AIM]
    if failed:
        print("answered an error: " + ", ".join(failed))
    print(f"{len(rows)} addresses, {len(over)} of them above the aim of {AIM}")
    (PROJECT / "var").mkdir(exist_ok=True)
    (PROJECT / "var" / "bench-growth.json").write_text(json.dumps(rows, indent=2))


def _in_own_process(rows: int, names: str) -> dict[str, dict[str, Any]]:
    command = [sys.executable, "-m", "bench.growth", "--rows", str(rows), "--only", names]
    done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
    answer: dict[str, dict[str, Any]] = json.loads(done.stdout.splitlines()[-1])
    return answer


def growth(small: dict[str, Any], large: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The costs of both sizes compared, the fastest growing first."""
    rows = []
    for name, before in small.items():
        after = large.get(name)
        if after is None or (before["status"], after["status"]) != (200, 200):
            continue
        rows.append(
            {
                "measure": name,
                "growth": round(after["cpu_ms"] / before["cpu_ms"], 2),
                "database_growth": round(
                    after["database_ms"] / max(before["database_ms"], 0.05), 2
                ),
                "small": before,
                "large": after,
            }
        )
    yield from sorted(rows, key=lambda row: -row["growth"])


def _line(row: dict[str, Any]) -> str:
    small, large = row["small"], row["large"]
    mark = "  " if row["growth"] <= AIM else "> " if row["growth"] <= RED else "! "
    return (
        f"{mark}{row['growth']:>7.2f}  {small['cpu_ms']:>7.1f} -> {large['cpu_ms']:>8.1f} ms"
        f"  visited {small['visited']:>6} -> {large['visited']:>7}"
        f"  statements {small['statements']:>3} -> {large['statements']:>3}  {row['measure']}"
    )


def measured(rows: int, names: str = "") -> dict[str, dict[str, Any]]:
    """Fill a database and measure every URL whose name contains ``names``."""
    from django.core.management import call_command

    with empty_world(**PRODUCTION):
        # Without the names of static files every page would answer 500.
        call_command("collectstatic", interactive=False, verbosity=0)
        world.fill(rows)
        world.tidy()
        return asked(names)


def asked(names: str = "") -> dict[str, dict[str, Any]]:
    """The cost of each URL on the current database."""
    from django.db import connection

    with connection.cursor() as cursor:
        # The processor time of parallel workers would not be counted.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    return {name: asdict(_cost(path, who)) for name, path, who in addresses() if names in name}


def addresses() -> Iterator[tuple[str, str, int | None]]:
    """Name, path and member of every request; None for a visitor."""
    from django.contrib import admin
    from django.urls import reverse

    words = cast()
    for route in routes():
        for more in ("", *MORE.get(route, ())):
            name = route + more
            # A row that nobody named here is not found, which is not measured.
            path = "/" + PLACEHOLDER.sub(lambda found: words.get(found[1], NOBODY), route)
            who = world.ADA if "admin/" in route else world.HANNA
            yield name, path + more.format(**words), who
            if route in FOR_VISITORS:
                yield f"{name} (visitor)", path + more.format(**words), None
    for model, page in admin.site._registry.items():
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for more in ("", *_admin_questions(page)):
            yield f"{path[1:]}{more}", path + more, world.ADA


def _admin_questions(page: Any) -> list[str]:
    found = ["?p=5"]
    if page.search_fields:
        found.append("?q=growth")
    return found


def routes() -> Iterator[str]:
    """All routes of pages and of the API that are not excluded."""
    from tests.security.endpoints import routes as all_routes

    for route, view in all_routes():
        handlers = getattr(view, "view_class", None)
        if LEFT_OUT.match(route) or (handlers is not None and not hasattr(handlers, "get")):
            continue
        yield route


def cast() -> dict[str, str]:
    """Values for the placeholders of routes: rows that Hanna owns or may see."""
    from django.db import connection

    her_part = "SELECT id FROM payment_splits WHERE recipient_id = %s ORDER BY id DESC LIMIT 1"
    with connection.cursor() as cursor:
        cursor.execute(her_part, [world.key("users", world.HANNA)])
        (split_id,) = cursor.fetchone()
        cursor.execute("SELECT name FROM users WHERE handle = 'mem16'")
        (name,) = cursor.fetchone()
        cursor.execute("SELECT tag FROM user_expertise LIMIT 1")
        (tag,) = cursor.fetchone()
    numbers = {
        "enrollment_id": ("enrollments", world.HER_ENROLLMENT),
        "course_id": ("courses", world.HER_COURSE),
        "module_id": ("course_curriculum", 4 * (world.HER_ENROLLMENT + 1) + 1),
        "session_id": ("sessions", world.HER_ENROLLMENT),
        "user_id": ("users", world.HANNA),
        "creator_id": ("users", world.HANNA),
        "category_id": ("categories", 3),
        "certificate_id": ("certificates", world.HER_COURSE),
        "student_teacher_id": ("student_teachers", world.HER_COURSE),
        "application_id": ("teaching_applications", world.HER_ENROLLMENT),
        "file_id": ("files", world.HER_ENROLLMENT),
        "media_id": ("user_media", world.HANNA),
        "mail_id": ("local_mails", 1),
        "notification_id": ("notifications", world.HER_ENROLLMENT),
        "paper_id": ("papers", world.HER_ENROLLMENT),
        "payout_id": ("payouts", world.HER_ENROLLMENT),
        "conversation_id": ("conversations", world.HER_ENROLLMENT),
        "recording_id": ("session_recordings", world.HER_ENROLLMENT),
        "post_id": ("posts", world.HER_ENROLLMENT),
        "summons_id": ("help_summons", world.HER_ENROLLMENT),
        "pin_id": ("companion_pins", 1),
        "message_id": ("messages", world.HER_ENROLLMENT),
        "case_id": ("moderation_cases", world.HER_ENROLLMENT),
        "appeal_id": ("appeals", 11),
        "content_id": ("posts", world.HER_ENROLLMENT),
        "assignment_id": ("homework_assignments", world.HER_COURSE),
        "submission_id": ("homework_submissions", world.HER_ENROLLMENT),
        "quiz_id": ("quizzes", world.HER_COURSE),
        "attempt_id": ("quiz_attempts", world.HER_ENROLLMENT),
        "resource_id": ("resources", world.HER_COURSE),
        "review_id": ("reviews", world.HER_ENROLLMENT),
        "material_id": ("session_materials", world.HER_ENROLLMENT),
        "request_id": ("content_requests", world.HER_ENROLLMENT),
        "inquiry_id": ("inquiries", world.HER_ENROLLMENT),
        "newsletter_id": ("newsletters", world.HER_ENROLLMENT),
        "export_id": ("data_exports", world.HANNA),
        "window_id": ("availability", 1),
        "family": ("users", 1),
        "browser": ("web_sessions", 1),
    }
    return {
        **{name: world.key(*at) for name, at in numbers.items()},
        "override_id": world.key("availability", 1),
        "passkey_id": "1",
        "split_id": str(split_id),
        "year": str(time.gmtime().tm_year),
        "handle": "mem1",
        "slug": "course-50",
        "kind": "post",
        "name": name.split()[0].lower(),
        "tag": tag,
        "provider": "google",
        "width": "400",
        "seed": "1a2b3c4d",
    }


def _cost(path: str, who: int | None) -> Cost:
    from django.db import connection

    client = _signed_in(who, over_api=path.startswith("/api/"))
    answer = client.get(path)
    if answer.status_code != 200:
        return Cost(0, 0, 0, 0, answer.status_code)
    with _explained() as plans:
        client.get(path)
    times = [_timed(client, path, connection)]
    while len(times) < ROUNDS and sum(both for both, _ in times) < 1_000 * LONGEST_SECONDS:
        times.append(_timed(client, path, connection))
    return Cost(
        cpu_ms=round(min(both for both, _ in times), 2),
        database_ms=round(min(database for _, database in times), 2),
        statements=len(plans),
        visited=sum(_visited(plan) for plan in plans),
        status=200,
    )


def _signed_in(who: int | None, *, over_api: bool) -> Any:
    from accounts.models import User
    from tests.cast import api, browse

    user = User.objects.get(pk=world.key("users", who)) if who is not None else None
    client = api(user) if over_api else browse(user)
    client.raise_request_exception = False
    return client


def _timed(client: Any, path: str, connection: Any) -> tuple[float, float]:
    server = connection.connection.info.backend_pid
    began, before = time.thread_time(), seconds_of(server)
    client.get(path)
    database = seconds_of(server) - before
    return 1_000 * (time.thread_time() - began + database), 1_000 * database


@contextmanager
def _explained() -> Iterator[list[dict[str, Any]]]:
    """Collects the plan of each SELECT of the block."""
    from django.db import connection

    plans: list[dict[str, Any]] = []

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip(" (\n").startswith(("SELECT", "WITH")) and not many:
            with connection.connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
                plans.append(cursor.fetchone()[0][0]["Plan"])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield plans


def _visited(plan: dict[str, Any]) -> int:
    """The number of rows that the scans of a plan read, including those they discard."""
    below = sum(_visited(part) for part in plan.get("Plans", ()))
    if "Scan" not in plan["Node Type"] or plan["Node Type"] in ("Subquery Scan", "CTE Scan"):
        return below
    removed = ("Rows Removed by Filter", "Rows Removed by Index Recheck")
    read = plan["Actual Rows"] + sum(plan.get(name, 0) for name in removed)
    return below + round(read * plan["Actual Loops"])


def _alone() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, required=True)
    options.add_argument("--only", default="")
    given = options.parse_args()
    os.environ["PYTHONWARNINGS"] = "ignore"
    print(json.dumps(measured(given.rows, given.only)))


if __name__ == "__main__":
    _alone()
