"""Open, start and close enrollments."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from catalog.actions.counting import change_student_count
from catalog.models import Course
from learning.actions.locks import lock_course, lock_enrollment
from learning.actions.withdrawing import withdraw_pending_requests
from learning.events import EnrollmentCancelled, EnrollmentOpened
from learning.models import Enrollment, StudentTeacher
from peerloop.kit.events import announce
from peerloop.kit.refusals import Conflict

Status = Enrollment.Status


class AlreadyEnrolled(Conflict):
    """One active enrollment per student and course (rule ENR-4)."""

    code = "already_enrolled"
    message = "This course is already in progress. You can take it again once it is completed."


@transaction.atomic
def open_enrollment(
    *,
    student: User,
    course: Course,
    teacher: User | None,
    modules_paid: int,
    source: str = Enrollment.Source.CHECKOUT,
    at: datetime,
) -> Enrollment:
    """Enroll a student after the payment succeeded (rules ENR-3, ENR-4, CAT-10).

    ``modules_paid`` is the number of sessions that the price pays for. A chosen teacher who may no
    longer teach is not assigned; the student picks another with the first booking. Raises
    AlreadyEnrolled when the student has an active enrollment, also under concurrent requests.
    """
    row = _eligible_row(teacher, student, course)
    try:
        with transaction.atomic():
            enrollment = Enrollment.objects.create(
                student=student,
                course=course,
                teacher=row.user if row else None,
                student_teacher=row,
                modules_paid=modules_paid,
                source=source,
                created_at=at,
                updated_at=at,
            )
    except IntegrityError as error:
        if "enrollment_one_active" in str(error):
            raise AlreadyEnrolled from error
        raise
    _count_student(enrollment, amount=1)
    announce(
        EnrollmentOpened(
            enrollment_id=enrollment.pk,
            student_id=student.pk,
            course_id=course.pk,
            creator_id=course.creator_id,
            teacher_id=row.user_id if row else None,
            at=at,
        )
    )
    return enrollment


@transaction.atomic
def start_enrollment(*, enrollment: Enrollment, at: datetime) -> None:
    """Set an enrollment to in progress at its first session or marked module (ENR-5).

    Safe to repeat.
    """
    lock_enrollment(enrollment)
    if enrollment.status != Status.ENROLLED:
        return
    enrollment.transition_to(Status.IN_PROGRESS)
    enrollment.started_at = at
    enrollment.save(update_fields=["status", "started_at"])


@transaction.atomic
def close_enrollment(*, enrollment: Enrollment, by: User | None, reason: str, at: datetime) -> None:
    """Cancel an enrollment: its content closes and its pending requests are withdrawn.

    ``by`` is None when the payment provider took the money back. The row keeps its teacher, for
    the history. Safe to repeat. Part of ``billing.cancel_enrollment``, which cancels the sessions
    and computes the refund (rule REF-5).
    """
    lock_enrollment(enrollment)
    if enrollment.status == Status.CANCELLED:
        return
    enrollment.transition_to(Status.CANCELLED)
    enrollment.cancelled_at = at
    enrollment.cancelled_by = by
    enrollment.cancel_reason = reason
    enrollment.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason"])
    withdraw_pending_requests(enrollment=enrollment, by=by, at=at)
    _count_student(enrollment, amount=-1)
    announce(
        EnrollmentCancelled(
            enrollment_id=enrollment.pk,
            student_id=enrollment.student_id,
            course_id=enrollment.course_id,
            creator_id=enrollment.course.creator_id,
            at=at,
        )
    )


def _eligible_row(teacher: User | None, student: User, course: Course) -> StudentTeacher | None:
    if teacher is None or teacher.pk == student.pk:
        return None
    rows = StudentTeacher.objects.eligible().select_related("user")
    return rows.filter(user=teacher, course=course).first()


def _count_student(enrollment: Enrollment, *, amount: int) -> None:
    """Add to the course's number of students, unless another enrollment of the student counts.

    The course is locked after the enrollment is written, so that the later of two concurrent
    transactions sees the enrollment of the earlier one.
    """
    lock_course(enrollment.course)
    if not _has_other_enrollment(enrollment):
        change_student_count(course_id=enrollment.course_id, amount=amount)


def _has_other_enrollment(enrollment: Enrollment) -> bool:
    others = Enrollment.objects.with_content().filter(
        student=enrollment.student_id, course=enrollment.course_id
    )
    return others.exclude(pk=enrollment.pk).exists()
