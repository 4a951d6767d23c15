"""Suspending a member, and lifting a suspension (rules ROLE-8, ROLE-12, MOD-6)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.events import MemberSuspended, MemberUnsuspended
from accounts.models import Sanction, User
from accounts.models.tokens import end_all_sign_ins
from accounts.notifications.outbox.queue import queue_email
from accounts.sanctions.notifications import ACCOUNT_SUSPENDED
from accounts.sanctions.rules import (
    LastAdmin,
    create_sanction,
    end_sanctions_in_force,
    other_admins,
    required_reason,
    sanctionable,
)
from peerloop.kit.events import announce
from peerloop.kit.retries import retried

TIME_IS_OVER = "The time of the suspension is over."


@retried
@transaction.atomic
def suspend_member(
    *,
    user: User,
    reason: str,
    by: User,
    at: datetime,
    until: datetime | None = None,
    is_told: bool = True,
) -> None:
    """Suspend a member and end their sign-ins, permanently or ``until``. Safe to repeat.

    The member gets a mail with the reason, unless who calls tells them (``is_told`` False), as
    moderation does with the rule and the way to appeal.

    Raises Invalid without a reason or with an end that is past, Forbidden for whom ``by`` may not
    judge (rules MOD-4, MOD-6), Conflict for the last active admin.
    """
    reason = required_reason(reason)
    others = other_admins(user)
    user = sanctionable(user, by=by, at=at, until=until)
    if user.is_suspended:
        return
    if user.is_admin and not others:
        raise LastAdmin
    create_sanction(
        user=user, kind=Sanction.Kind.SUSPENSION, reason=reason, until=until, by=by, at=at
    )
    user.suspended_at, user.suspended_until, user.suspended_reason = at, until, reason
    user.save(update_fields=["suspended_at", "suspended_until", "suspended_reason"])
    end_all_sign_ins(user=user)
    record(
        actor=by,
        action="member.suspend",
        subject=user,
        after={"until": until.isoformat() if until else None},
        reason=reason,
        at=at,
    )
    if is_told:
        queue_email(
            ACCOUNT_SUSPENDED,
            to=user.email,
            context={"reason": reason, "until": until.isoformat() if until else ""},
            dedupe_key=f"account-suspended:{user.pk}:{at.isoformat()}",
            user=user,
            at=at,
        )
    announce(MemberSuspended(user_id=user.pk, at=at))


@transaction.atomic
def lift_suspension(*, user: User, reason: str, by: User | None, at: datetime) -> None:
    """Lift a suspension; without ``by`` only if its time is over. Safe to repeat."""
    reason = required_reason(reason)
    user = _locked(user)
    if not user.is_suspended:
        return
    # Checked again under the lock: the member may have been suspended again.
    if by is None and (user.suspended_until is None or user.suspended_until > at):
        return
    end_sanctions_in_force(user=user, kind=Sanction.Kind.SUSPENSION, by=by, at=at)
    user.suspended_at, user.suspended_until, user.suspended_reason = None, None, ""
    user.save(update_fields=["suspended_at", "suspended_until", "suspended_reason"])
    record(actor=by, action="member.lift_suspension", subject=user, reason=reason, at=at)
    announce(MemberUnsuspended(user_id=user.pk, at=at))


def lift_if_over(*, user: User, at: datetime) -> None:
    """Lift the suspension of this member if its time is over (rule MOD-6).

    So that whoever comes back on time need not wait for the sweep. Safe to repeat.
    """
    if user.suspended_until is not None and user.suspended_until <= at:
        lift_suspension(user=user, reason=TIME_IS_OVER, by=None, at=at)
        user.refresh_from_db(fields=["suspended_at", "suspended_until", "suspended_reason"])


def lift_due_suspensions(*, at: datetime) -> None:
    """Lift all suspensions whose time is over. Safe to repeat."""
    due = User.objects.filter(suspended_at__isnull=False, suspended_until__lte=at)
    for user in due.order_by("pk"):
        lift_suspension(user=user, reason=TIME_IS_OVER, by=None, at=at)


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)
