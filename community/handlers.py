"""What the community does when others tell of something."""

from community.actions import join_circle, leave_circle
from learning.events import EnrollmentCancelled, EnrollmentOpened


def on_enrollment_opened(event: EnrollmentOpened) -> None:
    """A purchase opens the creator's circle."""
    join_circle(
        creator_id=event.creator_id,
        user_id=event.student_id,
        enrollment_id=event.enrollment_id,
        at=event.at,
    )


def on_enrollment_cancelled(event: EnrollmentCancelled) -> None:
    """The last cancelled enrollment closes it."""
    leave_circle(creator_id=event.creator_id, user_id=event.student_id)
