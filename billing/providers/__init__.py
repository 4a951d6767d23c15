"""The payment provider in use."""

from typing import cast

from billing.providers.base import PaymentProvider
from peerloop.kit.providers import adapter_of

ADAPTERS = {
    "local": "billing.providers.local.LocalPayments",
    "stripe": "billing.providers.stripe.StripePayments",
}


def payments() -> PaymentProvider:
    """The adapter that PAYMENT_PROVIDER names."""
    return cast(PaymentProvider, adapter_of("PAYMENT_PROVIDER", ADAPTERS))
