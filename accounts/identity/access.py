"""What a member may do or reach: a verified address, and their own sign-ins."""

import uuid

from accounts.models import (
    RefreshToken,
    User,
    WebSession,
)
from peerloop.kit.refusals import Forbidden, Missing


class Unverified(Forbidden):
    """The action needs a verified e-mail address (rule AUTH-8)."""

    code = "email_unverified"
    message = "Confirm your e-mail address first. The link is in your mailbox."


def require_verified(user: User) -> None:
    """Raises Unverified unless the member's e-mail address is verified."""
    if not user.is_verified:
        raise Unverified


def own_sign_in(user: User, family: uuid.UUID) -> uuid.UUID:
    """The sign-in, if it is the member's own; raises Missing."""
    if not RefreshToken.objects.filter(user=user, family=family).exists():
        raise Missing
    return family


def own_browser(user: User, browser: uuid.UUID) -> uuid.UUID:
    """The web sign-in, if it is the member's own; raises Missing."""
    if not WebSession.objects.filter(user=user, pk=browser).exists():
        raise Missing
    return browser
