"""What the telling left behind: mails, provider events and reminders of a past that never was."""

from datetime import datetime, timedelta

from django.db.models import F, Q

from accounts.models import Email, Notification
from accounts.notifications.outbox.delivery import deliver
from billing.models import LocalPaymentObject
from peerloop.demo.content import DOMAIN
from peerloop.kit import clock
from scheduling.actions.reminders import LEADS
from scheduling.models import SessionReminder

RECENT = timedelta(days=5)
KEPT = 10
READ_AFTER = timedelta(days=6)
REASON = "Part of the demo's past."


def put_away(*, at: datetime) -> list[str]:
    """Let nothing of the past be sent or told again; the ids of a few late mails to keep.

    Those are the newest ones of the six accounts, so that the mail page has something to show.
    """
    waiting = Email.objects.filter(status=Email.Status.QUEUED)
    recent = waiting.filter(created_at__gte=at - RECENT, to__endswith=f"@{DOMAIN}")
    kept = list(recent.order_by("-created_at", "-pk").values_list("pk", flat=True)[:KEPT])
    waiting.exclude(pk__in=kept).update(status=Email.Status.SKIPPED, error=REASON, next_try_at=None)
    LocalPaymentObject.objects.filter(kind="event", delivered_at=None).update(
        delivered_at=F("created_at")
    )
    for kind, lead in LEADS.items():
        SessionReminder.objects.filter(kind=kind, sent_at=None, for_start__lte=at + lead).update(
            sent_at=F("for_start") - lead
        )
    old = Q(created_at__lt=at - READ_AFTER)
    Notification.objects.unread().filter(old).update(read_at=F("created_at") + timedelta(hours=5))
    return [str(key) for key in kept]


def send(mails: list[str]) -> None:
    """Send the kept mails, each at its own moment, to the mail page."""
    moments: dict[str, datetime] = {
        str(key): moment
        for key, moment in Email.objects.filter(pk__in=mails).values_list("pk", "created_at")
    }
    for key in reversed(mails):
        with clock.frozen_at(moments[key]):
            deliver(email_id=key, at=moments[key])
