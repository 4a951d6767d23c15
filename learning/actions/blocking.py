"""Block booking after three late cancellations or missed sessions (rule LATE-4)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from learning.notifications import BOOKING_OPENED, BOOKING_PAUSED, BOOKING_PAUSED_FOR_STUDENT
from peerloop.kit.refusals import Forbidden


@transaction.atomic
def block_booking(*, enrollment: Enrollment, at: datetime) -> None:
    """Block booking in an active enrollment; student and teacher are notified. Safe to repeat."""
    lock_enrollment(enrollment)
    if enrollment.booking_blocked_at is not None or not enrollment.is_active:
        return
    enrollment.booking_blocked_at = at
    enrollment.save(update_fields=["booking_blocked_at"])
    student, course = enrollment.student, enrollment.course.title
    notify(BOOKING_PAUSED, people=[student], to=[enrollment.pk], course=course, at=at)
    if enrollment.teacher is not None:
        notify(
            BOOKING_PAUSED_FOR_STUDENT,
            people=[enrollment.teacher],
            student=student.name,
            course=course,
            at=at,
        )


@transaction.atomic
def unblock_booking(*, enrollment: Enrollment, by: User, at: datetime) -> None:
    """Let the student book again; the student is notified. Safe to repeat.

    Only for the teacher, the course's creator and admins; raises Forbidden for others.
    """
    lock_enrollment(enrollment)
    if by.pk not in (enrollment.teacher_id, enrollment.course.creator_id) and not by.is_admin:
        raise Forbidden("Only the teacher or the creator of the course can do this.")
    if enrollment.booking_blocked_at is None:
        return
    enrollment.booking_blocked_at = None
    enrollment.save(update_fields=["booking_blocked_at"])
    notify(
        BOOKING_OPENED,
        people=[enrollment.student],
        to=[enrollment.pk],
        teacher=by.name,
        course=enrollment.course.title,
        at=at,
    )
