"""The roles of students and student-teachers."""

from django.db.models import Exists, OuterRef

from learning.models import StudentTeacher
from peerloop.kit.roles import Role

ROLES = (
    Role(name="learn", order=10, held=None),
    Role(
        name="teach",
        order=20,
        held=Exists(StudentTeacher.objects.filter(user=OuterRef("pk"), is_active=True)),
    ),
)
