"""What others do at the local provider: an operator in its console, a payer's bank, a payee's bank.

Each changes the provider's own rows and sends us events, as a vendor does. For the demo and for
tests: there is no page for it.
"""

from django.db import transaction

from billing.providers import local_events as events
from billing.providers import local_store as store
from billing.providers.base import RefundOrder
from billing.providers.local import LocalPayments, balance_of

Kind = store.Kind


def refund(payment_id: str, amount_cents: int) -> str:
    """An operator sends money back in the console; the refund's id."""
    order = RefundOrder(payment_id, amount_cents, reference="")
    return LocalPayments().create_refund(order, key=store.new_id(Kind.REFUND)).refund_id


@transaction.atomic
def fail_refund(refund_id: str) -> None:
    """The payer's bank does not take a refund: the money is on our balance again."""
    row = store.fetch(Kind.REFUND, refund_id, lock=True)
    store.change(row, status="failed")
    charge = store.fetch(Kind.CHARGE, row.data["charge"], lock=True)
    refunded = charge.data["amount_refunded"] - row.data["amount"]
    store.change(charge, amount_refunded=refunded, refunded=False)
    events.record("refund.failed", row.data)


@transaction.atomic
def open_dispute(
    payment_id: str, *, amount_cents: int | None = None, status: str = "needs_response"
) -> str:
    """The payer asks their bank for the money; the dispute's id."""
    charge_id = store.fetch(Kind.PAYMENT, payment_id).data["latest_charge"]
    charge = store.fetch(Kind.CHARGE, charge_id, lock=True)
    left = charge.data["amount"] - charge.data["amount_refunded"]
    dispute = {
        "id": store.new_id(Kind.DISPUTE),
        "object": "dispute",
        "amount": left if amount_cents is None else amount_cents,
        "currency": charge.data["currency"],
        "charge": charge_id,
        "payment_intent": payment_id,
        "reason": "product_not_received",
        "status": status,
    }
    store.keep(Kind.DISPUTE, dispute, belongs_to=payment_id)
    store.change(charge, disputed=True)
    events.record("charge.dispute.created", dispute)
    return str(dispute["id"])


@transaction.atomic
def move_dispute(dispute_id: str, status: str) -> None:
    """The bank goes on with it, or decides: won, lost, and the words between."""
    row = store.fetch(Kind.DISPUTE, dispute_id, lock=True)
    store.change(row, status=status)
    is_over = status in {"won", "lost", "warning_closed"}
    events.record(f"charge.dispute.{'closed' if is_over else 'updated'}", row.data)


def reverse(transfer_id: str, amount_cents: int) -> None:
    """An operator takes part of a transfer back in the console."""
    key = store.new_id(Kind.REVERSAL)
    LocalPayments().reverse_transfer(transfer_id, amount_cents=amount_cents, reference="", key=key)


@transaction.atomic
def pay_out(account_id: str) -> int:
    """An account's whole balance goes to its owner's bank: nothing of it can be taken back."""
    row = store.fetch(Kind.ACCOUNT, account_id, lock=True)
    cents = balance_of(account_id)
    store.change(row, _paid_out=int(row.data.get("_paid_out", 0)) + cents)
    return cents


@transaction.atomic
def bank_refuses(account_id: str, amount_cents: int, *, reason: str = "") -> None:
    """The owner's bank sends a payout back to the account."""
    store.fetch(Kind.ACCOUNT, account_id)
    events.record(
        "payout.failed",
        {
            "id": f"po_local_{store.new_id(Kind.TRANSFER)[-24:]}",
            "object": "payout",
            "amount": amount_cents,
            "currency": "usd",
            "status": "failed",
            "failure_message": reason,
        },
        account=account_id,
    )
