"""``bin/bench [--courses N] [--rounds N]``: the product beside the stack's limit, in one run.

``bin/bench mail [--mails N]``: the outbox under fire (bench/mail.py).

Ratios count, not single times: product and limit take turns on the same machine. Prints a table and
writes ``var/bench.json``.
"""

import argparse
import json
import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench import mail
from bench.bookings import booking_row
from bench.catalog_world import catalog_of
from bench.load import Round, Server, load, serving

PROJECT = Path(__file__).resolve().parent.parent
SECONDS = 2.0
KEY = "a key for measuring only, longer than fifty characters, never used elsewhere"
PRODUCTION = {
    "PEERLOOP_TEST": "0",
    "DEBUG": "0",
    "SECRET_KEY": KEY,
    "API_THROTTLES": "off",
    "ALLOWED_HOSTS": "127.0.0.1",
    "PEERLOOP_DATA_DIR": str(PROJECT / "var" / "bench"),
}
# A server, a path of it, and the cookie of who asks.
Asked = tuple[Server, str, str]


def main() -> None:
    """Measure everything, print the table, write the JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("what", nargs="?", choices=["catalog", "mail"], default="catalog")
    options.add_argument("--mails", type=int, default=10_000)
    options.add_argument("--courses", type=int, default=2_000)
    options.add_argument("--rounds", type=int, default=5)
    given = options.parse_args()
    if given.what == "mail":
        mail.main(given.mails)
    # What is signed here, sessions and tokens, is read by the servers.
    os.environ["SECRET_KEY"] = KEY
    with catalog_of(given.courses):
        _collect_static(PRODUCTION)
        rows = [
            *http_rows(given.rounds),
            *statement_rows(),
            slot_row(),
            booking_row(given.rounds, PRODUCTION),
        ]
    _print(rows)
    (PROJECT / "var").mkdir(exist_ok=True)
    (PROJECT / "var" / "bench.json").write_text(json.dumps(rows, indent=2))


def http_rows(rounds: int) -> list[dict[str, Any]]:
    """The courses as JSON and the pages against their bare views, in alternating rounds."""
    from catalog.models import Course

    slug = Course.objects.order_by("-student_count").values_list("slug", flat=True)[0]
    cookie = member_with_courses()
    asked = [
        ("courses API", "/api/v1/courses", "/api/v1/courses", ""),
        ("catalog page", "/courses", "/courses", ""),
        ("course page", f"/courses/{slug}", "/courses", ""),
        ("dashboard", "/dashboard", "/courses", cookie),
    ]
    with (
        serving("peerloop.wsgi:application", PRODUCTION) as product,
        serving("bench.limit_wsgi:application", PRODUCTION) as limit,
    ):
        return [
            _compared(name, (product, path, cookie), (limit, bare, ""), rounds)
            for name, path, bare, cookie in asked
        ]


def member_with_courses() -> str:
    """The cookie of a member who learns in five courses, with a session ahead in each."""
    from django.conf import settings

    from scheduling.tests.people import a_session
    from tests.cast import a_course, a_member, a_teacher, an_enrollment, browse

    sam = a_member("Sam Student")
    start = (datetime.now(UTC) + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    for day in range(5):
        course = a_course()
        enrollment = an_enrollment(sam, course, a_teacher(course))
        a_session(enrollment, start=start + timedelta(days=day))
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={browse(sam).cookies[name].value}"


def _collect_static(environment: dict[str, str]) -> None:
    import subprocess
    import sys

    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"]
    subprocess.run(command, cwd=PROJECT, env={**os.environ, **environment}, check=True)


def _compared(name: str, product: Asked, limit: Asked, rounds: int) -> dict[str, Any]:
    _ask(product, 0.5)
    _ask(limit, 0.5)
    pairs = [(_ask(product, SECONDS), _ask(limit, SECONDS)) for _ in range(rounds)]
    return {
        "measure": f"{name}: requests a second, of the limit's",
        "value": round(_median(pairs, lambda a, b: a.rate / b.rate), 2),
        "cost": round(
            _median(pairs, lambda a, b: a.processor_milliseconds / b.processor_milliseconds), 2
        ),
        "median_ms": round(statistics.median(a.median_milliseconds for a, _ in pairs), 1),
        "rate": round(statistics.median(a.rate for a, _ in pairs)),
        "limit_rate": round(statistics.median(b.rate for _, b in pairs)),
    }


def _ask(asked: Asked, seconds: float) -> Round:
    server, path, cookie = asked
    return load(server, path, seconds=seconds, cookie=cookie)


def _median(pairs: list[tuple[Round, Round]], of: Callable[[Round, Round], float]) -> float:
    return statistics.median(of(product, limit) for product, limit in pairs)


def statement_rows() -> list[dict[str, Any]]:
    """How many statements a page needs, whatever the number of rows."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from catalog.models import Course

    slug = Course.objects.order_by("-student_count").values_list("slug", flat=True)[0]
    rows = []
    for name, path in {"catalog page": "/courses", "course page": f"/courses/{slug}"}.items():
        Client().get(path)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = Client().get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
        rows.append({"measure": f"{name}: statements", "value": len(seen)})
    return rows


def slot_row() -> dict[str, Any]:
    """Slots of 28 days of a teacher with hours on every day."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from scheduling.models import Availability, AvailabilitySettings
    from scheduling.queries import free_slots
    from tests.cast import a_member

    teacher = a_member("Tom Teacher")
    AvailabilitySettings.objects.create(user=teacher, timezone="Europe/Berlin")
    Availability.objects.bulk_create(
        Availability(
            user=teacher,
            day_of_week=day,
            start_minute=480,
            end_minute=1200,
            timezone="Europe/Berlin",
        )
        for day in range(7)
    )
    at = datetime.now(UTC) + timedelta(hours=1)
    free_slots(teacher=teacher, minutes=60, at=at)
    began = time.process_time()
    with CaptureQueriesContext(connection) as seen:
        found = free_slots(teacher=teacher, minutes=60, at=at)
    took = 1000 * (time.process_time() - began)
    return {
        "measure": "slots of 28 days: statements",
        "value": len(seen),
        "slots": len(found),
        "processor_ms": round(took, 2),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        rest = {key: value for key, value in row.items() if key not in ("measure", "value")}
        words = "  ".join(f"{key} {value}" for key, value in rest.items())
        print(f"{row['measure']:<52} {row['value']:>8}  {words}")


if __name__ == "__main__":
    main()
