"""A member's relation to one course: enrollment, teaching, application, next session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from learning.models import Enrollment, TeachingApplication
from peerloop.kit.statements import prepared_rows, statement
from scheduling.models import Session

# One statement, because the course page needs it for every member. It reads the active enrollment,
# else the newest one.
STATEMENT = statement(
    """
SELECT enrolled.id, enrolled.status, meeting.id, meeting.scheduled_start,
    teaching.is_active, asked.status
FROM (SELECT) AS one
LEFT JOIN LATERAL (
    SELECT id, status FROM enrollments WHERE student_id = %(user)s AND course_id = %(course)s
    ORDER BY {active} DESC, created_at DESC, id DESC LIMIT 1
) AS enrolled ON true
LEFT JOIN LATERAL (
    SELECT id, scheduled_start FROM sessions
    WHERE enrollment_id = enrolled.id AND {ahead}
    ORDER BY scheduled_start, id LIMIT 1
) AS meeting ON true
LEFT JOIN student_teachers AS teaching
    ON teaching.user_id = %(user)s AND teaching.course_id = %(course)s
LEFT JOIN LATERAL (
    SELECT status FROM teaching_applications
    WHERE user_id = %(user)s AND course_id = %(course)s
    ORDER BY created_at DESC, id DESC LIMIT 1
) AS asked ON true
""",
    active=Enrollment.active_sql(),
    ahead=Session.ahead_sql(),
)


@dataclass(frozen=True, slots=True)
class CourseMembership:
    """A member's relation to one course. ``is_taught``: all sessions were held, work is left."""

    enrollment_id: UUID | None = None
    enrollment_status: str = ""
    session_id: UUID | None = None
    session_at: datetime | None = None
    is_teacher: bool = False
    application: str = ""
    is_taught: bool = False

    @property
    def is_studying(self) -> bool:
        """Whether their enrollment is active."""
        return self.enrollment_status in Enrollment.ACTIVE

    @property
    def is_enrolled(self) -> bool:
        """Whether they have access to the content of the course (rule ENR-6)."""
        cancelled = self.enrollment_status == Enrollment.Status.CANCELLED
        return self.enrollment_id is not None and not cancelled

    @property
    def is_disputed(self) -> bool:
        """Whether the payment is disputed, so that they cannot book."""
        return self.enrollment_status == Enrollment.Status.DISPUTED

    @property
    def has_begun(self) -> bool:
        """Whether a session was completed or a module marked."""
        return self.enrollment_status == Enrollment.Status.IN_PROGRESS

    @property
    def has_completed(self) -> bool:
        """Whether the course is completed."""
        return self.enrollment_status == Enrollment.Status.COMPLETED

    @property
    def has_applied(self) -> bool:
        """Whether an application to teach is pending."""
        return self.application == TeachingApplication.Status.PENDING


NO_MEMBERSHIP = CourseMembership()


def course_membership(course_id: UUID, *, user: User | None, at: datetime) -> CourseMembership:
    """The member's relation to the course, by one statement; NO_MEMBERSHIP for a visitor."""
    if user is None:
        return NO_MEMBERSHIP
    [row] = prepared_rows(STATEMENT, {"user": user.pk, "course": course_id, "at": at})
    enrollment_id, status, session_id, starts, is_active, asked = row
    return CourseMembership(
        enrollment_id=enrollment_id,
        enrollment_status=status or "",
        session_id=session_id,
        session_at=starts,
        is_teacher=bool(is_active),
        application=asked or "",
    )
