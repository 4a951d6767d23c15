"""Invite friends by mail. The answer never says whether an address has an account."""

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from accounts.identity.access import require_verified
from accounts.identity.email_addresses import address_of
from accounts.identity.queries.email_addresses import holder_of
from accounts.models import User
from accounts.notifications.outbox.queue import queue_email
from accounts.sanctions.access import require_may_post
from goodwill.models import DeclinedAddress, Referral
from goodwill.points.actions.moving import lock_goodwill
from goodwill.referrals.links import fingerprint, token_of
from goodwill.referrals.notifications import INVITATION
from peerloop.kit.refusals import Conflict, Invalid, LimitReached

INVITATIONS_A_DAY = 10
DAY = timedelta(days=1)
# An address gets one invitation in this time, whoever invites it.
QUIET = timedelta(days=30)


class AlreadyInvited(Conflict):
    """The member invited this address before."""

    code = "already_invited"
    message = "You invited this address already."


class EnoughInvited(LimitReached):
    """As many invitations as a day allows."""

    code = "enough_invited"
    message = f"You can invite {INVITATIONS_A_DAY} people in 24 hours. Your link has no limit."


@transaction.atomic
def invite_by_mail(*, email: str, by: User, at: datetime) -> Referral:
    """Send a friend an invitation with the member's name.

    Written alike for every address; no mail goes to who has an account, was invited lately or
    wants no invitations. Raises Invalid naming ``email``, AlreadyInvited, EnoughInvited,
    Unverified, PostingBanned.
    """
    require_verified(by)
    require_may_post(by, at=at)
    address = address_of(email)
    if address == by.email:
        raise Invalid.field("email", "This is your own address.")
    # One after another for each member, so that the limit counts all.
    lock_goodwill([by])
    mine = Referral.objects.filter(referrer=by)
    if mine.filter(email=address).exists():
        raise AlreadyInvited(fields={"email": [AlreadyInvited.message]})
    if mine.filter(sent_at__gt=at - DAY).count() >= INVITATIONS_A_DAY:
        raise EnoughInvited
    is_wanted = _wants_mail(address, at)
    referral = Referral.objects.create(
        referrer=by, email=address, sent_count=1, sent_at=at, created_at=at, updated_at=at
    )
    if is_wanted:
        _send(referral, at)
    return referral


@transaction.atomic
def invite_again(*, referral: Referral, at: datetime) -> bool:
    """Send the mail of an invitation once more; whether a mail went out. For admins.

    Raises Conflict once the friend signed up, or for one who came by a link.
    """
    if referral.status != Referral.Status.SENT:
        raise Conflict("There is nobody to invite any more.")
    is_wanted = _wants_mail(referral.email, at, whoever=False)
    Referral.objects.filter(pk=referral.pk).update(
        sent_count=referral.sent_count + 1, sent_at=at, updated_at=at
    )
    referral.refresh_from_db()
    if is_wanted:
        _send(referral, at)
    return is_wanted


@transaction.atomic
def decline_invitations(*, referral: Referral, at: datetime) -> None:
    """Send this address no invitation any more. Safe to repeat."""
    DeclinedAddress.objects.get_or_create(
        fingerprint=fingerprint(referral.email), defaults={"created_at": at, "updated_at": at}
    )


def _wants_mail(address: str, at: datetime, *, whoever: bool = True) -> bool:
    if holder_of(address, at=at) is not None:
        return False
    if DeclinedAddress.objects.filter(fingerprint=fingerprint(address)).exists():
        return False
    lately = Referral.objects.filter(email=address, sent_at__gt=at - QUIET)
    return not (whoever and lately.exists())


def _send(referral: Referral, at: datetime) -> None:
    token = token_of(referral)
    queue_email(
        INVITATION,
        to=referral.email,
        context={
            "name": referral.referrer.name,
            "path": reverse("invited-by-mail", args=[token]),
            "ending": reverse("decline-invitations", args=[token]),
        },
        dedupe_key=f"{INVITATION.template}:{referral.pk}:{referral.sent_count}",
        at=at,
    )
