"""From an id to a member's notification, or a refusal."""

import uuid

from accounts.models import (
    Notification,
    User,
)
from peerloop.kit.refusals import Missing


def own_notification(user: User, notification_id: uuid.UUID) -> Notification:
    """The member's notification with that id; raises Missing."""
    notification = Notification.objects.filter(user=user, pk=notification_id).first()
    if notification is None:
        raise Missing
    return notification
