"""From an id to a row for a person, or a refusal."""

import uuid
from typing import Any

from accounts.models import Notification, RefreshToken, User
from peerloop.kit.refusals import Forbidden, Missing


class Unverified(Forbidden):
    """The act needs a proven address (rule AUTH-8)."""

    code = "email_unverified"
    message = "Confirm your e-mail address first. The link is in your mailbox."


def verified(user: User) -> None:
    """Raises Unverified while the member's address is not proven."""
    if not user.is_verified:
        raise Unverified


def member_of(user_id: Any) -> User:
    """The member with that id, if their account stands; raises Missing."""
    try:
        key = uuid.UUID(str(user_id))
    except ValueError:
        raise Missing from None
    user = User.objects.active().filter(pk=key).first()
    if user is None:
        raise Missing
    return user


def notice_of(user: User, notice_id: uuid.UUID) -> Notification:
    """A notice of the member's own; raises Missing."""
    notice = Notification.objects.filter(user=user, pk=notice_id).first()
    if notice is None:
        raise Missing
    return notice


def own_sign_in(user: User, family: uuid.UUID) -> uuid.UUID:
    """The sign-in, if it is the member's own; raises Missing."""
    if not RefreshToken.objects.filter(user=user, family=family).exists():
        raise Missing
    return family
