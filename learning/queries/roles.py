"""Which sides of PeerLoop a member sees."""

from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Notification, User
from catalog.models import Course
from learning.models import StudentTeacher

COLUMNS = ("teaches", "owns", "is_creator", "is_moderator", "is_admin")


def roles_of(user: Any) -> list[str]:
    """The sides of PeerLoop that the member sees: learn always, teach and create if held (ROLE-2).

    Duties follow (``moderate``, ``admin``). One query.
    """
    return _held(_asked(user).values(*COLUMNS).first())


def menu_of(user: Any) -> tuple[list[str], int]:
    """The member's roles and unread notices: one query, for the menus of every page ask."""
    unread = (
        Notification.objects.filter(user=OuterRef("pk"), read_at=None)
        .order_by()
        .values("user")
        .annotate(number=Count("pk"))
        .values("number")
    )
    asked = _asked(user).annotate(unread=Coalesce(Subquery(unread), 0))
    found = asked.values(*COLUMNS, "unread").first()
    return _held(found), found["unread"] if found else 0


def _asked(user: Any) -> QuerySet[User]:
    teaches = StudentTeacher.objects.filter(user=OuterRef("pk"), is_active=True)
    creates = Course.objects.filter(creator=OuterRef("pk"), deleted_at=None)
    return User.objects.filter(pk=user.pk).annotate(teaches=Exists(teaches), owns=Exists(creates))


def _held(found: dict[str, Any] | None) -> list[str]:
    if found is None:
        return ["learn"]
    held = {
        "learn": True,
        "teach": found["teaches"],
        "create": found["owns"] or found["is_creator"],
        "moderate": found["is_moderator"],
        "admin": found["is_admin"],
    }
    return [role for role, has in held.items() if has]


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn: may teach a course, or creates."""
    return bool({"teach", "create"} & set(roles_of(user)))
