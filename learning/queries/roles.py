"""Which sides of PeerLoop a member sees."""

from typing import Any

from django.db.models import Exists, OuterRef

from accounts.models import User
from catalog.models import Course
from learning.models import StudentTeacher


def roles_of(user: Any) -> list[str]:
    """The sides of PeerLoop that the member sees: learn always, teach and create if held (ROLE-2).

    Duties follow (``moderate``, ``admin``). One query, for every page asks.
    """
    teaches = StudentTeacher.objects.filter(user=OuterRef("pk"), is_active=True)
    creates = Course.objects.filter(creator=OuterRef("pk"), deleted_at=None)
    found = (
        User.objects.filter(pk=user.pk)
        .annotate(teaches=Exists(teaches), creates=Exists(creates))
        .values_list("teaches", "creates", "is_creator", "is_moderator", "is_admin")
        .first()
    )
    if found is None:
        return ["learn"]
    does_teach, owns, is_creator, is_moderator, is_admin = found
    held = {
        "learn": True,
        "teach": does_teach,
        "create": owns or is_creator,
        "moderate": is_moderator,
        "admin": is_admin,
    }
    return [role for role, has in held.items() if has]


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn: may teach a course, or creates."""
    return bool({"teach", "create"} & set(roles_of(user)))
