"""The people of a creator: whose community it is (rules FEED-2, ROLE-9)."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from community.models import InstructorFollower
from learning.models import StudentTeacher


def people_of(creator: Any) -> QuerySet[User]:
    """Active members who read a creator's feed: buyers of a course, and their teachers."""
    buyers = InstructorFollower.objects.filter(creator=creator, user=OuterRef("pk"))
    teaching = StudentTeacher.objects.filter(
        course__creator=creator, is_active=True, user=OuterRef("pk")
    )
    rows = User.objects.active().exclude(pk=getattr(creator, "pk", creator))
    return rows.filter(Q(Exists(buyers)) | Q(Exists(teaching)))
