"""Ending the teaching of an enrollment, with the sessions booked (rules TEACH-4, TEACH-5)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from learning.actions import unassign_teacher
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden, Invalid, WrongMoment
from scheduling.actions.cancelling import (
    LATE,
    block_if_unreliable,
    cancel_future_sessions,
    cleaned_reason,
)
from scheduling.models import Session

LEFT = "The student changed teachers."


@transaction.atomic
def change_teacher(*, enrollment: Enrollment, by: User, reason: str, at: datetime) -> int:
    """End the teaching of an enrollment, by its student or teacher; returns the sessions cancelled.

    The next booking sets the new teacher. The teacher must give a reason; the student only if a
    session starts in less than 24 hours (LATE-2, counts for LATE-4). A running session continues.
    Raises WrongMoment when nobody teaches the enrollment.
    """
    lock_enrollment(enrollment)
    if by.pk not in (enrollment.student_id, enrollment.teacher_id):
        raise Forbidden("Only the student and the teacher can end this.")
    if enrollment.teacher is None:
        raise WrongMoment("Nobody teaches this course to you yet. Book a session to choose.")
    is_student = by.pk == enrollment.student_id
    late = Session.objects.filter(
        enrollment=enrollment,
        status=Session.Status.SCHEDULED,
        scheduled_start__gt=at,
        scheduled_start__lt=at + LATE,
    ).exists()
    text = cleaned_reason(reason, needed=late and is_student, field="reason")
    if not text and not is_student:
        raise Invalid.field("reason", "Say why, in a sentence for the student.")
    count = cancel_future_sessions(enrollment=enrollment, by=by, reason=text or LEFT, at=at)
    if is_student and late:
        block_if_unreliable(enrollment=enrollment, at=at)
    unassign_teacher(enrollment=enrollment, by=by, reason=text, at=at)
    return count
