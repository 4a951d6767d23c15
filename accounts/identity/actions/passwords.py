"""Passwords: reset by mail, changed."""

from datetime import datetime, timedelta
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.identity.actions.address_change import drop_open_change
from accounts.identity.actions.closure import send_reopening_link
from accounts.identity.actions.links import open_link, register_link, use_link
from accounts.identity.email_addresses import address_of
from accounts.identity.notifications import PASSWORD_CHANGED, PASSWORD_RESET
from accounts.identity.passwords import accepted
from accounts.models import Email, PasswordResetToken, User
from accounts.models.tokens import end_all_sign_ins
from accounts.notifications.mail.composing import new_seed
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from peerloop.kit.refusals import Invalid

LASTING = timedelta(hours=1)


@transaction.atomic
def request_password_reset(*, email: str, at: datetime) -> None:
    """Send a reset link, if the address has an account (rule AUTH-6).

    Known or not, the same rows are written in the same time. Whose account is closed
    gets the link that opens it again (rule ROLE-13). Raises Invalid for what is no address.
    """
    address = address_of(email)
    if send_reopening_link(address=address, at=at):
        return
    seed = new_seed()
    queue_email(
        PASSWORD_RESET,
        to=address,
        context={"seed": seed},
        dedupe_key=f"{PASSWORD_RESET.template}:{seed}",
        user=User.objects.active().filter(email=address).first(),
        at=at,
    )


@transaction.atomic
def reset_password(*, token: str, password: str, at: datetime) -> User:
    """Set a new password with a link from a mail; ends every sign-in and every other open link.

    Raises Invalid for a link that is not ours or a password that is refused (the link then still
    counts), Gone for a link that was used or is past.
    """
    link = open_link(PasswordResetToken, token, at=at)
    user = link.user
    password = accepted(password, user=user)
    use_link(link, at=at)
    if not user.is_verified:
        # Who signed up with an unverified address may not own it: their social accounts go.
        SocialAccount.objects.filter(user=user).delete()
    _set(user, password, at)
    return user


@transaction.atomic
def change_password(*, user: User, current: str, password: str, at: datetime) -> None:
    """Change the password, given the current one; ends every sign-in, this one too.

    The page signs its own browser in again. Raises Invalid naming ``current`` or ``password``.
    """
    if not user.check_password(current):
        raise Invalid.field("current", "This is not your current password.")
    if user.check_password(password):
        raise Invalid.field("password", "This is your current password. Choose another.")
    _set(user, accepted(password, user=user), at)


def check_reset_link(*, token: str, at: datetime) -> None:
    """Raises Invalid or Gone unless the link is valid, for its page. Changes nothing."""
    open_link(PasswordResetToken, token, at=at)


def _set(user: User, password: str, at: datetime) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])
    PasswordResetToken.objects.filter(user=user, used_at=None).update(used_at=at, updated_at=at)
    drop_open_change(user=user, at=at)
    end_all_sign_ins(user=user)
    notify(PASSWORD_CHANGED, people=[user], at=at)


def reset_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of the mail, made at sending; raises NotWanted."""
    secret = register_link(PasswordResetToken, email, lasting=LASTING, at=at)
    return {"link": settings.BASE_URL + reverse("reset", args=[secret])}
