"""Complete an enrollment: progress, statistics, notifications and the certificate, once."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.four_eyes import require_another
from accounts.models import User, UserStats
from accounts.notifications.notify import notify
from learning.actions.certificates import request_completion_certificate
from learning.actions.locks import lock_enrollment
from learning.events import EnrollmentCompleted
from learning.models import Enrollment, ModuleProgress, StudentTeacher
from learning.notifications import COURSE_COMPLETED
from learning.queries import modules_of
from peerloop.kit.events import announce
from peerloop.kit.refusals import Invalid

Status = Enrollment.Status


@transaction.atomic
def complete_enrollment(*, enrollment: Enrollment, at: datetime) -> None:
    """Complete an enrollment (rules LEARN-3, LEARN-4). Safe to repeat.

    All modules are marked complete and progress becomes 100. The first time, the statistics of
    student and teacher are updated, the certificate is requested, the student is notified and
    EnrollmentCompleted is announced.
    """
    lock_enrollment(enrollment)
    if enrollment.status == Status.COMPLETED:
        return
    enrollment.transition_to(Status.COMPLETED)
    enrollment.started_at = enrollment.started_at or at
    enrollment.completed_at = at
    enrollment.progress_percent = 100
    first_time = enrollment.completion_fired_at is None
    enrollment.completion_fired_at = enrollment.completion_fired_at or at
    enrollment.save(
        update_fields=[
            "status",
            "started_at",
            "completed_at",
            "progress_percent",
            "completion_fired_at",
        ]
    )
    _mark_all(enrollment, at)
    if first_time:
        _complete_first_time(enrollment, at)


@transaction.atomic
def force_completion(*, enrollment: Enrollment, by: User, reason: str, at: datetime) -> None:
    """Complete an enrollment by an admin's decision, with a reason (LEARN-3). Safe to repeat.

    Raises AnotherAdmin for its student and its teacher, Invalid without a reason.
    """
    require_another(by, enrollment.student_id, enrollment.teacher_id)
    if not reason.strip():
        raise Invalid.field("reason", "Say why the course counts as completed.")
    before = enrollment.status
    complete_enrollment(enrollment=enrollment, at=at)
    if before != enrollment.status:
        record(
            actor=by,
            action="enrollment.force_completion",
            subject=enrollment,
            before={"status": before},
            after={"status": enrollment.status},
            reason=reason,
            at=at,
        )


def _mark_all(enrollment: Enrollment, at: datetime) -> None:
    ModuleProgress.objects.bulk_create(
        (
            ModuleProgress(enrollment=enrollment, module=module, is_complete=True, completed_at=at)
            for module in modules_of(enrollment)
        ),
        ignore_conflicts=True,
    )
    enrollment.progress.filter(is_complete=False).update(
        is_complete=True, completed_at=at, updated_at=at
    )


def _complete_first_time(enrollment: Enrollment, at: datetime) -> None:
    _update_statistics(enrollment)
    request_completion_certificate(enrollment=enrollment, at=at)
    announce(
        EnrollmentCompleted(
            enrollment_id=enrollment.pk,
            student_id=enrollment.student_id,
            course_id=enrollment.course_id,
            at=at,
        )
    )
    notify(
        COURSE_COMPLETED,
        people=[enrollment.student],
        key=enrollment.pk,
        to=[enrollment.pk],
        course=enrollment.course.title,
        at=at,
    )


def _update_statistics(enrollment: Enrollment) -> None:
    """Count one more completed course for the student and one more student for the teacher.

    A student who takes the course again with the same teacher is counted only once.
    """
    UserStats.add(enrollment.student_id, courses_completed=1)
    row = enrollment.student_teacher
    if row is None:
        return
    locked = StudentTeacher.objects.select_for_update(no_key=True).get(pk=row.pk)
    earlier = Enrollment.objects.filter(
        student_teacher=row,
        student=enrollment.student_id,
        completion_fired_at__isnull=False,
    ).exclude(pk=enrollment.pk)
    if earlier.exists():
        return
    locked.students_taught += 1
    locked.save(update_fields=["students_taught"])
    UserStats.add(row.user_id, students_taught=1)
