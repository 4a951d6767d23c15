"""Give students access to a creator's feed, and end it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from community.models import InstructorFollower
from learning.models import Enrollment


@transaction.atomic
def add_instructor_follower(
    *, creator_id: UUID, user_id: UUID, enrollment_id: UUID, at: datetime
) -> None:
    """Give a student access to the creator's feed (rule FEED-2). Safe to repeat."""
    InstructorFollower.objects.get_or_create(
        creator_id=creator_id,
        user_id=user_id,
        defaults={"first_enrollment_id": enrollment_id, "first_enrollment_at": at},
    )


@transaction.atomic
def remove_instructor_follower(*, creator_id: UUID, user_id: UUID) -> None:
    """End the access if all the student's enrollments with the creator are cancelled (FEED-2).

    Safe to repeat.
    """
    remaining = Enrollment.objects.with_content().filter(
        student_id=user_id, course__creator_id=creator_id
    )
    if not remaining.exists():
        InstructorFollower.objects.filter(creator_id=creator_id, user_id=user_id).delete()
