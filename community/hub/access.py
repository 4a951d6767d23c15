"""Who may run a community."""

from typing import Any

from accounts.models import User
from community.models import CommunityModerator
from peerloop.kit.refusals import Forbidden, Missing
from peerloop.kit.roles import roles_of


def require_creator(user: User) -> None:
    """Raises Forbidden for who has no feed of their own."""
    if not (user.is_creator and "create" in roles_of(user)):
        raise Forbidden("This page is for creators.")


def appointment_of(creator: User, user_id: Any) -> CommunityModerator:
    """The creator's live appointment of a member; raises Missing."""
    rows = CommunityModerator.objects.active().select_related("user", "creator")
    found = rows.filter(creator=creator, user=user_id).first()
    if found is None:
        raise Missing
    return found
