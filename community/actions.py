"""Who belongs to a creator's circle."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from community.models import InstructorFollower
from learning.models import Enrollment


@transaction.atomic
def join_circle(*, creator_id: UUID, user_id: UUID, enrollment_id: UUID, at: datetime) -> None:
    """The first purchase from a creator opens the creator's feed (rule FEED-2). Safe to repeat."""
    InstructorFollower.objects.get_or_create(
        creator_id=creator_id,
        user_id=user_id,
        defaults={"first_enrollment_id": enrollment_id, "first_enrollment_at": at},
    )


@transaction.atomic
def leave_circle(*, creator_id: UUID, user_id: UUID) -> None:
    """Close the feed once no enrollment with the creator is left but cancelled ones (FEED-2)."""
    left = Enrollment.objects.with_content().filter(
        student_id=user_id, course__creator_id=creator_id
    )
    if not left.exists():
        InstructorFollower.objects.filter(creator_id=creator_id, user_id=user_id).delete()
