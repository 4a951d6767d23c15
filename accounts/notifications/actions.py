"""Reading and deleting notifications (rule NOTE-6)."""

from datetime import datetime
from uuid import UUID

from accounts.models import Notification, User
from accounts.notifications.live_count import publish_changed


def mark_read(*, notification: Notification, at: datetime) -> None:
    """Mark one as read. Safe to repeat."""
    Notification.objects.unread().filter(pk=notification.pk).update(read_at=at, updated_at=at)
    publish_changed([notification.user_id])


def mark_all_read(*, user: User, at: datetime) -> None:
    """Mark all unread ones as read. Safe to repeat."""
    Notification.objects.unread().filter(user=user).update(read_at=at, updated_at=at)
    publish_changed([user.pk])


def mark_bundle_read(*, user_id: UUID, bundle_key: str, at: datetime) -> None:
    """Mark a member's unread bundle as read, so that its mail is not sent. Safe to repeat."""
    rows = Notification.objects.unread().filter(user=user_id, bundle_key=bundle_key)
    if rows.update(read_at=at, updated_at=at):
        publish_changed([user_id])


def delete_notification(*, notification: Notification) -> None:
    """Delete one. Safe to repeat."""
    Notification.objects.filter(pk=notification.pk).delete()
    publish_changed([notification.user_id])
