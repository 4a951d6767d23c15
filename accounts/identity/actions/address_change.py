"""Changing the e-mail address: requested, confirmed from the new one, undone from the old.

Both addresses are notified (security ID-15). Whether the new address has an account is said to
its owner alone (ID-5).
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse

from accounts.audit.log import record
from accounts.identity.actions.closure import undo_erasure
from accounts.identity.actions.links import link_secret
from accounts.identity.actions.verification import welcome
from accounts.identity.email_addresses import address_of
from accounts.identity.notifications import (
    ADDRESS_CHANGE,
    ADDRESS_CHANGE_ASKED,
    ADDRESS_CHANGED,
    ADDRESS_CHANGED_MAIL,
    ADDRESS_RESTORED,
    ADDRESS_TAKEN,
)
from accounts.identity.queries.email_addresses import holder_of
from accounts.models import AddressChange, Email, Erasure, User
from accounts.models.tokens import end_all_sign_ins, hash_of
from accounts.notifications.kinds import Mail
from accounts.notifications.mail.composing import NotWanted, new_seed
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from peerloop.kit.ids import made_at, uuid7
from peerloop.kit.refusals import Conflict, Gone, Invalid

CONFIRM_LASTS = timedelta(hours=24)
UNDO_LASTS = timedelta(days=7)
# Who takes over an account adds a way to sign in first, then changes the address.
BEFORE_THE_REQUEST = timedelta(days=1)


class AddressUnavailable(Conflict):
    """Another account took the address between request and confirmation."""

    code = "address_unavailable"
    message = "This address has an account meanwhile. Choose another one."


@transaction.atomic
def request_address_change(*, user: User, email: str, at: datetime) -> None:
    """Send a link to the new address and a mail to the old one; a pending change is replaced.

    A taken address gets the same answer and writes the same rows; its owner is notified by mail.
    Raises Invalid naming ``email`` for what is no address, or the present one.
    """
    address = address_of(email)
    member = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if address == member.email:
        raise Invalid.field("email", "This is your address already.")
    holder = holder_of(address, at=at)
    # A member may return to their own former address.
    is_taken = holder is not None and holder.pk != member.pk
    drop_open_change(user=member, at=at)
    change = AddressChange(
        user=member,
        old_email=member.email,
        new_email=address,
        confirm_until=at + CONFIRM_LASTS,
        created_at=at,
        updated_at=at,
    )
    if is_taken:
        _send(ADDRESS_TAKEN, to=address, user=holder, at=at)
    else:
        mail = _send(ADDRESS_CHANGE, to=address, user=member, at=at)
        change.confirm_hash = hash_of(link_secret(mail))
    change.save(force_insert=True)
    _send(ADDRESS_CHANGE_ASKED, to=member.email, user=member, at=at, new_address=masked(address))


@transaction.atomic
def confirm_address(*, token: str, at: datetime) -> User:
    """Set the new address, confirmed by its link; all sign-ins end.

    Of racing uses one passes. The old address gets a link that takes it back, good for 7 days, if
    it was proven. Raises Invalid for a link that is not ours, Gone for one that is used, past or
    replaced, AddressUnavailable.
    """
    change = _change_of_link(confirm_hash=hash_of(token))
    member = _locked(change)
    if member.deleted_at is not None:
        raise Gone
    won = AddressChange.objects.filter(
        pk=change.pk, done_at=None, ended_at=None, confirm_until__gt=at
    ).update(done_at=at, updated_at=at)
    if not won or member.email != change.old_email:
        raise Gone
    was_proven = member.is_verified
    _set_address(member, change.new_email, at)
    _mail_with_way_back(change, member, was_proven, at)
    if not was_proven:
        welcome(user=member, at=at)
    notify(ADDRESS_CHANGED, people=[member], key=change.pk, at=at)
    _log(member, "member.change_address", change.old_email, change.new_email, at)
    return member


@transaction.atomic
def undo_address(*, token: str, at: datetime) -> User:
    """Restore the old address by the link that was sent to it; all sign-ins end.

    Somebody else knew the way in: the password is void until a new one is set by mail, and so are
    ways in that were added since, or in the day before. Changes made after it are void with their
    links: who was there first has the last word. Raises Invalid for a link that is not ours, Gone
    for one that is used, past or overruled.
    """
    change = _change_of_link(undo_hash=hash_of(token))
    member = _locked(change)
    won = AddressChange.objects.filter(pk=change.pk, ended_at=None, undo_until__gt=at).update(
        ended_at=at, updated_at=at
    )
    if not won:
        raise Gone
    AddressChange.objects.filter(
        user=member, created_at__gte=change.created_at, ended_at=None
    ).update(ended_at=at, updated_at=at)
    former = member.email
    if former != change.old_email:
        _set_address(member, change.old_email, at)
        _send(ADDRESS_RESTORED, to=former, user=member, at=at)
    else:
        end_all_sign_ins(user=member)
    _remove_other_sign_ins(member, change, at=at)
    _send(ADDRESS_RESTORED, to=member.email, user=member, at=at)
    _log(member, "member.restore_address", former, change.old_email, at)
    return member


def drop_open_change(*, user: User, at: datetime) -> None:
    """End the pending change, if any: a new password or a new request replaces it."""
    AddressChange.objects.filter(user=user, done_at=None, ended_at=None).update(
        ended_at=at, updated_at=at
    )


def confirm_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link in the mail to the new address, made at sending; raises NotWanted."""
    secret = link_secret(email)
    if not AddressChange.objects.filter(confirm_hash=hash_of(secret), ended_at=None).exists():
        raise NotWanted("the change was replaced")
    return {"link": settings.BASE_URL + reverse("confirm-address", args=[secret])}


def undo_change_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link in the mail to the old address that undoes the change, if it may."""
    if not email.context.get("has_way_back"):
        return {"link": ""}
    path = reverse("undo-address", args=[link_secret(email)])
    return {"link": settings.BASE_URL + path}


def masked(address: str) -> str:
    """The address masked for the log: "s***@example.com"."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain}"


def _change_of_link(**link: str) -> AddressChange:
    change = AddressChange.objects.filter(**link).first()
    if change is None:
        raise Invalid.field("token", "This link isn't complete or isn't ours.", code="link_unknown")
    return change


def _locked(change: AddressChange) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=change.user_id)


def _set_address(member: User, address: str, at: datetime) -> None:
    """Set the address, verified now; links sent to the former one become invalid."""
    try:
        with transaction.atomic():
            User.objects.filter(pk=member.pk).update(
                email=address,
                email_verified_at=at,
                email_status=User.EmailStatus.OK,
                updated_at=at,
            )
    except IntegrityError:
        raise AddressUnavailable from None
    end_all_sign_ins(user=member)
    member.refresh_from_db()


def _remove_other_sign_ins(member: User, change: AddressChange, *, at: datetime) -> None:
    """Remove what a thief could sign in with again; reopen the account if they closed it.

    An app that was added before stays: it opens nothing by itself, and holds off who has only the
    old mailbox.
    """
    closings = Erasure.objects.filter(user=member, created_at__gte=change.created_at)
    for erasure in closings.filter(undone_at=None, done_at=None):
        undo_erasure(erasure=erasure, by=None, at=at)
    member.refresh_from_db()
    member.set_unusable_password()
    member.save(update_fields=["password"])
    # Both tables use real time, which differs from the change's time in a demo.
    asked = made_at(change.pk)
    early = asked - BEFORE_THE_REQUEST
    of_thief = Q(created_at__gte=asked) | Q(created_at__gte=early) & ~Q(type="totp")
    Authenticator.objects.filter(of_thief, user=member).delete()
    SocialAccount.objects.filter(user=member, date_joined__gte=early).delete()


def _mail_with_way_back(
    change: AddressChange, member: User, was_proven: bool, at: datetime
) -> None:
    mail = _send(
        ADDRESS_CHANGED_MAIL,
        to=change.old_email,
        user=member,
        at=at,
        new_address=masked(change.new_email),
        has_way_back=was_proven,
    )
    if was_proven:
        AddressChange.objects.filter(pk=change.pk).update(
            undo_hash=hash_of(link_secret(mail)), undo_until=at + UNDO_LASTS
        )


def _send(mail: Mail, *, to: str, user: User | None, at: datetime, **context: Any) -> Email:
    sent = queue_email(
        mail,
        to=to,
        context={"seed": new_seed(), **context},
        dedupe_key=f"{mail.template}:{uuid7()}",
        user=user,
        at=at,
    )
    if sent is None:
        raise RuntimeError(f"{mail.template} is always sent")
    return sent


def _log(member: User, action: str, before: str, after: str, at: datetime) -> None:
    record(
        actor=member,
        action=action,
        subject=member,
        before={"email": masked(before)},
        after={"email": masked(after)},
        at=at,
    )
