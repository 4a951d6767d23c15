"""The facts of a next step, and the rows of the dashboard: three statements for any number of rows.

The dashboard is the most requested page of members and shows a few columns of many tables. Reading
model instances by the ORM took three times as long as the rest of the page.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from accounts.models import User
from learning.models import Enrollment, StudentTeacher
from learning.queries.completion import MISSING_HOMEWORK_SQL, MISSING_QUIZZES_SQL
from peerloop.kit.counting import MAX_COUNTED
from peerloop.kit.statements import prepared_rows, statement
from peerloop.pages.next_step.facts import RATED_FIRST, Ahead, Draft, Duties, Learning, Taught
from scheduling.models import Session

# Courses that the dashboard shows of those that a member teaches.
MOST_TAUGHT = 12
# The shares of the next part that a session delivers (SPLIT-6): a creator has the royalty too.
EARNS = """(
SELECT sum(p.amount_cents)::bigint FROM payment_splits p
WHERE p.enrollment_id = s.enrollment_id AND p.delivered_at IS NULL AND p.status = 'held'
    AND (p.share = 'teaching' OR p.share = 'royalty' AND c.creator_id = %(user)s)
GROUP BY p.part_no ORDER BY p.part_no LIMIT 1)"""
AHEAD = statement(
    """
SELECT s.id, s.enrollment_id, s.kind, s.status, s.scheduled_start, c.title,
    s.teacher_id = %(user)s, teacher.name, student.name,
    CASE WHEN s.teacher_id = %(user)s AND s.kind = 'course' THEN {earns} END
FROM sessions s
JOIN courses c ON c.id = s.course_id
JOIN users teacher ON teacher.id = s.teacher_id
JOIN users student ON student.id = s.student_id
WHERE (s.teacher_id = %(user)s OR s.student_id = %(user)s)
    AND {ahead}
ORDER BY s.scheduled_start, s.id LIMIT :most
""",
    ahead=Session.ahead_sql("s"),
    earns=EARNS,
)
# Of those who study: is work missing. Of those who completed: how far they are on to teaching.
COURSE = statement(
    """
SELECT e.id, e.status, e.progress_percent, c.title,
    (SELECT min(s.scheduled_start) FROM sessions s
     WHERE s.enrollment_id = e.id AND {ahead}),
    c.slug, e.modules_paid, c.price_cents, c.currency,
    (SELECT count(*) FROM course_curriculum m WHERE m.course_id = c.id AND m.archived_at IS NULL),
    e.booking_blocked_at IS NOT NULL,
    (SELECT count(*) FROM module_progress p
     WHERE p.enrollment_id = e.id AND p.delivered_at IS NOT NULL),
    (SELECT count(*) FROM sessions s
     WHERE s.enrollment_id = e.id AND s.kind = 'course' AND {open}),
    CASE WHEN {active} THEN EXISTS ({missing_homework}) OR EXISTS ({missing_quizzes})
        ELSE false END,
    CASE WHEN {active} THEN EXISTS (
        SELECT FROM homework_submissions h WHERE h.enrollment_id = e.id AND h.is_current
            AND h.status = 'resubmit_requested') ELSE false END,
    (SELECT last.id FROM (
        SELECT s.id, s.ended_at FROM sessions s
        WHERE s.enrollment_id = e.id AND s.status = 'completed'
        ORDER BY s.ended_at DESC, s.id LIMIT 1) last
     WHERE last.ended_at > %(rated_from)s AND NOT EXISTS (
        SELECT FROM session_assessments a
        WHERE a.session_id = last.id AND a.assessor_id = %(user)s)),
    proof.status, proof.auto_issue_at, teaching.is_active, coalesce(teaching.students_taught, 0),
    asked.status, asked.decided_at,
    EXISTS (SELECT FROM reviews r WHERE r.enrollment_id = e.id)
FROM {source} e
JOIN courses c ON c.id = e.course_id
LEFT JOIN LATERAL (
    SELECT status, auto_issue_at FROM certificates
    WHERE user_id = %(user)s AND course_id = e.course_id AND type = 'completion'
        AND e.status = 'completed'
    ORDER BY status = 'issued' DESC, created_at DESC, id DESC LIMIT 1
) proof ON true
LEFT JOIN student_teachers teaching
    ON teaching.user_id = %(user)s AND teaching.course_id = e.course_id
LEFT JOIN LATERAL (
    SELECT status, decided_at FROM teaching_applications
    WHERE user_id = %(user)s AND course_id = e.course_id AND e.status = 'completed'
    ORDER BY created_at DESC, id DESC LIMIT 1
) asked ON true
WHERE {shown}
ORDER BY e.created_at DESC, e.id DESC
""",
    ahead=Session.ahead_sql("s"),
    open=Session.open_sql("s"),
    active=Enrollment.active_sql("e"),
    missing_homework=MISSING_HOMEWORK_SQL,
    missing_quizzes=MISSING_QUIZZES_SQL,
    source="{source}",
    shown="{shown}",
)
LEARNING = statement(
    COURSE,
    source="""(SELECT * FROM enrollments WHERE student_id = %(user)s
        ORDER BY created_at DESC, id DESC LIMIT :most)""",
    shown=Enrollment.with_content_sql("e"),
)
ONE_COURSE = statement(COURSE, source="enrollments", shown="e.id = %(enrollment)s")
TEACHING = statement(
    """(
SELECT jsonb_agg(jsonb_build_array(
    c.title, c.slug, {may_teach}, c.session_minutes, t.is_active)
    ORDER BY t.is_active DESC, c.title)
FROM (SELECT course_id, is_active, teaching_active FROM student_teachers WHERE user_id = %(user)s
      ORDER BY is_active DESC, id DESC LIMIT {most}) t
JOIN courses c ON c.id = t.course_id)""",
    most=str(MOST_TAUGHT + 1),
    may_teach=StudentTeacher.may_teach_sql("t"),
)
WAITING = statement(
    """(SELECT count(*) FROM (
    (SELECT FROM teaching_applications a JOIN courses c ON c.id = a.course_id
    WHERE c.creator_id = %(user)s AND a.status = 'pending' LIMIT {most})
    UNION ALL
    (SELECT FROM certificates a JOIN courses c ON c.id = a.course_id
    WHERE c.creator_id = %(user)s AND a.status = 'pending' LIMIT {most})) AS waiting)""",
    most=str(MAX_COUNTED),
)
HAS_HOURS = "EXISTS (SELECT FROM availability WHERE user_id = %(user)s)"
OWN = "creator_id = %(user)s AND deleted_at IS NULL"
DRAFT = statement(
    """(SELECT jsonb_build_array(id, title) FROM courses
WHERE {own} AND status = 'draft' ORDER BY created_at DESC, id DESC LIMIT 1)""",
    own=OWN,
)
HAS_COURSE = statement("EXISTS (SELECT FROM courses WHERE {own})", own=OWN)
FOR_ADMINS = """(SELECT count(*) FROM payouts WHERE status = 'pending')
+ (SELECT count(*) FROM refund_requests WHERE status = 'pending')
+ (SELECT count(*) FROM creator_applications WHERE status = 'pending')"""


def sessions_ahead(user: User, *, most: int, at: datetime) -> list[Ahead]:
    """The member's next sessions, soonest first: one statement."""
    rows = _newest(AHEAD, most, {"user": user.pk, "at": at})
    return [Ahead(*row) for row in rows]


def courses_taken(user: User, *, most: int, at: datetime) -> list[Learning]:
    """The member's newest enrollments, without cancelled ones: one statement."""
    return [Learning(*row) for row in _newest(LEARNING, most, _course_values(user, at))]


def course_taken(user: User, enrollment_id: UUID, *, at: datetime) -> Learning:
    """The same of one enrollment of the member, in any status: one statement."""
    values = {**_course_values(user, at), "enrollment": enrollment_id}
    [row] = prepared_rows(ONE_COURSE, values)
    return Learning(*row)


def duties_of(user: User, roles: Iterable[str]) -> Duties:
    """The duties of the member's roles: one statement, none for a member who only learns."""
    held = set(roles)
    wanted = {
        TEACHING: "teach" in held,
        HAS_HOURS: "teach" in held,
        WAITING: "create" in held,
        DRAFT: "create" in held,
        HAS_COURSE: "create" in held,
        FOR_ADMINS: "admin" in held,
    }
    if not any(wanted.values()):
        return Duties()
    parts = [sql if is_wanted else "NULL" for sql, is_wanted in wanted.items()]
    [row] = prepared_rows(f"SELECT {', '.join(parts)}", {"user": user.pk})
    teaching, has_hours, waiting, draft, has_course, for_admins = row
    taught = [Taught(*row) for row in orjson.loads(teaching or "[]")]
    return Duties(
        teaching=taught[:MOST_TAUGHT],
        teaches_more=len(taught) > MOST_TAUGHT,
        waiting=waiting or 0,
        for_admins=for_admins or 0,
        has_hours=bool(has_hours),
        draft=Draft(*orjson.loads(draft)) if draft else None,
        has_course=bool(has_course),
    )


def _course_values(user: User, at: datetime) -> dict[str, Any]:
    return {"user": user.pk, "at": at, "rated_from": at - RATED_FIRST}


def _newest(sql: str, most: int, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    # As literals: with parameters PostgreSQL plans for any number of rows, not for these few.
    return prepared_rows(sql.replace(":most", f"{most:d}"), values)
