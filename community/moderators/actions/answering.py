"""Accept and decline an invitation, and give the role back (rules MOD-9, ROLE-8)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.identity.access import require_verified
from accounts.members.actions.roles import set_role
from accounts.models import User
from accounts.notifications.notify import notify
from community.models import ModeratorInvite
from community.moderators.access import require_open
from community.moderators.notifications import INVITE_ACCEPTED, INVITE_DECLINED, ROLE_TAKEN
from peerloop.kit.refusals import Forbidden
from peerloop.kit.rows import locked


class WrongAccount(Forbidden):
    """An invitation counts for the account with its very address (rule MOD-9)."""

    code = "wrong_account"


@transaction.atomic
def accept_invite(*, invite: ModeratorInvite, by: User, at: datetime) -> None:
    """Make the member a platform moderator; of two answers at once the first counts.

    Who invited is notified. Raises WrongAccount for another address, Unverified, and Gone for what
    was answered, cancelled, is past, or comes from who is no admin any more.
    """
    row = _open_row(invite, at)
    if row.email != by.email:
        raise WrongAccount(
            f"This invitation is for {row.email}, and you are signed in as {by.email}. Sign out, "
            "then sign in or sign up with the invited address."
        )
    require_verified(by)
    member = locked(User.objects.all()).get(pk=by.pk)
    if not member.may_sign_in:
        raise Forbidden
    had = member.is_moderator
    row.transition_to(row.Status.ACCEPTED)
    row.accepted_by, row.answered_at = member, at
    row.save(update_fields=["status", "accepted_by", "answered_at"])
    member.is_moderator = True
    member.save(update_fields=["is_moderator"])
    record(
        actor=by,
        action="member.role",
        subject=member,
        before={"is_moderator": had},
        after={"is_moderator": True, "invite": str(row.pk), "invited_by": str(row.invited_by_id)},
        reason="Accepted the invitation of an admin.",
        at=at,
    )
    notify(INVITE_ACCEPTED, people=[row.invited_by], key=row.pk, name=member.name, at=at)


@transaction.atomic
def decline_invite(*, invite: ModeratorInvite, at: datetime) -> None:
    """Decline it, with or without an account; who invited is notified.

    Raises Gone for what was answered, cancelled or is past.
    """
    row = _open_row(invite, at)
    row.transition_to(row.Status.DECLINED)
    row.answered_at = at
    row.save(update_fields=["status", "answered_at"])
    record(actor=None, action="moderator_invite.decline", subject=row, at=at)
    notify(INVITE_DECLINED, people=[row.invited_by], key=row.pk, email=row.email, at=at)


@transaction.atomic
def take_role(*, user: User, reason: str, by: User, at: datetime) -> None:
    """Take a platform moderator's role; their rights end with their next request.

    They are notified, with the reason. Safe to repeat. Raises Forbidden unless ``by`` is an admin,
    Invalid naming ``reason`` without one.
    """
    held = User.objects.filter(pk=user.pk, is_moderator=True).exists()
    set_role(user=user, role="is_moderator", held=False, reason=reason, by=by, at=at)
    if held:
        notify(ROLE_TAKEN, people=[user], reason=reason.strip(), at=at)


def _open_row(invite: ModeratorInvite, at: datetime) -> ModeratorInvite:
    rows = ModeratorInvite.objects.select_related("invited_by")
    row = locked(rows).get(pk=invite.pk)
    require_open(row, at=at)
    return row
