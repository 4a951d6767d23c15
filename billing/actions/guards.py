"""Checks that buying a course must pass, the same for page and API (rule ENR-1)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.identity.access import Unverified
from accounts.models import User
from accounts.notifications.notify import notify
from billing.notifications import COURSE_NO_TEACHERS
from catalog.models import Course
from learning.actions.enrolling import AlreadyEnrolled
from learning.models import Enrollment
from learning.queries import eligible_teachers, teaching_row
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, Refused


class Suspended(Forbidden):
    """A closed account buys nothing."""

    code = "suspended"
    message = "Your account is suspended. Write to support to find out more."


class OwnCourse(Invalid):
    """Nobody learns from themselves."""

    code = "own_course"
    message = "This is your own course."


class TeachesAlready(Invalid):
    """Who teaches a course does not take it."""

    code = "already_teaching"
    message = "You teach this course. Pause your teaching there first if you want to take it."


class NotForSale(Conflict):
    """The course is not listed now."""

    code = "course_not_published"
    message = "This course is not open for enrollment right now."


class NoTeacher(Conflict):
    """Nobody could teach what would be paid for."""

    code = "no_teacher"
    message = (
        "Nobody teaches this course right now. Its creator was told; follow it to hear when a "
        "teacher is there."
    )


class TeacherNotEligible(Invalid):
    """The chosen one may not be booked (rule TEACH-1)."""

    @classmethod
    def chosen(cls, field: str = "student_teacher_id") -> "Invalid":
        """The refusal, on the field of the choice."""
        return cls.field(
            field,
            "This person does not teach this course right now. Choose another teacher.",
            code="teacher_not_eligible",
        )


def obstacle(
    *, student: User | None, course: Course, teachers: Collection[UUID] | None = None
) -> Refused | None:
    """Why the member, or whoever signs up, can't buy the course now, or nothing. Changes nothing.

    ``teachers``: the ids of those who may teach, where the caller knows them; spares the queries.
    """
    found = _obstacle_of_member(student, course, teachers) if student else None
    if found is not None:
        return found
    if not course.is_listed:
        return NotForSale()
    taught = bool(teachers) if teachers is not None else eligible_teachers(course).exists()
    return None if taught else NoTeacher()


def _obstacle_of_member(
    student: User, course: Course, teachers: Collection[UUID] | None
) -> Refused | None:
    if not student.may_sign_in:
        return Suspended()
    if not student.is_verified:
        return Unverified()
    if course.creator_id == student.pk:
        return OwnCourse()
    if _teaches(student, course, teachers):
        return TeachesAlready()
    if Enrollment.objects.active().filter(student=student, course=course).exists():
        return AlreadyEnrolled()
    return None


def _teaches(student: User, course: Course, teachers: Collection[UUID] | None) -> bool:
    if teachers is not None:
        return student.pk in teachers
    row = teaching_row(student, course)
    return row is not None and row.may_teach


def check(*, student: User, course: Course, teacher: User | None, at: datetime) -> None:
    """Raises the first obstacle; if nobody teaches, creator and admins are notified once a day."""
    found = obstacle(student=student, course=course)
    if isinstance(found, NoTeacher):
        _notify_no_teacher(course, at=at)
    if found is not None:
        raise found
    if teacher is not None and not eligible_teachers(course).filter(user=teacher).exists():
        raise TeacherNotEligible.chosen()


@transaction.atomic
def _notify_no_teacher(course: Course, *, at: datetime) -> None:
    notify(
        COURSE_NO_TEACHERS,
        people=[course.creator, *User.objects.active().filter(is_admin=True)],
        key=f"{course.pk}:{at.date().isoformat()}",
        to=[course.slug],
        course=course.title,
        at=at,
    )
