"""What a member is to one course: student, teacher, applicant, and when they meet next."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from accounts.models import User
from learning.models import Enrollment, StudentTeacher, TeachingApplication
from peerloop.kit.statements import prepared_rows, statement
from scheduling.models import Session

# One statement, because the course page asks it of every member. The enrollment that counts is an
# active one, else the last one.
STATEMENT = statement(
    """
SELECT enrolled.id, enrolled.status, meeting.id, meeting.scheduled_start,
    teaching.is_active, {may_teach}, asked.status
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
    may_teach=StudentTeacher.may_teach_sql("teaching"),
    ahead=Session.ahead_sql(),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One member's place in one course."""

    enrollment_id: UUID | None = None
    enrollment_status: str = ""
    session_id: UUID | None = None
    session_at: datetime | None = None
    may_teach: bool = False
    teaches_now: bool = False
    application: str = ""

    @property
    def is_studying(self) -> bool:
        """Whether sessions of theirs are still to come."""
        return self.enrollment_status in Enrollment.ACTIVE

    @property
    def is_enrolled(self) -> bool:
        """Whether the course's content is open to them (rule ENR-6)."""
        cancelled = self.enrollment_status == Enrollment.Status.CANCELLED
        return self.enrollment_id is not None and not cancelled

    @property
    def is_disputed(self) -> bool:
        """Whether the payment is disputed, so that nothing new can be booked."""
        return self.enrollment_status == Enrollment.Status.DISPUTED

    @property
    def has_begun(self) -> bool:
        """Whether a first session was held or a module marked."""
        return self.enrollment_status == Enrollment.Status.IN_PROGRESS

    @property
    def has_completed(self) -> bool:
        """Whether all sessions were held."""
        return self.enrollment_status == Enrollment.Status.COMPLETED

    @property
    def has_applied(self) -> bool:
        """Whether an application to teach waits for the creator."""
        return self.application == TeachingApplication.Status.PENDING


NOBODY = Standing()


def standing_in(course_id: UUID, *, user: User | None, at: datetime) -> Standing:
    """The member's place in the course; a visitor has none. One statement for a member."""
    if user is None:
        return NOBODY
    [row] = prepared_rows(STATEMENT, {"user": user.pk, "course": course_id, "at": at})
    enrollment_id, status, session_id, starts, is_active, may_teach, asked = row
    return Standing(
        enrollment_id=enrollment_id,
        enrollment_status=status or "",
        session_id=session_id,
        session_at=starts,
        may_teach=bool(is_active),
        teaches_now=bool(may_teach),
        application=asked or "",
    )
