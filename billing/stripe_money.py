"""Events about money that moved on: refunds of payers, transfers to payees.

Parts of ``stripe_events``. Refunds are listed anew, for they can be made in the provider's console
and a charge does not hold them; a transfer counts when it is the one that a payout asked for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.inbox import Ignored
from accounts.models import WebhookEvent
from billing.actions.payout_processing import settle_payout
from billing.actions.refund_processing import sync_refunds
from billing.actions.settling import settle_checkout
from billing.models import CheckoutSession, Payout, Transaction
from billing.providers import payments, shapes
from peerloop.kit.providers import Rejected

Data = Mapping[str, Any]


def refund_seen(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``charge.refunded`` (about the charge) and ``refund.*`` (about the refund)."""
    is_charge = data.get("object") == "charge"
    payment = payment_of(
        payment_id=str(data.get("payment_intent") or ""),
        charge_id=str(data.get("id" if is_charge else "charge") or ""),
        at=at,
    )
    sync_refunds(payment=payment, at=at, event_id=event.event_id)


def transfer_made(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``transfer.created``, and ``transfer.paid`` as the seed calls it: the payout is paid."""
    transfer = shapes.transfer(data)
    payout = _payout_of(transfer.group)
    if payout is None:
        raise Ignored("no payout of ours")
    told = (transfer.amount_cents, transfer.currency, transfer.account_id)
    if told != (payout.amount_cents, payout.currency, payout.recipient.stripe_account_id):
        raise Ignored("the transfer is not the one that the payout asked for")
    settle_payout(
        payout_id=payout.pk, transfer_id=transfer.transfer_id, at=at, event_id=event.event_id
    )


def payment_of(*, payment_id: str, charge_id: str, at: datetime) -> Transaction:
    """Our payment by the provider's ids; raises Ignored for one of nobody.

    A refund may be told of before the payment: then the checkout is looked at first.
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


def _payout_of(group: str) -> Payout | None:
    kind, _, key = group.partition(":")
    try:
        rows = Payout.objects.select_related("recipient").filter(pk=UUID(key))
    except ValueError:
        return None
    return rows.first() if kind == "payout" else None
