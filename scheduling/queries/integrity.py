"""What must always hold of sessions and seats; each answer counts the rows that break it."""

from django.db import connection

from peerloop.kit.statements import statement
from scheduling.models import Session

SEATS = statement(
    """
SELECT count(*) FROM (
    SELECT id AS session_id, teacher_id AS user_id, 'teacher' AS role,
           tstzrange(scheduled_start, teacher_busy_until) AS during
    FROM sessions WHERE {open}
    UNION ALL
    SELECT id, student_id, 'student', tstzrange(scheduled_start, scheduled_end)
    FROM sessions WHERE {open}
) AS wanted
FULL JOIN session_seats AS seat USING (session_id, user_id, role, during)
WHERE wanted.session_id IS NULL OR seat.session_id IS NULL
""",
    open=Session.open_sql(),
)

PLACES = statement(
    """
SELECT count(*) FROM (
    SELECT enrollment.id
    FROM enrollments AS enrollment JOIN sessions AS session ON session.enrollment_id = enrollment.id
    WHERE {using_place}
    GROUP BY enrollment.id
    HAVING count(*) FILTER (WHERE session.kind = 'course') > enrollment.modules_paid
        OR count(*) FILTER (WHERE session.kind = 'makeup') > enrollment.session_credits
        OR count(*) FILTER (WHERE session.kind = 'extra') > enrollment.extra_sessions
) AS broken
""",
    using_place=Session.using_place_sql("session"),
)


def seats_out_of_step() -> int:
    """Invariant I10: no seat without an open session, no open session without its two seats."""
    return _count(SEATS)


def places_overbooked() -> int:
    """Invariant I4: no enrollment has more sessions of a kind than places."""
    return _count(PLACES)


def _count(sql: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row = cursor.fetchone()
    return int(row[0])
