"""Stripe's JSON made into our dataclasses at the border, and checked like any input (NET-3).

Used for answers, for events, and by the local provider, whose objects have the same shape. A
missing or ill-typed key raises ShapeError naming it; nothing is guessed about money.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from billing.providers.base import (
    BookEntry,
    BookKind,
    Charge,
    ConnectedAccount,
    Dispute,
    HostedCheckout,
    ProviderEvent,
    ProviderPayment,
    RefundMade,
    Transfer,
    TransferReversal,
)

Data = Mapping[str, Any]


class ShapeError(ValueError):
    """An object from outside does not look as the provider's documents say."""


def _text(data: Data, key: str) -> str:
    value = data.get(key)
    if not isinstance(value, str) or not value:
        raise ShapeError(f"{key} is no text")
    return value


def _maybe(data: Data, key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _cents(data: Data, key: str) -> int:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ShapeError(f"{key} is no amount")
    return value


def _flag(data: Data, key: str) -> bool:
    value = data.get(key)
    if not isinstance(value, bool):
        raise ShapeError(f"{key} is neither true nor false")
    return value


def _inner(data: Data, key: str) -> Data:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _id_of(value: Any) -> str:
    """The id of a reference, expanded or not."""
    if isinstance(value, Mapping):
        return _maybe(value, "id")
    return value if isinstance(value, str) else ""


def _words(data: Data, key: str) -> tuple[str, ...]:
    value = data.get(key)
    return tuple(word for word in value if isinstance(word, str)) if isinstance(value, list) else ()


def hosted_checkout(data: Data) -> HostedCheckout:
    """A ``checkout.session``. The charge is known only when the payment was expanded."""
    payment = data.get("payment_intent")
    charge = _id_of(payment.get("latest_charge")) if isinstance(payment, Mapping) else ""
    metadata = _inner(data, "metadata")
    return HostedCheckout(
        session_id=_text(data, "id"),
        status=_text(data, "status"),
        payment_status=_text(data, "payment_status"),
        amount_cents=_cents(data, "amount_total"),
        currency=_text(data, "currency"),
        reference=_maybe(data, "client_reference_id") or _maybe(metadata, "checkout_id"),
        url=_maybe(data, "url"),
        payment_id=_id_of(payment),
        charge_id=charge,
        customer_id=_id_of(data.get("customer")),
    )


def payment(data: Data) -> ProviderPayment:
    """A ``payment_intent``."""
    return ProviderPayment(
        payment_id=_text(data, "id"),
        status=_text(data, "status"),
        amount_cents=_cents(data, "amount"),
        currency=_text(data, "currency"),
        charge_id=_id_of(data.get("latest_charge")),
        reference=_maybe(_inner(data, "metadata"), "checkout_id"),
    )


def charge(data: Data) -> Charge:
    """A ``charge``; its refunds are not in it and must be listed."""
    return Charge(
        charge_id=_text(data, "id"),
        payment_id=_id_of(data.get("payment_intent")),
        amount_cents=_cents(data, "amount"),
        refunded_cents=_cents(data, "amount_refunded"),
        currency=_text(data, "currency"),
        is_disputed=data.get("disputed") is True,
    )


def refund(data: Data) -> RefundMade:
    """A ``refund``."""
    return RefundMade(
        refund_id=_text(data, "id"),
        payment_id=_id_of(data.get("payment_intent")),
        charge_id=_id_of(data.get("charge")),
        amount_cents=_cents(data, "amount"),
        currency=_text(data, "currency"),
        status=_maybe(data, "status") or "pending",
        reference=_maybe(_inner(data, "metadata"), "request_id"),
    )


def dispute(data: Data) -> Dispute:
    """A ``dispute``."""
    return Dispute(
        dispute_id=_text(data, "id"),
        payment_id=_id_of(data.get("payment_intent")),
        charge_id=_id_of(data.get("charge")),
        amount_cents=_cents(data, "amount"),
        currency=_text(data, "currency"),
        status=_text(data, "status"),
        reason=_maybe(data, "reason"),
    )


def connected_account(data: Data) -> ConnectedAccount:
    """An ``account`` of a payee."""
    needs = _inner(data, "requirements")
    due = dict.fromkeys(_words(needs, "past_due") + _words(needs, "currently_due"))
    return ConnectedAccount(
        account_id=_text(data, "id"),
        details_submitted=_flag(data, "details_submitted"),
        can_receive=_inner(data, "capabilities").get("transfers") == "active",
        can_pay_out=_flag(data, "payouts_enabled"),
        missing=tuple(due),
        disabled_reason=_maybe(needs, "disabled_reason"),
        is_checking=bool(_words(needs, "pending_verification")),
        marks=_marks(_inner(data, "external_accounts").get("data")),
    )


def card_mark(data: Data) -> str:
    """The fingerprint of the card of a ``charge``; empty for other means of payment."""
    return _maybe(_inner(_inner(data, "payment_method_details"), "card"), "fingerprint")


def _marks(rows: Any) -> tuple[str, ...]:
    found = [_maybe(row, "fingerprint") for row in rows or () if isinstance(row, Mapping)]
    return tuple(mark for mark in found if mark)


def transfer(data: Data) -> Transfer:
    """A ``transfer``; it has no status: it took effect at once."""
    return Transfer(
        transfer_id=_text(data, "id"),
        account_id=_id_of(data.get("destination")),
        amount_cents=_cents(data, "amount"),
        currency=_text(data, "currency"),
        group=_maybe(data, "transfer_group"),
        reversed_cents=_cents(data, "amount_reversed"),
    )


def transfer_reversal(data: Data) -> TransferReversal:
    """A ``transfer_reversal``."""
    return TransferReversal(
        reversal_id=_text(data, "id"),
        transfer_id=_id_of(data.get("transfer")),
        amount_cents=_cents(data, "amount"),
        reference=_maybe(_inner(data, "metadata"), "reversal_id"),
    )


def available_cents(data: Data, currency: str) -> int:
    """What a ``balance`` holds in a currency; a balance can be negative."""
    rows = data.get("available")
    if not isinstance(rows, list):
        raise ShapeError("available is no list")
    return sum(
        row["amount"]
        for row in rows
        if isinstance(row, Mapping)
        and row.get("currency") == currency
        and isinstance(row.get("amount"), int)
    )


def listed(data: Data) -> list[Data]:
    """The objects of a list answer."""
    rows = data.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise ShapeError("data is no list of objects")
    return rows


def link(data: Data) -> str:
    """The address of an ``account_link`` or ``login_link``."""
    return _text(data, "url")


def event(data: Data) -> ProviderEvent:
    """An ``event``, whole: it goes to the inbox as if it had come by itself."""
    return ProviderEvent(event_id=_text(data, "id"), kind=_text(data, "type"), payload=dict(data))


def book_entry(kind: BookKind, data: Data) -> BookEntry:
    """An object of the provider's books, of any kind."""
    made = data.get("created")
    if isinstance(made, bool) or not isinstance(made, int):
        raise ShapeError("created is no time")
    currency = _text(data, "currency")
    back = {BookKind.CHARGE: "amount_refunded", BookKind.TRANSFER: "amount_reversed"}.get(kind)
    return BookEntry(
        kind=kind,
        object_id=_text(data, "id"),
        made_at=datetime.fromtimestamp(made, UTC),
        amount_cents=_cents(data, "amount"),
        currency=currency,
        status=_maybe(data, "status"),
        payment_id=_id_of(data.get("payment_intent")),
        charge_id=_id_of(data.get("charge")),
        group=_maybe(data, "transfer_group"),
        back_cents=_cents(data, back) if back else 0,
        fee_cents=_fee(data.get("balance_transaction"), currency),
    )


def _fee(movement: Any, currency: str) -> int | None:
    """The fee, where the movement on the balance is known and in the currency of the charge."""
    if not isinstance(movement, Mapping) or movement.get("currency") != currency:
        return None
    fee = movement.get("fee")
    return fee if isinstance(fee, int) and not isinstance(fee, bool) and fee >= 0 else None
