"""Into a course and out of it again."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from catalog.actions.counting import change_student_count
from catalog.models import Course
from learning.actions.locks import lock_course, lock_enrollment
from learning.actions.withdrawing import withdraw_waiting
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
    """Take a student into a course, once the payment stands (rules ENR-3, ENR-4, CAT-10).

    ``modules_paid`` is the number of sessions that the price pays for. A chosen teacher who may not
    teach any more by now is left out: the student picks another with the first booking, instead of
    losing a paid place. Raises AlreadyEnrolled when an active enrollment stands, also in a race.
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
    """The first session began or the first module was marked (rule ENR-5). Safe to repeat."""
    lock_enrollment(enrollment)
    if enrollment.status != Status.ENROLLED:
        return
    enrollment.transition_to(Status.IN_PROGRESS)
    enrollment.started_at = at
    enrollment.save(update_fields=["status", "started_at"])


@transaction.atomic
def close_enrollment(*, enrollment: Enrollment, by: User | None, reason: str, at: datetime) -> None:
    """Cancel an enrollment: content closes, requests that wait for an answer are taken back.

    ``by`` is nobody when the payment provider took the money back. The teacher stays on the row:
    the past is theirs. Safe to repeat. Part of ``billing.cancel_enrollment``, which cancels the
    sessions and computes the refund (rule REF-5).
    """
    lock_enrollment(enrollment)
    if enrollment.status == Status.CANCELLED:
        return
    enrollment.transition_to(Status.CANCELLED)
    enrollment.cancelled_at = at
    enrollment.cancelled_by = by
    enrollment.cancel_reason = reason
    enrollment.save(update_fields=["status", "cancelled_at", "cancelled_by", "cancel_reason"])
    withdraw_waiting(enrollment=enrollment, by=by, at=at)
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
    """Change the course's count of students, unless another enrollment of the same one counts.

    The course's lock comes after the enrollment is written: of two at once, the later one sees the
    earlier one.
    """
    lock_course(enrollment.course)
    if not _counts_otherwise(enrollment.student_id, enrollment.course_id, besides=enrollment.pk):
        change_student_count(course_id=enrollment.course_id, amount=amount)


def _counts_otherwise(student_id: UUID, course_id: UUID, *, besides: UUID) -> bool:
    others = Enrollment.objects.with_content().filter(student=student_id, course=course_id)
    return others.exclude(pk=besides).exists()
