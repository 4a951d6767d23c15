"""Sixteen writers who all want the same few slots: the product beside a bare insert."""

import json
import statistics
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from bench.load import Rush, Wish, send_all, serving

WRITERS = 16
SLOTS = 12
PATH = "/api/v1/sessions"
TABLE = (
    "CREATE TABLE IF NOT EXISTS bench_bookings ("
    " teacher uuid, student uuid, held tstzrange,"
    " EXCLUDE USING gist (teacher WITH =, held WITH &&))"
)


def booking_row(rounds: int, environment: dict[str, str]) -> dict[str, Any]:
    """Attempts a second, of the limit's; fails unless each slot has one winner and nothing broke.

    Every round has a teacher and students of its own, who all want all slots in the same order.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(TABLE)
    worlds = [_wishes() for _ in range(rounds)]
    with (
        serving("peerloop.wsgi:application", environment, threads=WRITERS) as product,
        serving("bench.limit_wsgi:application", environment, threads=WRITERS) as limit,
    ):
        pairs = []
        for teacher, wishes in worlds:
            ours = send_all(product, PATH, wishes)
            _require_one_winner(teacher, ours)
            pairs.append((ours, send_all(limit, PATH, wishes)))
    return {
        "measure": "booking, 16 writers: attempts a second, of the limit's",
        "value": round(statistics.median(a.rate / b.rate for a, b in pairs), 2),
        "rate": round(statistics.median(a.rate for a, _ in pairs)),
        "limit_rate": round(statistics.median(b.rate for _, b in pairs)),
        "slots": SLOTS * rounds,
    }


def _wishes() -> tuple[UUID, list[list[Wish]]]:
    """A teacher, and what each writer sends."""
    from accounts.actions.tokens import issue_tokens
    from scheduling.tests.people import open_hours
    from tests.cast import a_course, a_member, a_teacher, an_enrollment

    course = a_course(modules=SLOTS)
    teacher = a_teacher(course)
    open_hours(teacher.user)
    start = (datetime.now(UTC) + timedelta(days=2)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    wishes = []
    for _ in range(WRITERS):
        student = a_member("Sam Student")
        enrollment = an_enrollment(student, course, teacher, modules=SLOTS)
        headers = {
            "Authorization": f"Bearer {issue_tokens(user=student).access}",
            "Content-Type": "application/json",
        }
        bodies = [
            {
                "enrollment_id": str(enrollment.pk),
                "teacher_id": str(teacher.user_id),
                "scheduled_start": (start + timedelta(days=day)).isoformat(),
            }
            for day in range(SLOTS)
        ]
        wishes.append([(headers, json.dumps(body).encode()) for body in bodies])
    return teacher.user_id, wishes


def _require_one_winner(teacher: UUID, rush: Rush) -> None:
    from scheduling.models import Session

    starts = list(Session.objects.filter(teacher=teacher).values_list("scheduled_start", flat=True))
    broken = {status: count for status, count in rush.answers.items() if status not in (201, 409)}
    if broken or len(starts) != len(set(starts)) or len(starts) != SLOTS:
        raise RuntimeError(f"{len(starts)} sessions in {SLOTS} slots, answers {rush.answers}")
