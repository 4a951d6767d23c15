"""What must always hold of sessions and seats; each answer counts the rows that break it."""

from django.db import connection

SEATS = """
SELECT count(*) FROM (
    SELECT id AS session_id, teacher_id AS user_id, 'teacher' AS role,
           tstzrange(scheduled_start, teacher_busy_until) AS during
    FROM sessions WHERE status IN ('scheduled', 'in_progress')
    UNION ALL
    SELECT id, student_id, 'student', tstzrange(scheduled_start, scheduled_end)
    FROM sessions WHERE status IN ('scheduled', 'in_progress')
) AS wanted
FULL JOIN session_seats AS seat USING (session_id, user_id, role, during)
WHERE wanted.session_id IS NULL OR seat.session_id IS NULL
"""

PLACES = """
SELECT count(*) FROM (
    SELECT enrollment.id
    FROM enrollments AS enrollment JOIN sessions AS session ON session.enrollment_id = enrollment.id
    WHERE session.status IN ('scheduled', 'in_progress', 'completed')
    GROUP BY enrollment.id
    HAVING count(*) FILTER (WHERE session.kind = 'course') > enrollment.modules_paid
        OR count(*) FILTER (WHERE session.kind = 'makeup') > enrollment.session_credits
        OR count(*) FILTER (WHERE session.kind = 'extra') > enrollment.extra_sessions
) AS broken
"""


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
