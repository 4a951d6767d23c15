"""What a lost event would lose is looked for every hour (rule DISP-2)."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from accounts.incoming.inbox import receive
from accounts.models import WebhookEvent
from billing.actions.card_disputes import sync_dispute
from billing.models import CardDispute
from billing.providers import payments
from peerloop.kit.providers import ProviderError

logger = logging.getLogger(__name__)

# The sweep looks every hour; a provider repeats what failed by itself for days besides.
LOOK_BACK = timedelta(hours=26)


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
    asked = 0
    for row in rows.order_by("opened_at"):
        try:
            found = payments().get_dispute(row.stripe_dispute_id)
            sync_dispute(payment=row.transaction, dispute=found, at=at)
        except ProviderError as error:
            logger.warning("dispute %s stays as it is: %s", row.stripe_dispute_id, error)
            continue
        asked += 1
    return asked
