"""Subscribe to a creator's newsletters, and end that (rule NEWS-2)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.identity.access import require_verified
from accounts.models import NotificationPreference, User
from accounts.models.preferences import Group
from accounts.notifications.preferences import switch_mail_off
from community.models import (
    DeliveryStatus,
    Newsletter,
    NewsletterDelivery,
    NewsletterSubscriber,
    SubscriberStatus,
)
from community.newsletters.rules import MarketingOff
from peerloop.kit.refusals import Conflict
from peerloop.kit.rows import locked

LEFT = (DeliveryStatus.SENT, DeliveryStatus.DELIVERED)


class OwnNewsletter(Conflict):
    """Creators get test mails instead."""

    code = "own_newsletter"
    message = "This is your own newsletter. To read it as others do, send yourself a test mail."


@transaction.atomic
def subscribe(*, creator: User, by: User, source: str, at: datetime) -> NewsletterSubscriber:
    """Opt in to a creator's newsletters. Safe to repeat.

    ``source``: where they said so (SubscriberSource). Raises Unverified, OwnNewsletter, and
    MarketingOff for who wants no newsletters at all.
    """
    require_verified(by)
    if creator.pk == by.pk:
        raise OwnNewsletter
    chosen = NotificationPreference.objects.filter(user=by, group=Group.MARKETING, email=False)
    if by.marketing_opt_out or chosen.exists():
        raise MarketingOff
    row, is_new = NewsletterSubscriber.objects.get_or_create(
        creator=creator,
        user=by,
        defaults={
            "source": source,
            "subscribed_at": at,
            "created_at": at,
            "updated_at": at,
        },
    )
    if is_new:
        return row
    row = locked(NewsletterSubscriber.objects.all()).get(pk=row.pk)
    if row.status == SubscriberStatus.UNSUBSCRIBED:
        row.transition_to(SubscriberStatus.ACTIVE)
        row.source, row.subscribed_at, row.unsubscribed_at = source, at, None
        row.save(update_fields=["status", "source", "subscribed_at", "unsubscribed_at"])
    return row


@transaction.atomic
def unsubscribe(*, creator: User, by: User, at: datetime) -> None:
    """End the newsletters of one creator, also those that wait to be sent. Safe to repeat."""
    row = NewsletterSubscriber.objects.active().filter(creator=creator, user=by).first()
    if row is not None:
        end_subscription(subscriber=row, at=at)


@transaction.atomic
def end_subscription(
    *, subscriber: NewsletterSubscriber, newsletter_id: UUID | None = None, at: datetime
) -> None:
    """End one subscription, for the link in a mail (RFC 8058). Safe to repeat.

    ``newsletter_id``: the newsletter with the link, whose figures count it.
    """
    if newsletter_id is not None:
        # Locked first, as where a mail's fate is noted.
        list(locked(Newsletter.objects.all()).filter(pk=newsletter_id).values_list("pk"))
        NewsletterDelivery.objects.filter(
            newsletter=newsletter_id, subscriber=subscriber, status__in=LEFT
        ).update(status=DeliveryStatus.UNSUBSCRIBED, updated_at=at)
    for row in locked(NewsletterSubscriber.objects.active()).filter(pk=subscriber.pk):
        row.transition_to(SubscriberStatus.UNSUBSCRIBED)
        row.unsubscribed_at = at
        row.save(update_fields=["status", "unsubscribed_at"])


@transaction.atomic
def end_all_marketing(
    *, subscriber: NewsletterSubscriber, newsletter_id: UUID | None = None, at: datetime
) -> None:
    """End this subscription and all newsletters and offers of the member. Safe to repeat."""
    end_subscription(subscriber=subscriber, newsletter_id=newsletter_id, at=at)
    switch_mail_off(user=subscriber.user, group=Group.MARKETING, at=at)


def end_subscriptions_of(*, user_id: UUID, at: datetime) -> None:
    """End what a member is subscribed to, and who is subscribed to them. Safe to repeat."""
    active = NewsletterSubscriber.objects.active()
    ended = {"status": SubscriberStatus.UNSUBSCRIBED, "unsubscribed_at": at, "updated_at": at}
    active.filter(user=user_id).update(**ended)
    active.filter(creator=user_id).update(**ended)
