"""A member's progress in the loop of a course: learn, certify, teach, earn."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from catalog.models import Course
from learning.models import Certificate, Enrollment, StudentTeacher, TeachingApplication
from learning.queries.enrollments import delivered_count, enrollment_to_apply_with
from learning.queries.teachers import application_of, teaching_row

LEARN, CERTIFY, TEACH, EARN, ALL_DONE = range(1, 6)


@dataclass(frozen=True, slots=True)
class TeachingStatus:
    """What a member has and what they lack for teaching a course."""

    enrollment: Enrollment | None
    row: StudentTeacher | None
    application: TeachingApplication | None
    sessions_held: int

    @property
    def teaches(self) -> bool:
        """Whether the member has an active right to teach."""
        return self.row is not None and self.row.is_active

    @property
    def is_completed(self) -> bool:
        """Whether the course is completed."""
        enrollment = self.enrollment
        return enrollment is not None and enrollment.status == Enrollment.Status.COMPLETED

    @property
    def is_waiting(self) -> bool:
        """Whether the application is pending."""
        application = self.application
        return application is not None and application.status == application.Status.PENDING

    def again_at(self, now: datetime) -> datetime | None:
        """When a declined applicant may apply again, or None if they may now."""
        moment = self.application.again_at if self.application else None
        return moment if moment and moment > now else None


def teaching_status(user: User, course: Course) -> TeachingStatus:
    """The member's enrollment, right to teach, last application and sessions held."""
    enrollment = enrollment_to_apply_with(user, course)
    return TeachingStatus(
        enrollment=enrollment,
        row=teaching_row(user, course),
        application=application_of(user, course),
        sessions_held=delivered_count(enrollment) if enrollment else 0,
    )


def loop_steps(user: User, enrollments: Iterable[Enrollment]) -> dict[UUID, int]:
    """The step of the loop (1 to 5, 0 if cancelled) by enrollment id. Two queries.

    A completed enrollment is at "certify" until its certificate is issued, at "teach" until the
    member has the right to teach, and at "earn" until they have taught a student.
    """
    rows = list(enrollments)
    courses = {row.course_id for row in rows}
    certified = set(
        Certificate.objects.filter(
            user=user,
            course__in=courses,
            type=Certificate.Type.COMPLETION,
            status=Certificate.Status.ISSUED,
        ).values_list("course_id", flat=True)
    )
    taught = dict(
        StudentTeacher.objects.filter(user=user, course__in=courses, is_active=True).values_list(
            "course_id", "students_taught"
        )
    )
    return {row.pk: _step(row, certified, taught) for row in rows}


@dataclass(frozen=True, slots=True)
class LoopStanding:
    """How far a member is with a course: the step of the loop, and whether they applied."""

    step: int
    has_applied: bool


def loop_standing(user: User, enrollment: Enrollment) -> LoopStanding:
    """``loop_steps`` of one enrollment, and whether an application is pending. One query."""
    course = enrollment.course_id
    issued = Certificate.objects.filter(
        user=OuterRef("pk"),
        course=course,
        type=Certificate.Type.COMPLETION,
        status=Certificate.Status.ISSUED,
    )
    rights = StudentTeacher.objects.filter(user=OuterRef("pk"), course=course, is_active=True)
    pending = TeachingApplication.objects.filter(
        user=OuterRef("pk"), course=course, status=TeachingApplication.Status.PENDING
    )
    member = User.objects.filter(pk=user.pk)
    is_certified, taught, has_applied = member.values_list(
        Exists(issued), Subquery(rights.values("students_taught")[:1]), Exists(pending)
    )[0]
    certified = {course} if is_certified else set()
    by_course = {} if taught is None else {course: taught}
    return LoopStanding(_step(enrollment, certified, by_course), has_applied)


def _step(enrollment: Enrollment, certified: set[UUID], taught: dict[UUID, int]) -> int:
    if enrollment.status == Enrollment.Status.CANCELLED:
        return 0
    if enrollment.status != Enrollment.Status.COMPLETED:
        return LEARN
    if enrollment.course_id in taught:
        return ALL_DONE if taught[enrollment.course_id] else EARN
    return TEACH if enrollment.course_id in certified else CERTIFY
