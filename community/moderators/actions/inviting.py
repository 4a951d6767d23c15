"""Admins invite platform moderators by mail, send it again, cancel it (rule MOD-8)."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.audit.log import record
from accounts.identity.actions.links import link_secret
from accounts.identity.email_addresses import address_of
from accounts.models import Email, User
from accounts.models.tokens import hash_of
from accounts.notifications.mail.composing import NotWanted, new_seed
from accounts.notifications.notify import notify
from accounts.notifications.outbox.queue import queue_email
from community.models import ModeratorInvite
from community.models.moderator_invite import LONGEST_DAYS, SHORTEST_DAYS, USUAL_DAYS
from community.moderators.notifications import INVITE_MAIL, INVITED
from peerloop.kit.refusals import Conflict, Forbidden, Invalid
from peerloop.kit.rows import locked

# How long the address of who never answered is kept.
ADDRESS_KEPT = timedelta(days=180)


class ModeratorAlready(Conflict):
    """Who has the address keeps order already (rule MOD-8)."""

    code = "already_moderator"
    message = "This address belongs to a moderator or admin."


class InvitePending(Conflict):
    """One invitation of an address is open (rule MOD-8)."""

    code = "invite_pending"
    message = "This address has an open invitation. Send that one again, or cancel it."


@transaction.atomic
def invite_moderator(
    *, email: str, days: int = USUAL_DAYS, by: User, at: datetime
) -> ModeratorInvite:
    """Invite an address to moderate the platform; it can be answered for ``days`` (1 to 30).

    Not safe to repeat: the second is refused. Raises Forbidden unless ``by`` is an admin, Invalid
    naming ``email`` or ``days``, ModeratorAlready, InvitePending.
    """
    _require_admin(by)
    address, days = address_of(email), _checked_days(days)
    holder = User.objects.filter(email=address).first()
    if holder is not None and holder.keeps_order:
        raise ModeratorAlready
    ModeratorInvite.objects.filter(email=address).expire(at)
    try:
        with transaction.atomic():
            invite = ModeratorInvite.objects.create(
                email=address,
                invited_by=by,
                days=days,
                expires_at=at + timedelta(days=days),
                created_at=at,
                updated_at=at,
            )
    except IntegrityError:
        raise InvitePending from None
    record(actor=by, action="moderator_invite.send", subject=invite, after={"days": days}, at=at)
    _send(invite, holder, at=at)
    if holder is not None:
        notify(INVITED, people=[holder], key=invite.pk, name=by.name, at=at)
    return invite


@transaction.atomic
def resend_invite(
    *, invite: ModeratorInvite, days: int | None = None, by: User, at: datetime
) -> None:
    """Send a mail with a new link, and begin the span anew; the links before it are void.

    Works for expired ones too. Each call sends a mail. Raises Forbidden, Invalid naming ``days``,
    WrongMoment for what was answered or cancelled, InvitePending, ModeratorAlready.
    """
    _require_admin(by)
    row = locked(ModeratorInvite.objects.all()).get(pk=invite.pk)
    if row.status != row.Status.PENDING:
        row.transition_to(row.Status.PENDING)
    holder = User.objects.filter(email=row.email).first()
    if holder is not None and holder.keeps_order:
        raise ModeratorAlready
    row.days = _checked_days(row.days if days is None else days)
    row.expires_at, row.token_hash = at + row.span, None
    row.sent_count += 1
    try:
        with transaction.atomic():
            row.save(update_fields=["status", "days", "expires_at", "token_hash", "sent_count"])
    except IntegrityError:
        raise InvitePending from None
    record(
        actor=by,
        action="moderator_invite.resend",
        subject=row,
        after={"days": row.days, "sent_count": row.sent_count},
        at=at,
    )
    _send(row, holder, at=at)


@transaction.atomic
def cancel_invite(*, invite: ModeratorInvite, by: User, at: datetime) -> None:
    """Void an invitation that waits for an answer. Safe to repeat.

    Raises Forbidden unless ``by`` is an admin, WrongMoment for what was answered or is past.
    """
    _require_admin(by)
    row = locked(ModeratorInvite.objects.all()).get(pk=invite.pk)
    if row.status == row.Status.CANCELLED:
        return
    row.transition_to(row.Status.CANCELLED)
    row.save(update_fields=["status"])
    record(actor=by, action="moderator_invite.cancel", subject=row, at=at)


def expire_invites(*, at: datetime) -> int:
    """Mark invitations that are past, and remove old addresses of who never answered.

    Returns how many expired. Safe to repeat.
    """
    old = ModeratorInvite.objects.exclude(status=ModeratorInvite.Status.PENDING)
    old.filter(accepted_by=None, expires_at__lt=at - ADDRESS_KEPT).exclude(email="").update(
        email="", updated_at=at
    )
    return ModeratorInvite.objects.expire(at)


def invite_link(email: Email, at: datetime) -> dict[str, Any]:
    """The link of an invitation's mail, made at sending; raises NotWanted for what is void."""
    secret = link_secret(email)
    about = {"pk": email.context["invite"], "sent_count": email.context["number"]}
    open_ones = ModeratorInvite.objects.open(at).filter(**about)
    if not open_ones.update(token_hash=hash_of(secret)):
        raise NotWanted("answered, cancelled, past or sent again")
    return {"link": settings.BASE_URL + reverse("moderator-invite", args=[secret])}


def _send(invite: ModeratorInvite, holder: User | None, *, at: datetime) -> None:
    queue_email(
        INVITE_MAIL,
        to=invite.email,
        context={
            "seed": new_seed(),
            "invite": str(invite.pk),
            "number": invite.sent_count,
            "inviter": invite.invited_by.name,
            "until": invite.expires_at.isoformat(),
        },
        dedupe_key=f"{INVITE_MAIL.template}:{invite.pk}:{invite.sent_count}",
        user=holder,
        at=at,
    )


def _require_admin(by: User) -> None:
    if not (by.is_admin and by.may_sign_in):
        raise Forbidden("Only an admin invites moderators.")


def _checked_days(days: int) -> int:
    if not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        raise Invalid.field("days", f"Choose {SHORTEST_DAYS} to {LONGEST_DAYS} days.")
    return days
