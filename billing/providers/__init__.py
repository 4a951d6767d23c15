"""The payment provider in use."""

from typing import cast

from billing.providers.base import PaymentProvider
from peerloop.kit.providers import plugged

ADAPTERS = {
    "local": "billing.providers.local.LocalPayments",
    "stripe": "billing.providers.stripe.StripePayments",
}


def payments() -> PaymentProvider:
    """The adapter that PAYMENT_PROVIDER names."""
    return cast(PaymentProvider, plugged("PAYMENT_PROVIDER", ADAPTERS))
