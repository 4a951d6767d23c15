"""From the provider's ids to a payment of ours."""

from datetime import datetime
from uuid import UUID

from accounts.incoming.inbox import Ignored
from billing.actions.settling import settle_checkout
from billing.models import CheckoutSession, Transaction
from billing.providers import payments
from peerloop.kit.providers import Rejected


def payment_of(*, payment_id: str, charge_id: str, at: datetime) -> Transaction:
    """Our payment by the provider's ids; raises Ignored for a payment that is not ours.

    The event of a refund may come before that of its payment: then the checkout is settled first.
    Not inside a transaction; raises Unavailable without an answer.
    """
    found = _known(payment_id, charge_id)
    if found is None and payment_id:
        _fulfil_first(payment_id, at=at)
        found = _known(payment_id, charge_id)
    if found is None:
        raise Ignored("no payment of ours")
    return found


def _known(payment_id: str, charge_id: str) -> Transaction | None:
    if payment_id:
        return Transaction.objects.filter(stripe_payment_intent_id=payment_id).first()
    if charge_id:
        return Transaction.objects.filter(stripe_charge_id=charge_id).first()
    return None


def _fulfil_first(payment_id: str, *, at: datetime) -> None:
    try:
        key = UUID(payments().get_payment(payment_id).reference)
    except (Rejected, ValueError):
        return
    checkout = CheckoutSession.objects.filter(pk=key).first()
    if checkout is not None:
        settle_checkout(checkout=checkout, at=at)
