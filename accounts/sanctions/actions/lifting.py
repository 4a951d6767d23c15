"""Lifting a sanction (rules MOD-4, MOD-6)."""

from datetime import datetime

from django.db import transaction

from accounts.models import Sanction, User
from accounts.sanctions.actions.posting_ban import lift_posting_ban
from accounts.sanctions.actions.suspension import lift_suspension
from accounts.sanctions.rules import required_reason, sanctionable


@transaction.atomic
def lift_sanction(*, sanction: Sanction, reason: str, by: User, at: datetime) -> None:
    """Lift a posting ban or a suspension. One that is lifted or over stays as it is.

    Raises Invalid without a reason, Forbidden for whom ``by`` may not judge; a moderator lifts
    only what a moderator could have decided.
    """
    reason = required_reason(reason)
    user = sanctionable(sanction.user, by=by, at=at, until=sanction.ends_at)
    current = Sanction.objects.in_force(at).filter(pk=sanction.pk).first()
    if current is None:
        return
    if current.kind == Sanction.Kind.SUSPENSION:
        lift_suspension(user=user, reason=reason, by=by, at=at)
    else:
        lift_posting_ban(user=user, ban=current, reason=reason, by=by, at=at)
