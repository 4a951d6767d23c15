"""What an owner does with notices (rule NOTE-6)."""

from datetime import datetime

from accounts.models import Notification, User
from accounts.notifications.live_count import tell_changed


def read_notice(*, notice: Notification, at: datetime) -> None:
    """Mark one as read. Safe to repeat."""
    Notification.objects.unread().filter(pk=notice.pk).update(read_at=at, updated_at=at)
    tell_changed([notice.user_id])


def read_all_notices(*, user: User, at: datetime) -> None:
    """Mark all as read that wait. Safe to repeat."""
    Notification.objects.unread().filter(user=user).update(read_at=at, updated_at=at)
    tell_changed([user.pk])


def delete_notice(*, notice: Notification) -> None:
    """Take one away for good. Safe to repeat."""
    Notification.objects.filter(pk=notice.pk).delete()
    tell_changed([notice.user_id])
