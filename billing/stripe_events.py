"""What each event of the payment provider triggers.

Every handler is safe to repeat and does not count on order. Payments are followed when sum and
currency fit our row; accounts, refunds and disputes are fetched, for snapshots can be old.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.incoming.inbox import Ignored
from accounts.models import WebhookEvent
from billing.actions.accounts import NoAccount, follow_account, lose_account
from billing.actions.fulfilment import PaidCheckout, UnknownCheckout, fill_ids, fulfil_checkout
from billing.actions.settling import mark_expired, mark_failed, settle_checkout
from billing.models import CheckoutSession, Transaction
from billing.notifications.sending import notify_payment_failed
from billing.providers import payments, shapes
from billing.stripe_money import (
    bank_payout_failed,
    charge_made,
    dispute_seen,
    refund_seen,
    transfer_made,
    transfer_reversed,
)
from peerloop.kit import clock

Data = Mapping[str, Any]
Handler = Callable[[WebhookEvent, Data, datetime], None]


def process_event(event: WebhookEvent) -> None:
    """Pass an event to its handler; raises Ignored for kinds that change nothing here."""
    handler = HANDLERS.get(event.kind)
    if handler is None:
        raise Ignored("nothing to do for this kind")
    handler(event, object_of(event), clock.now())


def object_of(event: WebhookEvent) -> Data:
    """The object that the event is about; raises Ignored if there is none."""
    data = event.payload.get("data")
    inner = data.get("object") if isinstance(data, dict) else None
    if not isinstance(inner, dict):
        raise Ignored("the event holds no object")
    return inner


def checkout_paid(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``checkout.session.completed``, ``.async_payment_succeeded``: fulfil what is paid."""
    page = shapes.hosted_checkout(data)
    if not page.is_paid:
        raise Ignored(f"the payment is {page.payment_status}: another event will follow")
    paid = PaidCheckout.of(page)
    if not paid.payment_id:
        _checkout(data)
        paid = PaidCheckout.of(payments().get_checkout_session(page.session_id))
    try:
        fulfil_checkout(paid=paid, at=at, event_id=event.event_id)
    except UnknownCheckout as unknown:
        raise Ignored(str(unknown)) from unknown


def checkout_failed(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``checkout.session.async_payment_failed``: the bank said no in the end."""
    checkout = _checkout_on(data)
    if mark_failed(checkout):
        notify_payment_failed(checkout=checkout, at=at)


def checkout_expired(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``checkout.session.expired``: nobody paid (rule ENR-10)."""
    mark_expired(_checkout_on(data))


def payment_succeeded(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``payment_intent.succeeded``: brings the charge's id; if it comes first, look at the page."""
    payment = shapes.payment(data)
    known = Transaction.objects.filter(stripe_payment_intent_id=payment.payment_id).first()
    if known is not None:
        fill_ids(known, payment_id=payment.payment_id, charge_id=payment.charge_id)
        return
    checkout = _checkout({"client_reference_id": payment.reference})
    settle_checkout(checkout=checkout, at=at)


def account_updated(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``account.updated``, ``capability.updated``: read the account anew; it may be gone."""
    account_id = str(event.payload.get("account") or data.get("account") or data.get("id") or "")
    try:
        follow_account(account_id=account_id, at=at)
    except NoAccount as nobody:
        raise Ignored(nobody.message) from nobody


def account_lost(event: WebhookEvent, data: Data, at: datetime) -> None:
    """``account.application.deauthorized``: the owner ended the connection."""
    try:
        lose_account(account_id=str(event.payload.get("account") or ""), at=at)
    except NoAccount as nobody:
        raise Ignored(nobody.message) from nobody


def _checkout(data: Data) -> CheckoutSession:
    """Our checkout of a session; raises Ignored if it is none of ours."""
    rows = CheckoutSession.objects.select_related("course", "student", "payer")
    found = rows.filter(stripe_session_id=str(data.get("id") or "-")).first()
    if found is None:
        try:
            found = rows.filter(pk=UUID(str(data.get("client_reference_id")))).first()
        except ValueError:
            found = None
    if found is None:
        raise Ignored("no checkout of ours")
    return found


def _checkout_on(data: Data) -> CheckoutSession:
    """Our checkout whose page this session is; Ignored for a page that was never given out."""
    checkout = _checkout(data)
    if checkout.stripe_session_id not in (None, data.get("id")):
        raise Ignored("another page was given out for this checkout")
    return checkout


# Events of connected accounts are not in our own list; the accounts are fetched instead.
OF_ACCOUNTS = {"account.updated", "capability.updated", "account.application.deauthorized"}
HANDLERS: dict[str, Handler] = {
    "checkout.session.completed": checkout_paid,
    "checkout.session.async_payment_succeeded": checkout_paid,
    "checkout.session.async_payment_failed": checkout_failed,
    "checkout.session.expired": checkout_expired,
    "payment_intent.succeeded": payment_succeeded,
    "account.updated": account_updated,
    "capability.updated": account_updated,
    "account.application.deauthorized": account_lost,
    "charge.succeeded": charge_made,
    "charge.refunded": refund_seen,
    "charge.refund.updated": refund_seen,
    "refund.created": refund_seen,
    "refund.updated": refund_seen,
    "refund.failed": refund_seen,
    "charge.dispute.created": dispute_seen,
    "charge.dispute.updated": dispute_seen,
    "charge.dispute.closed": dispute_seen,
    "charge.dispute.funds_withdrawn": dispute_seen,
    "charge.dispute.funds_reinstated": dispute_seen,
    "transfer.created": transfer_made,
    "transfer.paid": transfer_made,
    "transfer.reversed": transfer_reversed,
    "payout.failed": bank_payout_failed,
}
# What can be looked up when its event was lost. "transfer.paid" is the seed's name, not Stripe's.
LISTED = [kind for kind in HANDLERS if kind not in {*OF_ACCOUNTS, "payout.failed", "transfer.paid"}]
