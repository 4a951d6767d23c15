"""What visitors of the local provider's pages do: pay, be declined, fill the payout form."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from billing.providers import local_events as events
from billing.providers import local_store as store
from billing.providers.base import Rejected
from billing.providers.local import account_state, close_if_late, is_late
from peerloop.kit.predicates import Is
from peerloop.kit.refusals import Gone, WrongMoment

Kind = store.Kind
SESSION_WORD = "{CHECKOUT_SESSION_ID}"
# The last digits of the one card that there is here.
CARD = "4242"


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """What the hosted page shows. ``saved_card``: the last digits of the one that was kept."""

    session_id: str
    title: str
    amount_cents: int
    currency: str
    email: str
    status: str
    success_url: str
    cancel_url: str
    saved_card: str = ""

    is_complete = Is("status", "complete")

    @property
    def is_open(self) -> bool:
        """Whether one can still pay."""
        return self.status == "open"


def payment_page(session_id: str) -> PaymentPage:
    """The page; Rejected for an unknown id."""
    data = close_if_late(session_id)
    return PaymentPage(
        session_id=session_id,
        title=data["description"],
        amount_cents=data["amount_total"],
        currency=data["currency"],
        email=data["customer_email"],
        status=data["status"],
        success_url=data["success_url"].replace(SESSION_WORD, session_id),
        cancel_url=data["cancel_url"],
        saved_card=_saved_card(data.get("customer")),
    )


def _saved_card(customer_id: str | None) -> str:
    """The last digits of the card that a payer let this provider keep, or nothing."""
    try:
        customer = store.fetch(Kind.CUSTOMER, customer_id or "").data
    except Rejected:
        return ""
    return str(customer.get("card", ""))


@transaction.atomic
def pay(session_id: str, *, saves_card: bool = False) -> None:
    """Take the money and say so by two events; keep the card for the next time if the payer wants.

    A second click changes nothing.
    """
    row = store.fetch(Kind.CHECKOUT, session_id, lock=True)
    if row.data["status"] == "complete":
        return
    _refuse_closed(row)
    charge_id = _charge(row.data)
    payment_id = store.new_id(Kind.PAYMENT)
    payment = {
        "id": payment_id,
        "object": "payment_intent",
        "status": "succeeded",
        "amount": row.data["amount_total"],
        "amount_received": row.data["amount_total"],
        "currency": row.data["currency"],
        "latest_charge": charge_id,
        "metadata": row.data["metadata"],
        "transfer_group": f"checkout:{row.data['client_reference_id']}",
    }
    store.keep(Kind.PAYMENT, payment, belongs_to=session_id)
    charge = store.fetch(Kind.CHARGE, charge_id, lock=True)
    store.change(charge, payment_intent=payment_id)
    store.change(
        row,
        status="complete",
        payment_status="paid",
        payment_intent=payment_id,
        url=None,
        customer=_customer(row.data, saves_card=saves_card),
    )
    events.record("payment_intent.succeeded", payment)
    events.record("checkout.session.completed", row.data)


def _customer(session: store.Data, *, saves_card: bool) -> str:
    """The payer, made with the first payment; what was kept stays kept."""
    customer_id = str(session.get("customer") or store.new_id(Kind.CUSTOMER))
    try:
        row = store.fetch(Kind.CUSTOMER, customer_id, lock=True)
    except Rejected:
        data = {"id": customer_id, "object": "customer", "email": session["customer_email"]}
        row = store.keep(Kind.CUSTOMER, data)
    if saves_card:
        store.change(row, card=CARD)
    return customer_id


@transaction.atomic
def decline(session_id: str) -> None:
    """The bank says no: the page stays open for another card."""
    row = store.fetch(Kind.CHECKOUT, session_id, lock=True)
    if row.data["status"] == "complete":
        raise WrongMoment("This was paid already.", code="already_paid")
    _refuse_closed(row)
    events.record(
        "payment_intent.payment_failed",
        {
            "id": store.new_id(Kind.PAYMENT),
            "object": "payment_intent",
            "status": "requires_payment_method",
            "amount": row.data["amount_total"],
            "currency": row.data["currency"],
            "latest_charge": None,
            "last_payment_error": {"type": "card_error", "code": "card_declined"},
            "metadata": row.data["metadata"],
        },
    )


def _refuse_closed(row: Any) -> None:
    if row.data["status"] == "expired" or is_late(row.data):
        raise Gone("This payment page has expired. Nothing was charged.", code="session_expired")


def fee_of(amount: int) -> int:
    """What this provider takes of a payment: 2.9 % and 30 of the smallest units."""
    return round(amount * 0.029) + 30


def _charge(session: store.Data) -> str:
    charge = {
        "id": store.new_id(Kind.CHARGE),
        "object": "charge",
        "status": "succeeded",
        "paid": True,
        "amount": session["amount_total"],
        "amount_refunded": 0,
        "refunded": False,
        "disputed": False,
        "currency": session["currency"],
        "payment_intent": None,
        "balance_transaction": {
            "object": "balance_transaction",
            "fee": fee_of(session["amount_total"]),
            "currency": session["currency"],
        },
    }
    store.keep(Kind.CHARGE, charge, belongs_to=session["id"])
    return str(charge["id"])


@transaction.atomic
def finish_onboarding(account_id: str) -> str:
    """The payee gave everything that was asked; returns where to send them back."""
    row = store.fetch(Kind.ACCOUNT, account_id, lock=True)
    store.change(row, **account_state(ready=True))
    events.record("account.updated", row.data, account=account_id)
    return str(row.data.get("_return_url", ""))


def return_address(account_id: str) -> str:
    """Where a payee who comes back later is sent."""
    return str(store.fetch(Kind.ACCOUNT, account_id).data.get("_return_url", ""))


@dataclass(frozen=True, slots=True)
class AccountPage:
    """What a payee sees of their account."""

    account_id: str
    email: str
    is_ready: bool
    transfers: list[store.Data]
    balance_cents: int


def account_page(account_id: str) -> AccountPage:
    """The account with what was sent to it; Rejected for an unknown id."""
    from billing.models import LocalPaymentObject

    row = store.fetch(Kind.ACCOUNT, account_id)
    rows = LocalPaymentObject.objects.filter(kind=Kind.TRANSFER, data__destination=account_id)
    transfers = [found.data for found in rows.order_by("-created_at")[:100]]
    return AccountPage(
        account_id=account_id,
        email=row.data["email"],
        is_ready=row.data["payouts_enabled"],
        transfers=transfers,
        balance_cents=sum(one["amount"] - one["amount_reversed"] for one in transfers),
    )
