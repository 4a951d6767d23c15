"""Stripe as our payment provider. Only ``providers/stripe*`` and ``signatures`` import the SDK.

One API version in code, document and tests; own idempotency keys (the SDK's random ones cover a
single call, not a repeated task); answers become dataclasses here.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import stripe
from django.conf import settings

from billing.providers import shapes
from billing.providers.base import (
    BookKind,
    BookPage,
    Charge,
    CheckoutOrder,
    ConnectedAccount,
    Dispute,
    HostedCheckout,
    Payee,
    ProviderEvent,
    ProviderPayment,
    RefundMade,
    RefundOrder,
    Transfer,
    TransferOrder,
    TransferReversal,
    Unavailable,
)
from billing.providers.stripe_calls import CONNECT_SECONDS, READ_SECONDS, SECONDS, tried
from billing.providers.stripe_version import API_VERSION
from peerloop.kit import clock
from peerloop.kit.waiting import Bulkhead

logger = logging.getLogger(__name__)

# Stripe takes an expiry of 24 hours ahead at most, by its own clock.
EXPIRY_MARGIN = timedelta(minutes=1)
LIST_LIMIT = 100

Result = TypeVar("Result")


class StripePayments:
    """The ``stripe`` adapter."""

    name = "stripe"

    def __init__(self) -> None:
        self._client = stripe.StripeClient(
            settings.STRIPE_SECRET_KEY,
            stripe_version=API_VERSION,
            base_addresses={"api": settings.STRIPE_API_BASE},
            # Tries are ours: the SDK waits longer than a person does, and not for a 429 at all.
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        ).v1
        self._calls = Bulkhead("stripe", seconds=SECONDS)

    def signing_secrets(self) -> list[str]:
        """One secret an endpoint: events of connected accounts come with their own."""
        return list(settings.STRIPE_WEBHOOK_SECRETS)

    def create_checkout_session(self, order: CheckoutOrder, *, key: str) -> HostedCheckout:
        """Open a hosted page. Metadata goes on the payment too: Stripe does not copy it there."""
        metadata = {**order.metadata, "checkout_id": order.reference}
        # The demo clock may run ahead of Stripe's.
        expires_at = order.expires_at - clock.offset() - EXPIRY_MARGIN
        price = {
            "currency": order.currency,
            "unit_amount": order.amount_cents,
            "product_data": {"name": order.title},
        }
        return self._post(
            shapes.hosted_checkout,
            self._client.checkout.sessions.create,
            key=key,
            params={
                "mode": "payment",
                "line_items": [{"quantity": 1, "price_data": price}],
                "success_url": order.success_url,
                "cancel_url": order.cancel_url,
                "client_reference_id": order.reference,
                **_payer_of(order),
                "saved_payment_method_options": {"payment_method_save": "enabled"},
                "expires_at": int(expires_at.timestamp()),
                "metadata": metadata,
                "payment_intent_data": {
                    "metadata": metadata,
                    "transfer_group": f"checkout:{order.reference}",
                },
            },
        )

    def get_checkout_session(self, session_id: str) -> HostedCheckout:
        """The session with its payment expanded, for the charge's id."""
        return self._read(
            shapes.hosted_checkout,
            lambda: self._client.checkout.sessions.retrieve(
                session_id, params={"expand": ["payment_intent"]}
            ),
        )

    def find_checkout_session(self, reference: str, *, since: datetime) -> HostedCheckout | None:
        """Sessions are listed by their time alone."""
        rows = self._listed_since(self._client.checkout.sessions.list, since)
        found = next((row for row in rows if row.get("client_reference_id") == reference), None)
        return _shaped(shapes.hosted_checkout, found) if found else None

    def expire_checkout_session(self, session_id: str) -> HostedCheckout:
        """Only an open session can be expired; Stripe refuses another one, so it needs no key."""
        return self._read(
            shapes.hosted_checkout, lambda: self._client.checkout.sessions.expire(session_id)
        )

    def forget_customer(self, customer_id: str) -> None:
        """Deleting a Customer detaches its cards; payments keep what they need."""
        self._read(lambda data: None, lambda: self._client.customers.delete(customer_id))

    def get_payment(self, payment_id: str) -> ProviderPayment:
        """The PaymentIntent."""
        return self._read(shapes.payment, lambda: self._client.payment_intents.retrieve(payment_id))

    def get_charge(self, charge_id: str) -> Charge:
        """The charge."""
        return self._read(shapes.charge, lambda: self._client.charges.retrieve(charge_id))

    def create_refund(self, order: RefundOrder, *, key: str) -> RefundMade:
        """A refund of the payment's charge; the fee is not returned."""
        return self._post(
            shapes.refund,
            self._client.refunds.create,
            key=key,
            params={
                "payment_intent": order.payment_id,
                "amount": order.amount_cents,
                "metadata": {"request_id": order.reference},
            },
        )

    def list_refunds(self, payment_id: str) -> list[RefundMade]:
        """Stripe lists the newest first."""
        found = self._read(
            _listed(shapes.refund),
            lambda: self._client.refunds.list(
                params={"payment_intent": payment_id, "limit": LIST_LIMIT}
            ),
        )
        return found[::-1]

    def get_dispute(self, dispute_id: str) -> Dispute:
        """The dispute."""
        return self._read(shapes.dispute, lambda: self._client.disputes.retrieve(dispute_id))

    def recent_events(self, since: datetime, kinds: Sequence[str]) -> list[ProviderEvent]:
        """Page by page, newest first; ``since`` is converted from a demo clock to Stripe's.

        Stripe keeps events for 30 days and takes 20 kinds at most.
        """
        found = []
        for row in self._listed_since(self._client.events.list, since, types=list(kinds)):
            try:
                found.append(shapes.event(row))
            except shapes.ShapeError as error:
                logger.warning("an odd event of Stripe is left out: %s", error)
        return found[::-1]

    def _listed_since(
        self, call: Callable[..., Any], since: datetime, **filters: Any
    ) -> Iterator[shapes.Data]:
        """Objects made since then, the newest first; ``since`` is by our clock, not Stripe's."""
        params = {
            "created": {"gte": int((since - clock.offset()).timestamp())},
            "limit": LIST_LIMIT,
            **filters,
        }
        has_more = True
        while has_more:
            page, has_more = self._read(_page, partial(call, params=params))
            yield from page
            if page:
                params["starting_after"] = str(page[-1].get("id") or "")

    def create_connected_account(self, payee: Payee, *, key: str) -> ConnectedAccount:
        """An Express account. Some countries refuse transfers without card payments."""
        return self._post(
            shapes.connected_account,
            self._client.accounts.create,
            key=key,
            params={
                "type": "express",
                "email": payee.email,
                "capabilities": {
                    "transfers": {"requested": True},
                    "card_payments": {"requested": True},
                },
                "metadata": {"user_id": payee.user_id, "reference": payee.reference},
            },
        )

    def find_connected_account(self, reference: str, *, since: datetime) -> ConnectedAccount | None:
        """Accounts are listed by their time alone."""
        for row in self._listed_since(self._client.accounts.list, since):
            if (row.get("metadata") or {}).get("reference") == reference:
                return _shaped(shapes.connected_account, row)
        return None

    def get_account(self, account_id: str) -> ConnectedAccount:
        """The account; Rejected with ``account_invalid`` once its owner disconnected it."""
        return self._read(
            shapes.connected_account, lambda: self._client.accounts.retrieve(account_id)
        )

    def create_onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """A link a click: it is used once, so no key."""
        return self._read(
            shapes.link,
            lambda: self._client.account_links.create(
                params={
                    "account": account_id,
                    "type": "account_onboarding",
                    "return_url": return_url,
                    "refresh_url": refresh_url,
                }
            ),
        )

    def create_login_link(self, account_id: str) -> str:
        """Stripe answers 400 before the details are in."""
        return self._read(shapes.link, lambda: self._client.accounts.login_links.create(account_id))

    def create_transfer(self, order: TransferOrder, *, key: str) -> Transfer:
        """From the platform's available balance: a payout gathers shares of many charges."""
        return self._post(
            shapes.transfer,
            self._client.transfers.create,
            key=key,
            params={
                "amount": order.amount_cents,
                "currency": order.currency,
                "destination": order.account_id,
                "transfer_group": order.group,
                "metadata": order.metadata,
            },
        )

    def find_transfer(self, group: str) -> Transfer | None:
        """Stripe lists the newest first."""
        found = self._read(
            _listed(shapes.transfer),
            lambda: self._client.transfers.list(params={"transfer_group": group, "limit": 1}),
        )
        return found[0] if found else None

    def reverse_transfer(
        self, transfer_id: str, *, amount_cents: int, reference: str, key: str
    ) -> TransferReversal:
        """Only as far as the connected account's balance covers it."""
        return self._post(
            shapes.transfer_reversal,
            self._client.transfers.reversals.create,
            transfer_id,
            key=key,
            params={"amount": amount_cents, "metadata": {"reversal_id": reference}},
        )

    def find_reversal(self, transfer_id: str, reference: str) -> TransferReversal | None:
        """Stripe lists the newest first; a transfer has few."""
        found = self._read(
            _listed(shapes.transfer_reversal),
            lambda: self._client.transfers.reversals.list(
                transfer_id, params={"limit": LIST_LIMIT}
            ),
        )
        return next((one for one in found if one.reference == reference), None)

    def available_cents(self, account_id: str, currency: str) -> int:
        """What is pending on the way to the account can't be taken back yet."""
        return self._read(
            partial(shapes.available_cents, currency=currency),
            lambda: self._client.balance.retrieve(options={"stripe_account": account_id}),
        )

    def book_page(
        self, kind: BookKind, *, since: datetime, until: datetime, after: str
    ) -> BookPage:
        """``created`` is by Stripe's clock; charges come with their movement, for the fee."""
        offset = clock.offset()
        params: dict[str, Any] = {
            "created": {
                "gte": int((since - offset).timestamp()),
                "lt": int((until - offset).timestamp()),
            },
            "limit": LIST_LIMIT,
        }
        if after:
            params["starting_after"] = after
        if kind == BookKind.CHARGE:
            params["expand"] = ["data.balance_transaction"]
        rows, has_more = self._read(_page, partial(self._lists()[kind], params=params))
        entries = [_shaped(partial(shapes.book_entry, kind), row) for row in rows]
        return BookPage(
            tuple(replace(one, made_at=one.made_at + offset) for one in entries), has_more
        )

    def _lists(self) -> dict[BookKind, Callable[..., Any]]:
        client = self._client
        return {
            BookKind.CHARGE: client.charges.list,
            BookKind.REFUND: client.refunds.list,
            BookKind.TRANSFER: client.transfers.list,
            BookKind.DISPUTE: client.disputes.list,
            BookKind.BANK_PAYOUT: client.payouts.list,
        }

    def _read(self, shape: Callable[[shapes.Data], Result], call: Callable[[], Any]) -> Result:
        """Make the call and shape its answer; Stripe's errors leave as our two."""
        return _shaped(shape, self._calls.call(lambda: tried(call)))

    def _post(
        self,
        shape: Callable[[shapes.Data], Result],
        call: Callable[..., Any],
        *ids: str,
        key: str,
        params: dict[str, Any] | None = None,
    ) -> Result:
        return self._read(
            shape, lambda: call(*ids, params=params or {}, options={"idempotency_key": key})
        )


def _payer_of(order: CheckoutOrder) -> dict[str, str]:
    """A page takes a Customer or an address; only with a Customer it offers to keep the card."""
    if order.customer_id:
        return {"customer": order.customer_id}
    return {"customer_email": order.email, "customer_creation": "always"}


def _listed(shape: Callable[[shapes.Data], Result]) -> Callable[[shapes.Data], list[Result]]:
    return lambda data: [shape(row) for row in shapes.listed(data)]


def _shaped(shape: Callable[[shapes.Data], Result], data: shapes.Data) -> Result:
    try:
        return shape(data)
    except shapes.ShapeError as error:
        raise Unavailable(f"Stripe answered in an unknown shape: {error}") from error


def _page(data: shapes.Data) -> tuple[list[shapes.Data], bool]:
    page = shapes.listed(data)
    return page, bool(page) and data.get("has_more") is True
