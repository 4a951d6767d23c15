"""Mails and notifications that the told past left behind."""

from datetime import datetime, timedelta
from functools import partial

from django.db.models import F, Q

from accounts.demo.people import DOMAIN
from accounts.models import Email, Notification
from accounts.notifications.outbox.delivery import deliver
from peerloop.kit import clock
from peerloop.kit.demo import World

RECENT = timedelta(days=5)
KEPT = 10
READ_AFTER = timedelta(days=6)
REASON = "Part of the demo's past."


def skip_mails(world: World) -> None:
    """Let no mail of the past be sent but the newest few of the six accounts, for the mail page.

    Those go to the local mail page after the transaction, each at the moment that it was due.
    """
    waiting = Email.objects.filter(status=Email.Status.QUEUED)
    recent = waiting.filter(created_at__gte=world.now - RECENT, to__endswith=f"@{DOMAIN}")
    kept = list(recent.order_by("-created_at", "-pk")[:KEPT])
    waiting.exclude(pk__in=[mail.pk for mail in kept]).update(
        status=Email.Status.SKIPPED, error=REASON, next_try_at=None
    )
    for mail in reversed(kept):
        world.when_written(partial(_send, mail, mail.next_try_at or mail.created_at))


def read_old_notifications(world: World) -> None:
    """Old notifications were read some hours after they came."""
    old = Q(created_at__lt=world.now - READ_AFTER)
    Notification.objects.unread().filter(old).update(read_at=F("created_at") + timedelta(hours=5))


def _send(mail: Email, at: datetime) -> None:
    with clock.frozen_at(at):
        deliver(email_id=str(mail.pk), at=at)
