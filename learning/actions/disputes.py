"""Suspend an enrollment while its card payment is disputed."""

from datetime import datetime

from django.db import IntegrityError, transaction

from learning.actions.enrolling import AlreadyEnrolled
from learning.actions.locks import lock_enrollment
from learning.actions.progress import complete_if_delivered
from learning.models import Enrollment

Status = Enrollment.Status


@transaction.atomic
def dispute_enrollment(*, enrollment: Enrollment) -> None:
    """Set an enrollment to disputed, so that nothing new can be booked (DISP-1). Safe to repeat."""
    lock_enrollment(enrollment)
    if enrollment.status in (Status.DISPUTED, Status.CANCELLED):
        return
    enrollment.transition_to(Status.DISPUTED)
    enrollment.save(update_fields=["status"])


@transaction.atomic
def restore_enrollment(*, enrollment: Enrollment, at: datetime) -> None:
    """Return a disputed enrollment to the status of its progress (DISP-1). Safe to repeat.

    Sessions held during the dispute count, so this may complete the enrollment. Raises
    AlreadyEnrolled when the student has bought the course again since.
    """
    lock_enrollment(enrollment)
    if enrollment.status != Status.DISPUTED:
        return
    enrollment.transition_to(enrollment.status_by_progress)
    try:
        with transaction.atomic():
            enrollment.save(update_fields=["status"])
    except IntegrityError as error:
        raise AlreadyEnrolled from error
    complete_if_delivered(enrollment=enrollment, at=at)
