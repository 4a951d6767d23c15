"""The posting ban: reading stays, writing for others does not (rules MOD-4, MOD-6)."""

from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from accounts.audit.log import record
from accounts.models import Sanction, User
from accounts.notifications.notify import notify
from accounts.sanctions.notifications import POSTING_BANNED, POSTING_BANNED_FOR_NOW
from accounts.sanctions.rules import create_sanction, required_reason, sanctionable
from peerloop.kit.refusals import Conflict

# How a ban without an end is stored in the member's row.
FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)


@transaction.atomic
def ban_from_posting(
    *,
    user: User,
    reason: str,
    by: User,
    at: datetime,
    until: datetime | None = None,
    flag_id: UUID | None = None,
    is_told: bool = True,
) -> Sanction:
    """Ban a member from posts, replies, likes, reviews and messages (rule MOD-6).

    Without ``until`` it stands until it is lifted, which only an admin may decide (MOD-4). It ends
    by itself. A ban that stands as long or longer already is left alone, a shorter one is replaced.
    The member gets the reason as notification and mail, unless who calls tells them (``is_told``
    False), as moderation does with the rule and the way to appeal. Raises Invalid without a reason
    or with an end that is past, Forbidden for whom ``by`` may not judge, Conflict for a closed
    account.
    """
    reason = required_reason(reason)
    user = sanctionable(user, by=by, at=at, until=until)
    if user.deleted_at is not None:
        raise Conflict("This account is closed.")
    current = _current_ban(user, Sanction.Kind.POSTING_BAN, at)
    if current is not None:
        if _lasts_as_long(current, until):
            return current
        _end(current, by=by, at=at)
    sanction = create_sanction(
        user=user,
        kind=Sanction.Kind.POSTING_BAN,
        reason=reason,
        until=until,
        by=by,
        at=at,
        flag_id=flag_id,
    )
    _close_posting(user, until or FOR_GOOD)
    record(
        actor=by,
        action="member.ban_from_posting",
        subject=user,
        after={"until": until.isoformat() if until else None},
        reason=reason,
        at=at,
    )
    if is_told:
        _notify_posting_banned(sanction, at)
    return sanction


def _notify_posting_banned(sanction: Sanction, at: datetime) -> None:
    until = sanction.ends_at
    notify(
        POSTING_BANNED_FOR_NOW if until else POSTING_BANNED,
        people=[sanction.user],
        key=sanction.pk,
        reason=sanction.reason,
        until=until.isoformat() if until else "",
        at=at,
    )


def lift_posting_ban(*, user: User, ban: Sanction, reason: str, by: User, at: datetime) -> None:
    """Let the member post again. Belongs in the transaction that locked the member's row."""
    _end(ban, by=by, at=at)
    _close_posting(user, None)
    record(actor=by, action="member.lift_posting_ban", subject=user, reason=reason, at=at)


def _current_ban(user: User, kind: str, at: datetime) -> Sanction | None:
    return Sanction.objects.in_force(at).filter(user=user, kind=kind).first()


def _lasts_as_long(current: Sanction, until: datetime | None) -> bool:
    return current.ends_at is None or (until is not None and until <= current.ends_at)


def _close_posting(user: User, until: datetime | None) -> None:
    user.posting_banned_until = until
    user.save(update_fields=["posting_banned_until"])


def _end(sanction: Sanction, *, by: User, at: datetime) -> None:
    Sanction.objects.filter(pk=sanction.pk).update(lifted_at=at, lifted_by=by, updated_at=at)
