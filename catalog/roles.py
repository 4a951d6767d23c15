"""The role of creators: members who have a course, even if no longer approved (ROLE-4)."""

from django.db.models import Exists, OuterRef

from catalog.models import Course
from peerloop.kit.roles import Role

ROLES = (
    Role(
        name="create",
        order=30,
        held=Exists(Course.objects.filter(creator=OuterRef("pk"), deleted_at=None)),
    ),
)
