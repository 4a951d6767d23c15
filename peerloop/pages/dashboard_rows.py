"""What the dashboard shows, in plain SQL and plain values: three statements, however many rows.

The page is the most asked of a member's, and shows a few words of many tables: reading whole rows
by the ORM took three times as long as all the rest of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from accounts.models import User
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.statements import prepared_rows, statement
from peerloop.kit.states import State
from scheduling.models import Session

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
SELECT jsonb_agg(jsonb_build_array(c.title, c.slug, {may_teach}) ORDER BY t.is_active DESC, c.title)
FROM student_teachers t JOIN courses c ON c.id = t.course_id WHERE t.user_id = %(user)s)""",
    may_teach=StudentTeacher.may_teach_sql("t"),
)
WAITING = """(
SELECT count(*) FROM teaching_applications a JOIN courses c ON c.id = a.course_id
WHERE c.creator_id = %(user)s AND a.status = 'pending') + (
SELECT count(*) FROM certificates a JOIN courses c ON c.id = a.course_id
WHERE c.creator_id = %(user)s AND a.status = 'pending')"""
FOR_ADMINS = """(SELECT count(*) FROM payouts WHERE status = 'pending')
+ (SELECT count(*) FROM refund_requests WHERE status = 'pending')
+ (SELECT count(*) FROM creator_applications WHERE status = 'pending')"""


class Ahead(NamedTuple):
    """A session of the member that is to come or runs."""

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
        """What its chip shows."""
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
        """Where on the loop: learn, certify, done with certify."""
        return 2 if self.is_completed else 1

    @property
    def is_completed(self) -> bool:
        """Whether all of it is done."""
        return self.status == Enrollment.Status.COMPLETED

    @property
    def is_active(self) -> bool:
        """Whether something is still to be learned."""
        return self.status in Enrollment.ACTIVE

    @property
    def can_book(self) -> bool:
        """Whether the next thing to do is to choose a time."""
        return self.is_active and self.upcoming is None


class Taught(NamedTuple):
    """A course that the member may teach, or might."""

    course: str
    slug: str
    may_teach: bool


@dataclass(frozen=True, slots=True)
class Duties:
    """What the member teaches, and how much waits for their decision."""

    teaching: list[Taught]
    waiting: int = 0
    for_admins: int = 0


def sessions_ahead(user: User, *, most: int, at: datetime) -> list[Ahead]:
    """The member's next sessions, soonest first: one statement."""
    return [Ahead(*row) for row in _newest(AHEAD, user, most, at)]


def courses_taken(user: User, *, most: int, at: datetime) -> list[Learning]:
    """The member's newest enrollments, without what was cancelled: one statement."""
    return [Learning(*row) for row in _newest(LEARNING, user, most, at)]


def duties_of(user: User, roles: list[str]) -> Duties:
    """What the roles bring with them: one statement, none for who only learns."""
    wanted = {"teach": TEACHING, "create": WAITING, "admin": FOR_ADMINS}
    if not set(wanted) & set(roles):
        return Duties([])
    parts = [sql if role in roles else "NULL" for role, sql in wanted.items()]
    teaching, waiting, for_admins = prepared_rows(f"SELECT {', '.join(parts)}", {"user": user.pk})[
        0
    ]
    taught = [Taught(*row) for row in orjson.loads(teaching or "[]")]
    return Duties(taught, waiting or 0, for_admins or 0)


def _newest(sql: str, user: User, most: int, at: datetime) -> list[tuple[Any, ...]]:
    # In figures: the plan for any number of rows is not the plan for a few.
    return prepared_rows(sql.replace(":most", f"{most:d}"), {"user": user.pk, "at": at})
