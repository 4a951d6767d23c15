"""Let deliveries follow their mails, and end a newsletter when none waits any more."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from accounts.notifications.notify import notify
from community.models import (
    DeliveryStatus,
    Newsletter,
    NewsletterDelivery,
    NewsletterStatus,
    NewsletterSubscriber,
    SubscriberStatus,
)
from community.newsletters.notifications import DONE
from peerloop.kit.rows import locked

# Locks are taken in one order: mails, newsletters, deliveries, subscribers.
LOCK = """
SELECT id FROM newsletters WHERE id IN (
    SELECT newsletter_id FROM newsletter_deliveries WHERE email_id = ANY(%(ids)s)
) ORDER BY id FOR NO KEY UPDATE
"""
# What ended a subscription stays the last word. A mail that is being sent waits for its answer.
FOLLOW = """
UPDATE newsletter_deliveries AS d
SET status = m.status, updated_at = %(at)s
FROM (
    SELECT id, CASE status WHEN 'sending' THEN 'queued' ELSE status END AS status
    FROM email_log WHERE id = ANY(%(ids)s)
) AS m
WHERE d.email_id = m.id AND d.status NOT IN (m.status, 'unsubscribed')
RETURNING d.newsletter_id, d.subscriber_id, d.status
"""


@transaction.atomic
def settle_mails(*, email_ids: Iterable[UUID], at: datetime) -> None:
    """Give the deliveries of these mails the status that their mails have now. Safe to repeat.

    A reader who calls a newsletter spam gets no other of this creator.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"ids": sorted(email_ids), "at": at}
        cursor.execute(LOCK, values)
        cursor.execute(FOLLOW, values)
        changed = cursor.fetchall()
    complained = [who for _, who, status in changed if status == DeliveryStatus.COMPLAINED]
    if complained:
        NewsletterSubscriber.objects.active().filter(pk__in=complained).update(
            status=SubscriberStatus.UNSUBSCRIBED, unsubscribed_at=at, updated_at=at
        )
    finish(newsletter_ids={newsletter for newsletter, _, _ in changed}, at=at)


@transaction.atomic
def finish(*, newsletter_ids: Iterable[UUID], at: datetime) -> None:
    """End those that have a settled delivery for every reader; tell the creator. Safe to repeat."""
    rows = Newsletter.objects.sending().filter(
        pk__in=list(newsletter_ids), filled_at__isnull=False, waiting_count=0
    )
    if not rows.exists():
        return
    for row in locked(rows.select_related("creator")).order_by("pk"):
        nothing_left = row.failed_count and not row.sent_count
        row.transition_to(NewsletterStatus.FAILED if nothing_left else NewsletterStatus.SENT)
        row.sent_at = at
        row.save(update_fields=["status", "sent_at"])
        notify(
            DONE,
            people=[row.creator],
            key=f"{row.pk}:{at.isoformat()}",
            to=[row.pk],
            subject=row.subject,
            sent=row.sent_count,
            failed=row.failed_count,
            at=at,
        )


def settle_newsletter(*, newsletter_id: UUID, at: datetime) -> None:
    """Repair what was missed of a newsletter that is being sent. Safe to repeat.

    A mail that was erased with its reader's account will not leave any more.
    """
    waiting = NewsletterDelivery.objects.filter(
        newsletter=newsletter_id, status=DeliveryStatus.QUEUED
    )
    with transaction.atomic():
        waiting.filter(email=None).update(status=DeliveryStatus.SKIPPED, updated_at=at)
        ids = waiting.filter(email__isnull=False).values_list("email_id", flat=True)
        settle_mails(email_ids=list(ids), at=at)
        finish(newsletter_ids=[newsletter_id], at=at)
