"""Sanctions of a member."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import Sanction, User


def sanctions_of(user: User) -> QuerySet[Sanction]:
    """All sanctions of the member, newest first, with who issued them."""
    rows = Sanction.objects.filter(user=user).select_related("issued_by", "lifted_by")
    return rows.order_by("-starts_at", "-pk")


def ban_of(user: User, *, at: datetime) -> Sanction | None:
    """The posting ban in force, for the member to read."""
    if user.posting_banned_until is None or user.posting_banned_until <= at:
        return None
    bans: Any = Sanction.objects.in_force(at)
    found: Sanction | None = bans.filter(user=user, kind=Sanction.Kind.POSTING_BAN).first()
    return found
