"""What the community does when others tell of something."""

from community.actions import join_circle, leave_circle
from learning.events import EnrollmentCancelled, EnrollmentOpened


def on_enrollment_opened(fact: EnrollmentOpened) -> None:
    """A purchase opens the creator's circle."""
    join_circle(
        creator_id=fact.creator_id,
        user_id=fact.student_id,
        enrollment_id=fact.enrollment_id,
        at=fact.at,
    )


def on_enrollment_cancelled(fact: EnrollmentCancelled) -> None:
    """The last cancelled enrollment closes it."""
    leave_circle(creator_id=fact.creator_id, user_id=fact.student_id)
