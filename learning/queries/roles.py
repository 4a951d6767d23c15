"""Which sides of PeerLoop a member sees."""

from accounts.models import User
from peerloop.kit.roles import roles_of


def is_teacher_or_creator(user: User) -> bool:
    """Whether the member can earn: may teach a course, or creates. One query."""
    return not {"teach", "create"}.isdisjoint(roles_of(user))
