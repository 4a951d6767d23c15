"""Signing in, and a mail to the member about a sign-in from a new device."""

from datetime import datetime

from django.contrib.auth import authenticate
from django.http import HttpRequest

from accounts.identity.notifications import NEW_SIGN_IN
from accounts.models import RefreshToken, User
from accounts.notifications.notify import notify
from peerloop.kit.periods import zone_or_none
from peerloop.kit.refusals import SignInNeeded


class WrongCredentials(SignInNeeded):
    """Address or password is wrong, or the account is not active: one message for all."""

    code = "wrong_credentials"
    message = "This address and password don't belong together."


def member_by_password(*, request: HttpRequest, email: str, password: str) -> User:
    """The member with that address and password; raises WrongCredentials.

    Costs one hash for a known and for an unknown address (security ID-5).
    """
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        raise WrongCredentials
    return user


def note_sign_in(
    *, user: User, at: datetime, agent: str = "", timezone: str = "", is_new_device: bool = False
) -> None:
    """Record a sign-in: time, time zone if unknown (AUTH-9), a mail if the device is new."""
    changes: dict[str, object] = {"last_login": at}
    if not zone_or_none(user.timezone) and zone_or_none(timezone):
        changes["timezone"] = user.timezone = timezone
    was_here_before = user.last_login is not None
    User.objects.filter(pk=user.pk).update(**changes)
    if was_here_before and is_new_device:
        notify(NEW_SIGN_IN, people=[user], agent=agent[:300], at=at)


def is_known_client(user: User, *, agent: str) -> bool:
    """Whether the member signed in to the API with this User-Agent in the last weeks."""
    return RefreshToken.objects.filter(user=user, agent=agent[:300]).exists()
