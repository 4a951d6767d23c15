"""What must hold across all tables (spec/data-model.md, I1 to I10): every difference, with its row.

The books check themselves in billing; here stand the rules that several apps keep together, and
the counters. Each statement answers rows of (id, expected, found); no row, no difference.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from accounts.audit import chain as audit_chain
from billing.queries import Difference
from billing.queries import differences as differences_of_the_books

I4_PLACES = """
SELECT e.id, e.modules_paid || '/' || e.session_credits || '/' || e.extra_sessions,
       count(*) FILTER (WHERE s.kind = 'course') || '/'
    || count(*) FILTER (WHERE s.kind = 'makeup') || '/'
    || count(*) FILTER (WHERE s.kind = 'extra')
FROM enrollments e JOIN sessions s ON s.enrollment_id = e.id
WHERE s.status IN ('scheduled', 'in_progress', 'completed')
GROUP BY e.id
HAVING count(*) FILTER (WHERE s.kind = 'course') > e.modules_paid
    OR count(*) FILTER (WHERE s.kind = 'makeup') > e.session_credits
    OR count(*) FILTER (WHERE s.kind = 'extra') > e.extra_sessions
"""
I5_DELIVERED = """
WITH held AS (
    SELECT enrollment_id, count(*) AS sessions FROM sessions
    WHERE kind = 'course' AND status = 'completed' GROUP BY enrollment_id
), delivered AS (
    SELECT p.enrollment_id, count(DISTINCT p.part_no) FILTER (WHERE p.delivered_at IS NOT NULL)
        AS parts
    FROM payment_splits p JOIN transactions t ON t.id = p.transaction_id AND t.kind = 'course'
    WHERE p.enrollment_id IS NOT NULL GROUP BY p.enrollment_id
)
SELECT d.enrollment_id, coalesce(h.sessions, 0), d.parts
FROM delivered d LEFT JOIN held h USING (enrollment_id)
WHERE coalesce(h.sessions, 0) <> d.parts
"""
I7_FOLLOWERS = """
WITH wanted AS (
    SELECT DISTINCT c.creator_id, e.student_id AS user_id
    FROM enrollments e JOIN courses c ON c.id = e.course_id WHERE e.status <> 'cancelled'
)
SELECT coalesce(w.creator_id, f.creator_id) || ' ' || coalesce(w.user_id, f.user_id),
       CASE WHEN w.user_id IS NULL THEN 'no follower' ELSE 'a follower' END,
       CASE WHEN f.user_id IS NULL THEN 'no follower' ELSE 'a follower' END
FROM wanted w FULL JOIN instructor_followers f
    ON f.creator_id = w.creator_id AND f.user_id = w.user_id
WHERE w.user_id IS NULL OR f.user_id IS NULL
"""
I8_CERTIFICATE = """
SELECT st.id, 'an issued teaching certificate', coalesce(c.type || ' ' || c.status, 'none')
FROM student_teachers st LEFT JOIN certificates c
    ON c.id = st.certificate_id AND c.user_id = st.user_id AND c.course_id = st.course_id
WHERE st.is_active AND (c.type IS DISTINCT FROM 'teaching' OR c.status IS DISTINCT FROM 'issued')
"""
I8_GROUND = """
SELECT st.id, 'a completed enrollment, the creator or a waiver', 'none of them'
FROM student_teachers st JOIN courses c ON c.id = st.course_id
WHERE st.is_active AND st.user_id <> c.creator_id AND st.waiver_reason = ''
  AND NOT EXISTS (
    SELECT FROM enrollments e WHERE e.student_id = st.user_id AND e.course_id = st.course_id
        AND e.completion_fired_at IS NOT NULL)
"""
I9_STUDENTS = """
SELECT c.id, count(DISTINCT e.student_id), c.student_count
FROM courses c LEFT JOIN enrollments e ON e.course_id = c.id AND e.status <> 'cancelled'
GROUP BY c.id HAVING c.student_count <> count(DISTINCT e.student_id)
"""
I9_TAUGHT = """
SELECT st.id, count(DISTINCT e.student_id), st.students_taught
FROM student_teachers st LEFT JOIN enrollments e
    ON e.student_teacher_id = st.id AND e.completion_fired_at IS NOT NULL
GROUP BY st.id HAVING st.students_taught <> count(DISTINCT e.student_id)
"""
# One figure of user_stats against what it counts; a member without the row has nothing to count.
STATS = """
WITH counted AS ({counted})
SELECT coalesce(s.user_id, n.user_id), coalesce(n.amount, 0), coalesce(s.{column}, 0)
FROM user_stats s FULL JOIN counted n ON n.user_id = s.user_id
WHERE coalesce(n.amount, 0) <> coalesce(s.{column}, 0)
"""
COUNTED = {
    "students_taught": (
        "SELECT user_id, sum(students_taught) AS amount FROM student_teachers GROUP BY user_id"
    ),
    "courses_created": (
        "SELECT creator_id AS user_id, count(*) AS amount FROM courses"
        " WHERE first_published_at IS NOT NULL GROUP BY creator_id"
    ),
    "courses_completed": (
        "SELECT student_id AS user_id, count(*) AS amount FROM enrollments"
        " WHERE completion_fired_at IS NOT NULL GROUP BY student_id"
    ),
    "sessions_completed": (
        "SELECT user_id, count(*) AS amount FROM ("
        "SELECT teacher_id AS user_id FROM sessions WHERE kind = 'course' AND status = 'completed'"
        " UNION ALL "
        "SELECT student_id FROM sessions WHERE kind = 'course' AND status = 'completed'"
        ") AS seats GROUP BY user_id"
    ),
    "follower_count": (
        "SELECT followed_id AS user_id, count(*) AS amount FROM follows GROUP BY followed_id"
    ),
    "following_count": (
        "SELECT follower_id AS user_id, count(*) AS amount FROM follows GROUP BY follower_id"
    ),
}
I9_SHELVES = """
WITH counted AS (
    SELECT category_id, level, count(*) AS courses FROM courses
    WHERE status = 'published' AND deleted_at IS NULL GROUP BY category_id, level
)
SELECT coalesce(n.category_id, k.category_id) || ' ' || coalesce(n.level, k.level),
       coalesce(n.courses, 0), coalesce(k.courses, 0)
FROM counted n FULL JOIN course_shelf_counts k
    ON k.category_id = n.category_id AND k.level = n.level
WHERE coalesce(n.courses, 0) <> coalesce(k.courses, 0)
"""
I10_SEATS = """
WITH wanted AS (
    SELECT id AS session_id, teacher_id AS user_id, 'teacher' AS role,
           tstzrange(scheduled_start, teacher_busy_until) AS during
    FROM sessions WHERE status IN ('scheduled', 'in_progress')
    UNION ALL
    SELECT id, student_id, 'student', tstzrange(scheduled_start, scheduled_end)
    FROM sessions WHERE status IN ('scheduled', 'in_progress')
)
SELECT coalesce(w.session_id, t.session_id) || ' ' || coalesce(w.role, t.role),
       coalesce(w.during::text, 'no seat'), coalesce(t.during::text, 'no seat')
FROM wanted w FULL JOIN session_seats t
    ON t.session_id = w.session_id AND t.role = w.role AND t.user_id = w.user_id
WHERE w.during IS DISTINCT FROM t.during
"""
CHECKS = (
    ("I4", "sessions of an enrollment fit its places (course/make-up/extra)", I4_PLACES),
    ("I5", "delivered parts are the completed course sessions", I5_DELIVERED),
    ("I7", "followers of a creator are the students", I7_FOLLOWERS),
    ("I8", "who teaches has an issued teaching certificate", I8_CERTIFICATE),
    ("I8", "who teaches has a ground to", I8_GROUND),
    ("I9", "student_count of a course", I9_STUDENTS),
    ("I9", "students_taught of a student-teacher", I9_TAUGHT),
    *(
        ("I9", f"{column} of a member", STATS.format(column=column, counted=counted))
        for column, counted in COUNTED.items()
    ),
    ("I9", "listed courses of a shelf", I9_SHELVES),
    ("I10", "seats are those of open sessions", I10_SEATS),
)


def differences(*, audit_head: tuple[int, str] | None = None) -> list[Difference]:
    """Every difference in all tables; nothing when all is well. Changes nothing.

    All checks see the database at one instant, however much is written meanwhile. ``audit_head``:
    number and hash of a mailed end of the audit log, to compare with.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        else:
            # Entries of the caller's own transaction get their place in the chain at its end.
            connection.check_constraints()
        # Large tables need more than a page may take.
        cursor.execute("SET LOCAL statement_timeout = 0")
        return [
            *differences_of_the_books(),
            *_differences_across(cursor),
            *_differences_of_the_log(audit_head),
        ]


def _differences_across(cursor: Any) -> Iterator[Difference]:
    for invariant, rule, statement in CHECKS:
        cursor.execute(statement)
        for row_id, expected, found in cursor.fetchall():
            yield Difference(invariant, rule, str(row_id), str(expected), str(found))


def _differences_of_the_log(audit_head: tuple[int, str] | None) -> Iterator[Difference]:
    for fault in audit_chain.faults(known_head=audit_head):
        rule = f"audit log, {fault.kind}"
        yield Difference("OPS5", rule, fault.place, fault.expected, fault.found)
