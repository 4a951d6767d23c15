"""Give every reader of a newsletter a delivery with its mail in the outbox, portion by portion."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import Email, User
from community.models import Newsletter, NewsletterDelivery
from community.newsletters.actions.settling import finish
from community.newsletters.notifications import NEWSLETTER
from community.newsletters.rules import reachable
from peerloop.kit.ids import uuid7
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue

PORTION = 1_000


def fill_newsletter(*, newsletter_id: UUID, at: datetime) -> None:
    """Queue the mails of a newsletter that is being sent. Safe to repeat, also concurrently.

    A portion stands as a whole or not at all, and the next begins after the last subscriber who has
    a delivery: whoever goes on after a killed worker queues nobody twice and misses nobody.
    """
    portions = 0
    while _fill_portion(newsletter_id, at):
        portions += 1
        if portions == 1:
            enqueue("accounts.deliver_due_emails")
    if portions:
        enqueue("accounts.deliver_due_emails")


@transaction.atomic
def _fill_portion(newsletter_id: UUID, at: datetime) -> bool:
    """Whether there was somebody who had no delivery."""
    rows = Newsletter.objects.sending().filter(pk=newsletter_id, filled_at=None)
    newsletter = locked(rows.select_related("creator")).first()
    if newsletter is None:
        return False
    readers = _next_readers(newsletter)
    if not readers:
        newsletter.filled_at = at
        newsletter.save(update_fields=["filled_at"])
        finish(newsletter_ids=[newsletter_id], at=at)
        return False
    emails = Email.objects.bulk_create(
        Email(
            pk=uuid7(),
            user_id=user_id,
            to=address,
            template=NEWSLETTER.template,
            context={"newsletter": str(newsletter_id), "subscriber": str(subscriber_id)},
            dedupe_key=f"newsletter:{newsletter_id}:{subscriber_id}",
            next_try_at=at,
            created_at=at,
            updated_at=at,
        )
        for subscriber_id, user_id, address in readers
    )
    NewsletterDelivery.objects.bulk_create(
        NewsletterDelivery(
            newsletter_id=newsletter_id,
            subscriber_id=subscriber_id,
            email=email,
            created_at=at,
            updated_at=at,
        )
        for email, (subscriber_id, _, _) in zip(emails, readers, strict=True)
    )
    return True


def _next_readers(newsletter: Newsletter) -> list[tuple[UUID, UUID, str]]:
    """Subscriber, member and address of those who come next in the order of their ids."""
    creator: User = newsletter.creator
    filled = NewsletterDelivery.objects.filter(newsletter=newsletter).order_by("-subscriber")
    last = filled.values_list("subscriber_id", flat=True).first()
    rows = reachable(creator)
    if last is not None:
        rows = rows.filter(pk__gt=last)
    rows = rows.order_by("pk")[:PORTION]
    return list(rows.values_list("pk", "user_id", "user__email"))
