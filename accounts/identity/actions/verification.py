"""E-mail verification."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.identity.actions.links import open_link, register_link, use_link
from accounts.identity.email_addresses import address_of
from accounts.identity.notifications import EMAIL_VERIFICATION, WELCOME
from accounts.models import Email, EmailVerificationToken, User
from accounts.notifications.mail.composing import NotWanted, new_seed
from accounts.notifications.outbox.queue import queue_email

LASTING = timedelta(hours=24)


@transaction.atomic
def request_verification(*, email: str, at: datetime, leads_to: str = "") -> None:
    """Send the verification link again, if the address has an unverified account (rule AUTH-6).

    ``leads_to``: a path of ours to which the link goes on. Known or not, the same rows are written
    in the same time. Raises Invalid for what is no address.
    """
    address = address_of(email)
    user = User.objects.active().filter(email=address).first()
    send_verification(user=user, to=address, leads_to=leads_to, at=at)


def send_verification(*, user: User | None, to: str, at: datetime, leads_to: str = "") -> None:
    """Queue the mail; it is skipped at sending without an account or if it is verified.

    ``leads_to`` travels in the link, so that what was begun goes on in whichever browser opens it.
    """
    seed = new_seed()
    queue_email(
        EMAIL_VERIFICATION,
        to=to,
        context={"seed": seed, "leads_to": leads_to},
        dedupe_key=f"{EMAIL_VERIFICATION.template}:{seed}",
        user=user,
        at=at,
    )


@transaction.atomic
def verify_email(*, token: str, at: datetime) -> User:
    """Mark the address as verified; the first time a welcome mail is queued.

    Raises Invalid for a link that is not ours, Gone for one that was used or is past.
    """
    link = open_link(EmailVerificationToken, token, at=at)
    use_link(link, at=at)
    user = link.user
    is_first = User.objects.filter(pk=user.pk, email=link.email, email_verified_at=None).update(
        email_verified_at=at, updated_at=at
    )
    if is_first:
        welcome(user=user, at=at)
    user.refresh_from_db()
    return user


def welcome(*, user: User, at: datetime) -> None:
    """Queue the welcome mail, once for each member."""
    queue_email(
        WELCOME,
        to=user.email,
        context={},
        dedupe_key=f"welcome:{user.pk}",
        user=user,
        at=at,
    )


def verification_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of the mail, made at sending; raises NotWanted."""
    if email.user is not None and email.user.is_verified:
        raise NotWanted("address proven already")
    secret = register_link(EmailVerificationToken, email, lasting=LASTING, at=at)
    leads_to = email.context.get("leads_to")
    query = f"?{urlencode({'next': leads_to})}" if leads_to else ""
    return {"link": settings.BASE_URL + reverse("verify-email", args=[secret]) + query}
