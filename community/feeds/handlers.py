"""Event handlers of the community app."""

from community.feeds.actions.followers import add_instructor_follower, remove_instructor_follower
from learning.events import EnrollmentCancelled, EnrollmentOpened


def add_follower_on_enrollment(event: EnrollmentOpened) -> None:
    """Give the student access to the creator's feed."""
    add_instructor_follower(
        creator_id=event.creator_id,
        user_id=event.student_id,
        enrollment_id=event.enrollment_id,
        at=event.at,
    )


def remove_follower_on_cancellation(event: EnrollmentCancelled) -> None:
    """End the access if this was the student's last enrollment with the creator."""
    remove_instructor_follower(creator_id=event.creator_id, user_id=event.student_id)
