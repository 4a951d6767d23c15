"""Events about money after the payment: refunds and disputes of payers, transfers to payees.

Parts of ``stripe_events``. Refunds are listed anew, for they can be made in the provider's console
and a charge does not hold them; disputes are fetched; a transfer counts when it is the one that a
payout asked for.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.incoming.inbox import Ignored
from accounts.models import User, WebhookEvent
from accounts.notifications.notify import notify
from billing.actions.card_disputes import sync_dispute
from billing.actions.clawbacks import sync_reversals
from billing.actions.known_payments import payment_of
from billing.actions.marks import keep_mark
from billing.actions.payout_processing import settle_payout
from billing.actions.refund_sending import sync_refunds
from billing.models import MoneyMark, Payout
from billing.notifications import TRANSFER_UNEXPECTED
from billing.notifications.sending import admins, notify_bank_refused
from billing.providers import payments, shapes
from peerloop.kit.formats import money_text
from peerloop.kit.providers import Rejected

Data = Mapping[str, Any]


def charge_made(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``charge.succeeded``: by which card the payer is known (rule GW-7)."""
    payment = payment_of(
        payment_id=str(data.get("payment_intent") or ""), charge_id=str(data.get("id") or ""), at=at
    )
    keep_mark(user=payment.payer, kind=MoneyMark.Kind.CARD, mark=shapes.card_mark(data))


def refund_seen(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``charge.refunded`` (about the charge) and ``refund.*`` (about the refund)."""
    is_charge = data.get("object") == "charge"
    payment = payment_of(
        payment_id=str(data.get("payment_intent") or ""),
        charge_id=str(data.get("id" if is_charge else "charge") or ""),
        at=at,
    )
    sync_refunds(payment=payment, at=at, event_id=event.event_id)


def dispute_seen(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``charge.dispute.*``: read the dispute as it is now (rule DISP-1).

    One that the provider does not know is Ignored where the payment is none of ours.
    """
    try:
        dispute = payments().get_dispute(str(data.get("id") or ""))
    except Rejected:
        payment_of(
            payment_id=str(data.get("payment_intent") or ""),
            charge_id=str(data.get("charge") or ""),
            at=at,
        )
        raise
    payment = payment_of(payment_id=dispute.payment_id, charge_id=dispute.charge_id, at=at)
    sync_dispute(payment=payment, dispute=dispute, at=at, event_id=event.event_id)


def transfer_made(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``transfer.created``, and ``transfer.paid`` as the seed calls it: the payout is paid."""
    transfer = shapes.transfer(data)
    payout = _payout_of(transfer.group)
    made = (transfer.amount_cents, transfer.currency, transfer.account_id)
    if made != (payout.amount_cents, payout.currency, payout.recipient.stripe_account_id):
        raise Ignored("the transfer is not the one that the payout asked for")
    payout = settle_payout(
        payout_id=payout.pk, transfer_id=transfer.transfer_id, at=at, event_id=event.event_id
    )
    if payout.stripe_transfer_id != transfer.transfer_id:
        notify(
            TRANSFER_UNEXPECTED,
            people=admins(),
            key=transfer.transfer_id,
            to=[payout.pk],
            transfer=transfer.transfer_id,
            payout=str(payout.pk),
            at=at,
        )


def transfer_reversed(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``transfer.reversed``: partly or wholly, by us or in the provider's console (REF-9)."""
    # It may come before the transfer's own event.
    transfer_made(event, data, at)
    sync_reversals(payout=_payout_of(shapes.transfer(data).group), at=at)


def bank_payout_failed(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``payout.failed``: a member's bank refused; the money is theirs, in their payout account."""
    account_id = str(event.payload.get("account") or "")
    member = User.objects.filter(stripe_account_id=account_id).first() if account_id else None
    amount, currency = data.get("amount"), data.get("currency")
    if member is None or not isinstance(amount, int):
        raise Ignored("no account of ours")
    notify_bank_refused(
        user=member,
        amount=money_text(amount, str(currency or "usd")),
        reason=str(data.get("failure_message") or "")[:300],
        key=str(data.get("id") or event.event_id),
        at=at,
    )


def _payout_of(group: str) -> Payout:
    """The payout that a transfer was made for; raises Ignored if it is none of ours."""
    kind, _, key = group.partition(":")
    try:
        found = Payout.objects.select_related("recipient").filter(pk=UUID(key)).first()
    except ValueError:
        found = None
    if kind != "payout" or found is None:
        raise Ignored("no payout of ours")
    return found
