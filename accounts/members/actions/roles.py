"""The roles that admins give (rules ROLE-4, ROLE-10)."""

from datetime import datetime

from django.db import transaction

from accounts.audit.log import record
from accounts.models import User
from accounts.sanctions.rules import LastAdmin, other_admins, required_reason
from peerloop.kit.refusals import Forbidden, Invalid

ROLES = ("is_creator", "is_moderator", "is_admin")


@transaction.atomic
def set_role(*, user: User, role: str, held: bool, reason: str, by: User, at: datetime) -> None:
    """Give or take ``is_creator``, ``is_moderator`` or ``is_admin``. Repeating it changes nothing.

    Raises Forbidden unless ``by`` is an admin, Conflict where it would leave no active admin.
    """
    if role not in ROLES:
        raise Invalid.field("role", "Choose creator, moderator or admin.")
    if not (by.is_admin and by.may_sign_in):
        raise Forbidden("Only an admin gives or takes roles.")
    reason = required_reason(reason)
    others = other_admins(user)
    user = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = bool(getattr(user, role))
    if before == held:
        return
    if role == "is_admin" and not held and not others:
        raise LastAdmin
    setattr(user, role, held)
    user.save(update_fields=[role])
    record(
        actor=by,
        action="member.role",
        subject=user,
        before={role: before},
        after={role: held},
        reason=reason,
        at=at,
    )
