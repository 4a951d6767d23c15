"""Who may decide a sanction, and what every decision writes (rules MOD-4, ROLE-10, ROLE-11)."""

from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Sanction, User
from peerloop.kit.refusals import Conflict, Forbidden, Invalid

# The longest sanction of a moderator (rule MOD-4); longer or permanent ones need an admin.
MODERATORS_LONGEST = timedelta(days=30)


def sanctionable(user: User, *, by: User, at: datetime, until: datetime | None) -> User:
    """The member's row, locked, if ``by`` may decide this of them; raises Forbidden or Invalid.

    Admins judge everybody but themselves; moderators neither admins nor each other, and for thirty
    days at most. Who asks is read anew (rule ROLE-11).
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    by = User.objects.get(pk=by.pk)
    if not by.may_sign_in or not by.keeps_order:
        raise Forbidden("Only moderators and admins decide this.")
    if user.pk == by.pk:
        raise Forbidden("You can't decide this about yourself.")
    if not by.is_admin:
        if user.keeps_order:
            raise Forbidden("Only an admin decides this about moderators and admins.")
        if until is None or until - at > MODERATORS_LONGEST:
            raise Forbidden("Moderators decide for 30 days at most; an admin may go further.")
    return user


def create_sanction(
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


def end_sanctions_in_force(*, user: User, kind: str, by: User | None, at: datetime) -> None:
    """Mark sanctions of this kind that are in force as lifted. Safe to repeat."""
    Sanction.objects.in_force(at).filter(user=user, kind=kind).update(
        lifted_at=at, lifted_by=by, updated_at=at
    )


def required_reason(text: str) -> str:
    """The reason, cleaned; raises Invalid without one (rule ADM-2)."""
    reason = text.strip()
    if not reason:
        raise Invalid.field("reason", "Give a reason: it goes into the audit log.")
    return reason[:2000]


class LastAdmin(Conflict):
    """Somebody must be able to give roles (rule ROLE-10)."""

    code = "last_admin"
    message = "The last active admin can't be removed."


def other_admins(user: User) -> list[User]:
    """The other active admins, locked in order of id: two who remove each other can't race."""
    admins = User.objects.active().filter(is_admin=True).order_by("pk")
    return [admin for admin in admins.select_for_update(no_key=True) if admin.pk != user.pk]
