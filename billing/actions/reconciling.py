"""What a lost event would lose is looked for every hour (rule DISP-2)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from accounts.incoming.inbox import receive
from accounts.models import WebhookEvent
from billing.actions.card_disputes import sync_dispute
from billing.models import CardDispute, Transaction
from billing.notifications.going_back import notify_books_differ
from billing.providers import payments
from peerloop.kit.providers import ProviderError
from peerloop.kit.sweeps import one_by_one

logger = logging.getLogger(__name__)

# The sweep looks every hour; a provider repeats what failed by itself for days besides.
LOOK_BACK = timedelta(hours=26)
BOOKS_BACK = timedelta(hours=3)
ABOUT_REFUNDS = ("charge.refunded", "refund.created", "refund.updated", "refund.failed")


def take_in_lost_events(*, at: datetime, kinds: Sequence[str]) -> int:
    """Take in events that never reached us, and ask about every open dispute; how many there were.

    A taken-in event is worked like one that came by itself. Safe to repeat: the inbox knows what it
    has. Without an answer of the provider the next look finds them.
    """
    try:
        reported = payments().recent_events(at - LOOK_BACK, kinds)
    except ProviderError as error:
        logger.warning("no look for lost events: %s", error)
        return 0
    known = set(
        WebhookEvent.objects.filter(
            provider="stripe", event_id__in=[event.event_id for event in reported]
        ).values_list("event_id", flat=True)
    )
    lost = [event for event in reported if event.event_id not in known]
    for event in lost:
        logger.warning("event %s (%s) never reached us", event.event_id, event.kind)
        receive(
            provider="stripe",
            event_id=event.event_id,
            kind=event.kind,
            payload=event.payload,
            at=at,
        )
    return len(lost)


def poll_disputes(*, at: datetime) -> int:
    """Follow every dispute that is open here (rule DISP-2); how many. Safe to repeat."""
    rows = CardDispute.objects.filter(closed_at=None).select_related("transaction")

    def follow(row: CardDispute) -> bool:
        try:
            found = payments().get_dispute(row.stripe_dispute_id)
            sync_dispute(payment=row.transaction, dispute=found, at=at)
        except ProviderError as error:
            logger.warning("dispute %s stays as it is: %s", row.stripe_dispute_id, error)
            return False
        return True

    return one_by_one(list(rows.order_by("opened_at")), follow)


def compare_books(*, at: datetime) -> int:
    """Compare payments of which a refund was reported with the provider's books; how many differ.

    Admins are notified of each difference once. Safe to repeat; for the periodic task.
    """
    reported = WebhookEvent.objects.filter(
        provider="stripe", kind__in=ABOUT_REFUNDS, received_at__gte=at - BOOKS_BACK
    )
    about = reported.values_list("payload__data__object__payment_intent", flat=True)
    known = Transaction.objects.filter(stripe_payment_intent_id__in=[one for one in about if one])

    def compare(payment: Transaction) -> bool:
        try:
            charge = payments().get_charge(payment.stripe_charge_id or "")
        except ProviderError as error:
            logger.info("payment %s is not compared: %s", payment.pk, error)
            return False
        difference = charge.refunded_cents - sent_back_cents(payment)
        if difference:
            with transaction.atomic():
                notify_books_differ(payment=payment, amount_cents=difference, at=at)
        return bool(difference)

    return one_by_one(list(known.exclude(stripe_charge_id=None).order_by("pk")), compare)


def sent_back_cents(payment: Transaction) -> int:
    """What our ledger says that refunds of the provider, not disputes, sent to the payer."""
    lost = payment.disputes.values("stripe_dispute_id")
    rows = (
        (1, payment.refunds.exclude(stripe_refund_id__in=lost)),
        (1, payment.refund_replacements.exclude(stripe_refund_id__in=lost)),
        (1, payment.excess_refunds.exclude(provider_id__in=lost).filter(came_back_at=None)),
        (-1, payment.refund_failures.all()),
    )
    return sum(
        sign * found.aggregate(cents=Sum("amount_cents", default=0))["cents"]
        for sign, found in rows
    )
