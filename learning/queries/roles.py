"""Which sides of PeerLoop a member sees.

In SQL and not with the ORM: every page of a member asks, and building the statement took longer
than running it.
"""

from typing import Any, NamedTuple

from django.db import connection

from accounts.models import User

UNREAD = "(SELECT count(*) FROM notifications n WHERE n.user_id = u.id AND n.read_at IS NULL)"
HELD = (
    "SELECT EXISTS (SELECT 1 FROM student_teachers t WHERE t.user_id = u.id AND t.is_active),"
    " EXISTS (SELECT 1 FROM courses c WHERE c.creator_id = u.id AND c.deleted_at IS NULL),"
    " u.is_creator, u.is_moderator, u.is_admin, {unread} FROM users u WHERE u.id = %s"
)


class Asked(NamedTuple):
    """What the roles follow from."""

    teaches: bool
    owns: bool
    is_creator: bool
    is_moderator: bool
    is_admin: bool
    unread: int


def roles_of(user: Any) -> list[str]:
    """The sides of PeerLoop that the member sees: learn always, teach and create if held (ROLE-2).

    Duties follow (``moderate``, ``admin``). One query.
    """
    return _held(_asked(user, unread="0"))


def menu_of(user: Any) -> tuple[list[str], int]:
    """The member's roles and unread notices: one query, for the menus of every page ask."""
    found = _asked(user, unread=UNREAD)
    return _held(found), found.unread if found else 0


def _asked(user: Any, *, unread: str) -> Asked | None:
    with connection.cursor() as cursor:
        cursor.execute(HELD.format(unread=unread), [user.pk])
        row = cursor.fetchone()
    return Asked(*row) if row else None


def _held(found: Asked | None) -> list[str]:
    if found is None:
        return ["learn"]
    held = {
        "learn": True,
        "teach": found.teaches,
        "create": found.owns or found.is_creator,
        "moderate": found.is_moderator,
        "admin": found.is_admin,
    }
    return [role for role, has in held.items() if has]


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn: may teach a course, or creates."""
    return bool({"teach", "create"} & set(roles_of(user)))
