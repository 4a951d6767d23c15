"""What the scenes of billing's tests need: a payment, its events, a provider that is away."""

import json
import time
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.test import Client

from accounts.incoming.inbox import process_due
from accounts.models import User, WebhookEvent
from billing.actions.checkout import start_checkout
from billing.actions.fulfilment import PaidCheckout, fulfil_checkout
from billing.models import CheckoutSession, Transaction
from billing.providers import local_events, local_page
from billing.providers.base import Unavailable
from billing.providers.signatures import sign
from catalog.models import Course
from peerloop.kit import clock
from peerloop.kit.ids import uuid7

WEBHOOK = "/api/webhooks/stripe"


def settle() -> None:
    """Do what waits: the local provider's events reach the webhook, the inbox is worked.

    A try that failed waits for its pause; here the pause is over at once.
    """
    later = clock.now() + timedelta(days=1)
    local_events.deliver_waiting(at=later)
    process_due(at=later)


def a_checkout(
    student: User, course: Course, teacher: User | None = None, **named: Any
) -> CheckoutSession:
    """A started payment with its page at the local provider."""
    return start_checkout(
        student=student, course=course, teacher=teacher, at=named.get("at", clock.now())
    )


def pay(checkout: CheckoutSession) -> None:
    """The payer presses the button; our side is notified."""
    local_page.pay(checkout.stripe_session_id or "")
    settle()
    checkout.refresh_from_db()


def a_payment(student: User, course: Course, teacher: User | None = None) -> Transaction:
    """A course bought and paid."""
    checkout = a_checkout(student, course, teacher)
    pay(checkout)
    return Transaction.objects.get(checkout=checkout)


def paid_of(checkout: CheckoutSession, **changed: Any) -> PaidCheckout:
    """What the provider would say of a paid checkout."""
    said = {
        "session_id": checkout.stripe_session_id or "",
        "reference": str(checkout.pk),
        "amount_cents": checkout.amount_cents,
        "currency": checkout.currency,
        "payment_id": f"pi_{checkout.pk.hex}",
    }
    return PaidCheckout(**{**said, **changed})


def fulfil(checkout: CheckoutSession, **changed: Any) -> Transaction:
    """Fulfil without any event."""
    return fulfil_checkout(paid=paid_of(checkout, **changed), at=clock.now())


def an_event(kind: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An event as Stripe sends it."""
    return {
        "id": f"evt_{uuid7().hex}",
        "object": "event",
        "type": kind,
        "api_version": "2026-10-28.endive",
        "created": int(time.time()),
        "livemode": False,
        "data": {"object": data},
        **more,
    }


def session_data(checkout: CheckoutSession, **changed: Any) -> dict[str, Any]:
    """The ``checkout.session`` of a paid checkout."""
    return {
        "id": checkout.stripe_session_id,
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": checkout.amount_cents,
        "currency": checkout.currency,
        "client_reference_id": str(checkout.pk),
        "payment_intent": f"pi_{checkout.pk.hex}",
        "metadata": {"checkout_id": str(checkout.pk)},
        "url": None,
        **changed,
    }


def send(event: dict[str, Any], *, secret: str = "", at: int | None = None) -> Any:
    """Post a signed event to the webhook."""
    body = json.dumps(event, indent=2).encode()
    header = sign(body, secret=secret or settings.LOCAL_PAYMENT_SECRET, at=at or int(time.time()))
    return Client().post(
        WEBHOOK, data=body, content_type="application/json", headers={"Stripe-Signature": header}
    )


def outcome(event: dict[str, Any]) -> str:
    """Post, work the inbox, and say what became of the event."""
    assert send(event).status_code == 200
    settle()
    return WebhookEvent.objects.get(event_id=event["id"]).status


class Away:
    """A payment provider that gives no answer."""

    name = "local"

    def signing_secrets(self) -> list[str]:
        return [settings.LOCAL_PAYMENT_SECRET]

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **named: Any) -> Any:
            raise Unavailable(f"{name}: no answer")

        return call
