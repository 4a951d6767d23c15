"""Held times that must not stand in the way of a session."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from scheduling.models import SlotHold


def give_way(*, teacher_id: UUID, student_id: UUID, at: datetime) -> None:
    """Delete what is held of the two people and over, and what the student holds of this teacher.

    Their seats go with them, so that the constraint lets a session in. To be called under the locks
    of both members. A hold of somebody else that is not over stays. Safe to repeat.
    """
    over = Q(teacher__in=[teacher_id, student_id], expires_at__lte=at)
    SlotHold.objects.filter(over | Q(teacher=teacher_id, holder=student_id)).delete()
