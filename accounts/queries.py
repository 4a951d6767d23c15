"""Reads of the accounts app."""

from typing import Any

from accounts.models import Notification, User


def unread_notices(user: User) -> int:
    """How many notices wait."""
    return Notification.objects.filter(user=user, read_at=None).count()


def member_summary(user: User) -> dict[str, Any]:
    """A member inside another answer: what everybody may see, also of a private one (PRIV-2)."""
    return {"id": str(user.pk), "name": user.name, "avatar_url": user.avatar_url or None}
