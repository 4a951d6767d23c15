"""Sanctions: who may decide them, the posting ban, and taking one back (rules MOD-4, MOD-6)."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction

from accounts.audit.log import record
from accounts.models import Sanction, User
from accounts.notifications.notify import notify
from peerloop.kit.refusals import Conflict, Forbidden, Invalid

# As far as a moderator may go (rule MOD-4); more, and for good, is an admin's to decide.
MODERATORS_LONGEST = timedelta(days=30)
# On the member's row a ban without an end has one that nobody lives to see.
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
) -> Sanction:
    """Keep a member from posts, replies, likes, reviews and messages (rule MOD-6).

    Without ``until`` it stands until it is lifted, which only an admin may decide (MOD-4). It ends
    by itself. A ban that stands as long or longer already is left alone, a shorter one is replaced.
    The member reads the reason in a notice and a mail. Raises Invalid without a reason or with an
    end that is past, Forbidden for whom ``by`` may not judge, Conflict for a closed account.
    """
    reason = reason_given(reason)
    user = judged(user, by=by, at=at, until=until)
    if user.deleted_at is not None:
        raise Conflict("This account is closed.")
    standing = _standing(user, Sanction.Kind.POSTING_BAN, at)
    if standing is not None:
        if _lasts_as_long(standing, until):
            return standing
        _end(standing, by=by, at=at)
    sanction = note_sanction(
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
    _tell_of_ban(sanction, at)
    return sanction


def _tell_of_ban(sanction: Sanction, at: datetime) -> None:
    until, reason = sanction.ends_at, sanction.reason
    notify(
        people=[sanction.user],
        kind="system",
        title="You can't post for now" if until else "You can't post any more",
        body=reason,
        url="/settings/privacy",
        dedupe_key=f"posting-ban:{sanction.pk}",
        email="posting-banned",
        context={"reason": reason, "until": until.isoformat() if until else ""},
        at=at,
    )


@transaction.atomic
def lift_sanction(*, sanction: Sanction, reason: str, by: User, at: datetime) -> None:
    """Take a posting ban or a suspension back. One that is lifted or over is left as it is.

    Raises Invalid without a reason, Forbidden for whom ``by`` may not judge; a moderator lifts
    only what a moderator could have decided.
    """
    from accounts.sanctions.actions.suspension import lift_suspension

    reason = reason_given(reason)
    user = judged(sanction.user, by=by, at=at, until=sanction.ends_at)
    standing = Sanction.objects.standing(at).filter(pk=sanction.pk).first()
    if standing is None:
        return
    if standing.kind == Sanction.Kind.SUSPENSION:
        lift_suspension(user=user, reason=reason, by=by, at=at)
        return
    _end(standing, by=by, at=at)
    _close_posting(user, None)
    record(actor=by, action="member.lift_posting_ban", subject=user, reason=reason, at=at)


def judged(user: User, *, by: User, at: datetime, until: datetime | None) -> User:
    """The member's row, locked, if ``by`` may decide this of them; raises Forbidden or Invalid.

    Admins judge everybody but themselves; moderators neither admins nor each other, and for thirty
    days at most. Who asks is read anew (rule ROLE-11).
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    by = User.objects.get(pk=by.pk)
    if not by.may_sign_in or not (by.is_admin or by.is_moderator):
        raise Forbidden("Only moderators and admins decide this.")
    if user.pk == by.pk:
        raise Forbidden("You can't decide this about yourself.")
    if not by.is_admin:
        if user.is_admin or user.is_moderator:
            raise Forbidden("Only an admin decides this about moderators and admins.")
        if until is None or until - at > MODERATORS_LONGEST:
            raise Forbidden("Moderators decide for 30 days at most; an admin may go further.")
    return user


def note_sanction(
    *,
    user: User,
    kind: str,
    reason: str,
    until: datetime | None,
    by: User,
    at: datetime,
    flag_id: UUID | None = None,
) -> Sanction:
    """Write the row of a decision; raises Invalid for an end that is past."""
    if until is not None and until <= at:
        raise Invalid.field("until", "Choose an end that is ahead.")
    return Sanction.objects.create(
        user=user,
        kind=kind,
        reason=reason,
        starts_at=at,
        ends_at=until,
        issued_by=by,
        flag_id=flag_id,
        created_at=at,
        updated_at=at,
    )


def end_standing(*, user: User, kind: str, by: User | None, at: datetime) -> None:
    """Note that what stands of this kind was lifted. Safe to repeat."""
    Sanction.objects.standing(at).filter(user=user, kind=kind).update(
        lifted_at=at, lifted_by=by, updated_at=at
    )


def reason_given(text: str) -> str:
    """The reason, cleaned; raises Invalid without one (rule ADM-2)."""
    reason = text.strip()
    if not reason:
        raise Invalid.field("reason", "Give a reason: it goes into the audit log.")
    return reason[:2000]


def _standing(user: User, kind: str, at: datetime) -> Sanction | None:
    return Sanction.objects.standing(at).filter(user=user, kind=kind).first()


def _lasts_as_long(standing: Sanction, until: datetime | None) -> bool:
    return standing.ends_at is None or (until is not None and until <= standing.ends_at)


def _close_posting(user: User, until: datetime | None) -> None:
    user.posting_banned_until = until
    user.save(update_fields=["posting_banned_until"])


def _end(sanction: Sanction, *, by: User, at: datetime) -> None:
    Sanction.objects.filter(pk=sanction.pk).update(lifted_at=at, lifted_by=by, updated_at=at)
