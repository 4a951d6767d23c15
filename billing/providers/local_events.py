"""Events of the local provider: recorded with the change, signed, delivered to our own webhook.

Over HTTP, like a vendor's; a delivery that failed waits for the sweep. With the transport
"in-process" (tests) the webhook's view is called directly, signature and all.
"""

import json
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import requests
from django.conf import settings
from django.db.models import F, Q
from django.urls import reverse

from billing.models import LocalPaymentObject
from billing.providers import local_store as store
from billing.providers.signatures import sign
from billing.providers.stripe_version import API_VERSION
from peerloop.kit import clock
from peerloop.kit.tasks import enqueue

logger = logging.getLogger(__name__)

WEBHOOK = "api-alias:stripe-webhook"
CONNECT_SECONDS, READ_SECONDS = 1, 5
LONGEST_PAUSE = timedelta(hours=1)
BATCH = 100


def record(kind: str, data: store.Data, *, account: str = "") -> LocalPaymentObject:
    """Store an event about an object as it is now; deliver it after commit."""
    event = {
        "id": store.new_id(store.Kind.EVENT),
        "object": "event",
        "type": kind,
        "api_version": API_VERSION,
        "created": int(clock.now().timestamp()),
        "livemode": False,
        "data": {"object": store.public(data)},
        **({"account": account} if account else {}),
    }
    row = store.keep(store.Kind.EVENT, event, belongs_to=str(data.get("id", "")))
    enqueue("billing.deliver_local_event", event_id=row.object_id)
    return row


def waiting(*, at: datetime) -> list[str]:
    """Ids of events that are due to be delivered, oldest first."""
    rows = LocalPaymentObject.objects.filter(
        Q(next_try_at=None) | Q(next_try_at__lte=at), kind=store.Kind.EVENT, delivered_at=None
    )
    return list(rows.order_by("created_at", "pk").values_list("object_id", flat=True)[:BATCH])


def deliver_waiting(*, at: datetime) -> int:
    """Send all events that are due, each once; how many were sent. The sweep's work."""
    sent = 0
    while due := waiting(at=at):
        for event_id in due:
            sent += deliver(event_id, at=at)
    return sent


def deliver(event_id: str, *, at: datetime) -> bool:
    """Send one event; False if it must be tried again. Safe to repeat: the inbox knows its id."""
    row = store.fetch(store.Kind.EVENT, event_id)
    if row.delivered_at is not None:
        return True
    body = json.dumps(row.data, indent=2).encode()
    header = sign(body, secret=settings.LOCAL_PAYMENT_SECRET, at=int(time.time()))
    status = _transport()(body, header)
    rows = LocalPaymentObject.objects.filter(pk=row.pk)
    if 200 <= status < 300:
        rows.update(delivered_at=at)
        return True
    pause = min(timedelta(seconds=5 * 2 ** min(row.tries, 12)), LONGEST_PAUSE)
    rows.update(tries=F("tries") + 1, next_try_at=at + pause)
    logger.warning(
        "local payment event %s was not taken (%s), again in %s", event_id, status, pause
    )
    return False


def _transport() -> Callable[[bytes, str], int]:
    return _in_process if settings.LOCAL_PAYMENT_TRANSPORT == "in-process" else _over_http


def _over_http(body: bytes, header: str) -> int:
    try:
        answer = requests.post(
            settings.BASE_URL + reverse(WEBHOOK),
            data=body,
            headers={"Stripe-Signature": header, "Content-Type": "application/json"},
            timeout=(CONNECT_SECONDS, READ_SECONDS),
            allow_redirects=False,
        )
    except requests.RequestException as error:
        logger.info("our webhook did not answer: %s", error)
        return 0
    return answer.status_code


def _in_process(body: bytes, header: str) -> int:
    from django.test import RequestFactory

    from billing.webhooks import StripeWebhook

    request = RequestFactory().post(
        reverse(WEBHOOK),
        data=body,
        content_type="application/json",
        headers={"Stripe-Signature": header},
    )
    return int(StripeWebhook.as_view()(request).status_code)
