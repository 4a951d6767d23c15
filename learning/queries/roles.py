"""Queries of a member's roles."""

from accounts.models import User
from peerloop.kit.roles import roles_of


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn money, as a student-teacher or as a creator. One query."""
    return not {"teach", "create"}.isdisjoint(roles_of(user))
