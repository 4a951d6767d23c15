"""While a card payment is disputed, its enrollment stands still."""

from datetime import datetime

from django.db import IntegrityError, transaction

from learning.actions.enrolling import AlreadyEnrolled
from learning.actions.locks import lock_enrollment
from learning.actions.progress import complete_if_whole
from learning.models import Enrollment

Status = Enrollment.Status


@transaction.atomic
def dispute_enrollment(*, enrollment: Enrollment) -> None:
    """The card payment is disputed: nothing new may begin (rule DISP-1). Safe to repeat."""
    lock_enrollment(enrollment)
    if enrollment.status in (Status.DISPUTED, Status.CANCELLED):
        return
    enrollment.transition_to(Status.DISPUTED)
    enrollment.save(update_fields=["status"])


@transaction.atomic
def restore_enrollment(*, enrollment: Enrollment, at: datetime) -> None:
    """The dispute was won: back to where the student is in the course (DISP-1). Safe to repeat.

    Sessions held meanwhile count now, so the course may be completed by it. Raises
    AlreadyEnrolled when the student bought the course again meanwhile.
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
    complete_if_whole(enrollment=enrollment, at=at)
