"""The rows of the dashboard, read by three SQL statements, however many rows there are.

It is the most requested page of members and shows a few columns of many tables. Reading model
instances by the ORM took three times as long as the rest of the page.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accounts.models import User
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.counting import MAX_COUNTED
from peerloop.kit.statements import prepared_rows, statement
from peerloop.kit.states import State
from scheduling.models import Session

# Courses that the dashboard shows of those that a member teaches.
MOST_TAUGHT = 12
AHEAD = statement(
    """
SELECT s.id, s.enrollment_id, s.kind, s.status, s.scheduled_start, c.title,
    s.teacher_id = %(user)s, teacher.name, student.name
FROM sessions s
JOIN courses c ON c.id = s.course_id
JOIN users teacher ON teacher.id = s.teacher_id
JOIN users student ON student.id = s.student_id
WHERE (s.teacher_id = %(user)s OR s.student_id = %(user)s)
    AND {ahead}
ORDER BY s.scheduled_start, s.id LIMIT :most
""",
    ahead=Session.ahead_sql("s"),
)
LEARNING = statement(
    """
SELECT e.id, e.status, e.progress_percent, c.title,
    (SELECT min(s.scheduled_start) FROM sessions s
     WHERE s.enrollment_id = e.id AND {ahead})
FROM (SELECT id, status, progress_percent, course_id, created_at FROM enrollments
      WHERE student_id = %(user)s ORDER BY created_at DESC, id DESC LIMIT :most) e
JOIN courses c ON c.id = e.course_id
WHERE e.status <> 'cancelled'
ORDER BY e.created_at DESC, e.id DESC
""",
    ahead=Session.ahead_sql("s"),
)
TEACHING = statement(
    """(
SELECT jsonb_agg(jsonb_build_array(c.title, c.slug, {may_teach}, c.session_minutes)
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
FOR_ADMINS = """(SELECT count(*) FROM payouts WHERE status = 'pending')
+ (SELECT count(*) FROM refund_requests WHERE status = 'pending')
+ (SELECT count(*) FROM creator_applications WHERE status = 'pending')"""


class Ahead(NamedTuple):
    """An upcoming or running session of the member."""

    pk: UUID
    enrollment_id: UUID | None
    kind: str
    status: str
    start: datetime
    course: str
    is_taught: bool
    teacher: str
    student: str

    @property
    def state(self) -> State:
        """The state for its chip."""
        return Session.Status(self.status).state


class Learning(NamedTuple):
    """A course that the member takes, with the start of its next session."""

    pk: UUID
    status: str
    progress: int
    course: str
    upcoming: datetime | None

    @property
    def step(self) -> int:
        """The step of the learning loop: learn, certify, or certified."""
        return 2 if self.is_completed else 1

    @property
    def is_completed(self) -> bool:
        """Whether the course is completed."""
        return self.status == Enrollment.Status.COMPLETED

    @property
    def is_active(self) -> bool:
        """Whether the enrollment is active."""
        return self.status in Enrollment.ACTIVE

    @property
    def can_book(self) -> bool:
        """Whether the next step is to book a session."""
        return self.is_active and self.upcoming is None


class Taught(NamedTuple):
    """A course that the member teaches, active or paused."""

    course: str
    slug: str
    may_teach: bool
    minutes: int


@dataclass(frozen=True, slots=True)
class Duties:
    """What the member teaches, newest first, and how many decisions are pending with them.

    ``teaches_more``: there are more courses than those. Decisions are counted up to a thousand of
    each kind.
    """

    teaching: list[Taught]
    teaches_more: bool = False
    waiting: int = 0
    for_admins: int = 0

    @property
    def shortest_minutes(self) -> int | None:
        """The length of the shortest session that they may give; None where there is none."""
        return min((row.minutes for row in self.teaching if row.may_teach), default=None)


def sessions_ahead(user: User, *, most: int, at: datetime) -> list[Ahead]:
    """The member's next sessions, soonest first: one statement."""
    return [Ahead(*row) for row in _newest(AHEAD, user, most, at)]


def courses_taken(user: User, *, most: int, at: datetime) -> list[Learning]:
    """The member's newest enrollments, without cancelled ones: one statement."""
    return [Learning(*row) for row in _newest(LEARNING, user, most, at)]


def duties_of(user: User, roles: list[str]) -> Duties:
    """The duties of the member's roles: one statement, none for a member who only learns."""
    wanted = {"teach": TEACHING, "create": WAITING, "admin": FOR_ADMINS}
    if not set(wanted) & set(roles):
        return Duties([])
    parts = [sql if role in roles else "NULL" for role, sql in wanted.items()]
    teaching, waiting, for_admins = prepared_rows(f"SELECT {', '.join(parts)}", {"user": user.pk})[
        0
    ]
    taught = [Taught(*row) for row in orjson.loads(teaching or "[]")]
    return Duties(taught[:MOST_TAUGHT], len(taught) > MOST_TAUGHT, waiting or 0, for_admins or 0)


def _newest(sql: str, user: User, most: int, at: datetime) -> list[tuple[Any, ...]]:
    # As literals: with parameters PostgreSQL plans for any number of rows, not for these few.
    return prepared_rows(sql.replace(":most", f"{most:d}"), {"user": user.pk, "at": at})
