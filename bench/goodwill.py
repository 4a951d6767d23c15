"""``bin/bench goodwill``: points and calls for help with 10,000 and with 1,000,000 movements.

Hanna has a tenth of all movements and asks in a course with 500 helpers who are here. Each size has
a process and a database of its own, with production settings. Times are of processor and database
connection; that of a call for help to 500 helpers is what passed on the clock. Writes
``var/bench-goodwill.json``.
"""

import argparse
import json
import sys
from functools import partial
from typing import Any

from bench import growth_world as world
from bench.requests_of_one import measure, statements_of
from bench.sizes import figures_of
from bench.stack import PROJECT

SIZES = (10_000, 1_000_000)
MEMBERS, HELPERS = 12_000, 500
ROUNDS, CALLS = 100, 5
MOST_STATEMENTS, MOST_GROWTH, MOST_FAN_OUT_MS = 4, 1.2, 1_000.0
CALL = f"call for help to {HELPERS} helpers"
READS = {
    "balance": "/api/v1/goodwill/balance",
    "history": "/api/v1/goodwill/transactions",
    "history of what was spent": "/api/v1/goodwill/transactions?type=spent",
    "page of goodwill": "/goodwill",
    "who can help": "/api/v1/courses/{course}/available-helpers",
}
# A tenth of all is Hanna's; one in seven was spent.
OWNER = "CASE WHEN g % 10 = 0 THEN 1 ELSE 2 + g % 10000 END"
SPENT = "g % 7 = 3"
MOVEMENTS = {
    "created_at": "now() - ({n} - g) * interval '20 seconds'",
    "user_id": f"users({OWNER})",
    "type": f"CASE WHEN {SPENT} THEN 'spent' ELSE 'earned' END",
    "reason": f"CASE WHEN {SPENT} THEN 'promotion' ELSE 'summon_help' END",
    "points": f"CASE WHEN {SPENT} THEN 50 ELSE 25 END",
    "cause": "'movement:' || g",
    "counterparty_id": f"CASE WHEN NOT {SPENT} THEN users(11000 + g % 900) END",
    "on_date": "(now() - ({n} - g) * interval '20 seconds')::date",
    "given_on": f"CASE WHEN NOT {SPENT} THEN now()::date END",
}
SUMS = """
    INSERT INTO user_goodwill (user_id, total_earned, spent)
    SELECT user_id, 2 * sum(points), coalesce(sum(points) FILTER (WHERE type = 'spent'), 0)
    FROM goodwill_transactions GROUP BY user_id
"""


def main(sizes: tuple[int, ...] = SIZES) -> None:
    """Measure each size, print the table, write the JSON."""
    found = figures_of("goodwill", sizes)
    compared = [_compared(name, found[0][name], found[-1][name]) for name in found[-1]]
    for row in compared:
        print("  ".join(f"{key} {value}" for key, value in row.items()))
    (PROJECT / "var").mkdir(exist_ok=True)
    (PROJECT / "var" / "bench-goodwill.json").write_text(json.dumps(compared, indent=2))


def _compared(name: str, small: dict[str, Any], large: dict[str, Any]) -> dict[str, Any]:
    growth = round(large["p95_ms"] / small["p95_ms"], 2)
    good = large["statements"] <= MOST_STATEMENTS and growth <= MOST_GROWTH
    if name == CALL:
        good = large["clock_p50_ms"] <= MOST_FAN_OUT_MS
    return {"measure": name, "ok": good, "growth": growth, "few": small, "many": large}


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
    course_id = _fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    from accounts.models import User
    from tests.cast import api, browse

    hanna = User.objects.get(pk=world.key("users", 1))
    clients, found = {True: api(hanna), False: browse(hanna)}, {}
    for name, path in READS.items():
        client, address = clients[path.startswith("/api")], path.format(course=course_id)
        found[name] = measure(partial(_ask, client, address), ROUNDS)
        # Who is signed in is read by statements that every request has.
        found[name]["statements"] -= _of_sign_in(client)
        print(rows, name, found[name], file=sys.stderr, flush=True)
    found[CALL] = measure(partial(_call, hanna), CALLS)
    print(rows, CALL, found[CALL], file=sys.stderr, flush=True)
    return found


def _of_sign_in(client: Any) -> int:
    """The statements of an address that reads nothing of its own."""
    is_page = not hasattr(client, "credentials")
    path = "/settings/language-that-is-not-there" if is_page else "/api/v1/not-there"
    return len(statements_of(lambda: client.get(path)))


def _fill(rows: int) -> Any:
    from django.db import connection

    from accounts.models import User
    from goodwill.summons.actions import switch_help
    from peerloop.kit import clock
    from tests.cast import a_course, a_teacher, an_enrollment

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET lock_timeout = 0")
        cursor.execute(world.HELPERS)
        users = next(table for table in world.TABLES if table[0] == "users")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(world.insert(*users, MEMBERS))
        cursor.execute("UPDATE users SET suspended_at = NULL, suspended_reason = ''")
        cursor.execute("UPDATE users SET is_admin = false")
        series = "generate_series(1, {n}) AS g"
        cursor.execute(world.insert("goodwill_transactions", series, MOVEMENTS, rows))
        cursor.execute(SUMS)
        cursor.execute("SET session_replication_role = origin")
    course = a_course(User.objects.get(pk=world.key("users", 6)))
    an_enrollment(User.objects.get(pk=world.key("users", 1)), course)
    for number in range(100, 100 + HELPERS):
        user = User.objects.get(pk=world.key("users", number))
        a_teacher(course, user)
        switch_help(user=user, is_available=True, at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout; RESET lock_timeout")
    return course.pk


def _ask(client: Any, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _call(student: Any) -> None:
    """Call for help; the call is taken away again, or the next one would be refused."""
    from goodwill.models import HelpSummons
    from goodwill.summons.actions import summon
    from learning.models import Enrollment
    from peerloop.kit import clock

    enrollment = Enrollment.objects.select_related("course").get(student=student)
    row = summon(enrollment=enrollment, module=None, by=student, at=clock.now())
    HelpSummons.objects.filter(pk=row.pk).delete()


if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, required=True)
    print(json.dumps(measured(options.parse_args().rows)))
