"""Reads of the accounts app."""

from accounts.models import Notification, User


def unread_notices(user: User) -> int:
    """How many notices wait."""
    return Notification.objects.filter(user=user, read_at=None).count()
