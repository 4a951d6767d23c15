"""Reading and deleting notifications (rule NOTE-6)."""

from datetime import datetime

from accounts.models import Notification, User
from accounts.notifications.live_count import publish_changed


def mark_read(*, notice: Notification, at: datetime) -> None:
    """Mark one as read. Safe to repeat."""
    Notification.objects.unread().filter(pk=notice.pk).update(read_at=at, updated_at=at)
    publish_changed([notice.user_id])


def mark_all_read(*, user: User, at: datetime) -> None:
    """Mark all unread ones as read. Safe to repeat."""
    Notification.objects.unread().filter(user=user).update(read_at=at, updated_at=at)
    publish_changed([user.pk])


def delete_notification(*, notice: Notification) -> None:
    """Delete one. Safe to repeat."""
    Notification.objects.filter(pk=notice.pk).delete()
    publish_changed([notice.user_id])
