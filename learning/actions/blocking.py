"""Booking paused after three late cancellations or missed sessions (rule LATE-4)."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.notifications.notify import notify_in_words as notify
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.refusals import Forbidden


@transaction.atomic
def block_booking(*, enrollment: Enrollment, at: datetime) -> None:
    """Pause booking in an enrollment; student and teacher are told. Safe to repeat."""
    lock_enrollment(enrollment)
    if enrollment.booking_blocked_at is not None or not enrollment.is_active:
        return
    enrollment.booking_blocked_at = at
    enrollment.save(update_fields=["booking_blocked_at"])
    title = enrollment.course.title
    notify(
        people=[enrollment.student],
        kind="enrollment",
        title=f"Booking is paused in {title}",
        body="Three sessions were cancelled late or missed. Ask your teacher to open it again.",
        url=f"/learn/{enrollment.pk}",
        at=at,
    )
    if enrollment.teacher is not None:
        notify(
            people=[enrollment.teacher],
            kind="enrollment",
            title=f"Booking is paused for {enrollment.student.name}",
            body=f"Three sessions of {title} were cancelled late or missed. You can open it again.",
            url="/teach/sessions",
            at=at,
        )


@transaction.atomic
def open_booking(*, enrollment: Enrollment, by: User, at: datetime) -> None:
    """Let the student book again, by the teacher, the creator or an admin. Safe to repeat."""
    lock_enrollment(enrollment)
    if by.pk not in (enrollment.teacher_id, enrollment.course.creator_id) and not by.is_admin:
        raise Forbidden("Only the teacher or the creator of the course can do this.")
    if enrollment.booking_blocked_at is None:
        return
    enrollment.booking_blocked_at = None
    enrollment.save(update_fields=["booking_blocked_at"])
    notify(
        people=[enrollment.student],
        kind="enrollment",
        title=f"You can book again in {enrollment.course.title}",
        body=f"{by.name} opened booking for you.",
        url=f"/learn/{enrollment.pk}/book",
        at=at,
    )
