"""A member's notifications, and the mails of the local provider."""

import uuid

from django.db.models import QuerySet

from accounts.models import LocalMail, Notification, User
from peerloop.kit.refusals import Missing


def unread_count(user: User) -> int:
    """How many notifications are unread."""
    return Notification.objects.unread().filter(user=user).count()


def notifications_of(user: User) -> QuerySet[Notification]:
    """A member's notifications, newest first."""
    return Notification.objects.filter(user=user).order_by("-created_at", "-pk")


def stored_mails(to: str = "") -> QuerySet[LocalMail]:
    """Mails that the local provider stored, newest first."""
    mails = LocalMail.objects.order_by("-created_at", "-pk")
    return mails.filter(to__iexact=to) if to else mails


def stored_mail(mail_id: uuid.UUID) -> LocalMail:
    """One stored mail; raises Missing."""
    mail = LocalMail.objects.filter(pk=mail_id).first()
    if mail is None:
        raise Missing
    return mail
