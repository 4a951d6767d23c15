"""Retention (security PRI-4): old texts are blanked, the rows stay as long as they are needed.

Each look is served by an index and each step takes a batch in a transaction of its own, so that a
table of any size can be cleared while people work.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import Email, LocalMail, Notification, WebhookEvent
from accounts.notifications.outbox.rows import WAITING
from peerloop.kit.batches import in_batches

NOTICES_KEPT = timedelta(days=180)
EVENTS_KEPT = timedelta(days=400)
SETTLED = (WebhookEvent.Status.DONE, WebhookEvent.Status.IGNORED)


def retain(*, at: datetime) -> None:
    """Delete old notifications and events, blank mails and payloads. Nightly, safe to repeat."""
    in_batches(Notification.objects.filter(created_at__lt=at - NOTICES_KEPT), _delete)
    words_until = at - timedelta(days=settings.MAIL_WORDS_DAYS)
    old_mails = Email.objects.filter(emptied_at=None, created_at__lt=words_until).exclude(WAITING)
    in_batches(old_mails, lambda batch: batch.update(context={}, emptied_at=at))
    in_batches(LocalMail.objects.filter(created_at__lt=words_until), _delete)
    settled = WebhookEvent.objects.filter(status__in=SETTLED)
    payloads_until = at - timedelta(days=settings.WEBHOOK_PAYLOAD_DAYS)
    old_payloads = settled.filter(emptied_at=None, received_at__lt=payloads_until)
    in_batches(old_payloads, lambda batch: batch.update(payload={}, emptied_at=at))
    in_batches(settled.filter(received_at__lt=at - EVENTS_KEPT), _delete)


def _delete(batch: QuerySet[Any]) -> None:
    batch.delete()
