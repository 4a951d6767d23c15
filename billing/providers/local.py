"""The local payment provider: a vendor inside our own process, for development, demo and tests.

It keeps its own rows, has its own pages (``views/local_checkout.py``), and reports what happened
by signed events, so that the local path is the real path.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from billing.models import LocalPaymentObject
from billing.providers import local_events as events
from billing.providers import local_store as store
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
    Rejected,
    Transfer,
    TransferOrder,
    TransferReversal,
)
from peerloop.kit import clock

Kind = store.Kind
LIST_LIMIT = 100
# While a bank decides, and after it took the money.
DISPUTED = {"needs_response", "under_review", "lost"}


class LocalPayments:
    """The ``local`` adapter."""

    name = "local"

    def signing_secrets(self) -> list[str]:
        """Known to this installation only."""
        return [settings.LOCAL_PAYMENT_SECRET]

    def create_checkout_session(self, order: CheckoutOrder, *, key: str) -> HostedCheckout:
        """A page under /local-payments/checkout/."""

        def make() -> tuple[store.Data, str]:
            if order.customer_id:
                store.fetch(Kind.CUSTOMER, order.customer_id)
            session_id = store.new_id(Kind.CHECKOUT)
            return {
                "id": session_id,
                "object": "checkout.session",
                "mode": "payment",
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "amount_total": order.amount_cents,
                "currency": order.currency,
                "client_reference_id": order.reference,
                "customer_email": order.email,
                "customer": order.customer_id or None,
                "metadata": {**order.metadata, "checkout_id": order.reference},
                "success_url": order.success_url,
                "cancel_url": order.cancel_url,
                "expires_at": int(order.expires_at.timestamp()),
                "url": _page("local-checkout", session_id),
                "description": order.title,
            }, order.reference

        request = {
            "reference": order.reference,
            "amount": order.amount_cents,
            "currency": order.currency,
            "expires_at": int(order.expires_at.timestamp()),
            "customer": order.customer_id,
        }
        return shapes.hosted_checkout(
            store.once(Kind.CHECKOUT, key=key, request=request, make=make)
        )

    def get_checkout_session(self, session_id: str) -> HostedCheckout:
        """Closes itself when its time is over, as at a vendor."""
        data = close_if_late(session_id)
        if data.get("payment_intent"):
            payment = store.fetch(Kind.PAYMENT, data["payment_intent"]).data
            data = {**data, "payment_intent": payment}
        return shapes.hosted_checkout(data)

    def find_checkout_session(self, reference: str, *, since: datetime) -> HostedCheckout | None:
        """All are looked through, however old."""
        found = store.belonging(Kind.CHECKOUT, reference)
        return shapes.hosted_checkout(found[-1]) if found else None

    def expire_checkout_session(self, session_id: str) -> HostedCheckout:
        """Only an open page can be closed."""
        with transaction.atomic():
            row = store.fetch(Kind.CHECKOUT, session_id, lock=True)
            if row.data["status"] != "open":
                raise Rejected(f"This session is {row.data['status']}.", code="session_not_open")
            expire(row)
        return shapes.hosted_checkout(row.data)

    def forget_customer(self, customer_id: str) -> None:
        """The payer and the kept card are gone at once."""
        with transaction.atomic():
            store.fetch(Kind.CUSTOMER, customer_id, lock=True).delete()

    def get_payment(self, payment_id: str) -> ProviderPayment:
        """The payment."""
        return shapes.payment(store.fetch(Kind.PAYMENT, payment_id).data)

    def get_charge(self, charge_id: str) -> Charge:
        """The charge."""
        return shapes.charge(store.fetch(Kind.CHARGE, charge_id).data)

    def create_refund(self, order: RefundOrder, *, key: str) -> RefundMade:
        """Succeeds at once, up to what is left of the charge."""

        def make() -> tuple[store.Data, str]:
            payment = store.fetch(Kind.PAYMENT, order.payment_id).data
            charge = store.fetch(Kind.CHARGE, payment["latest_charge"], lock=True)
            disputes = store.belonging(Kind.DISPUTE, order.payment_id)
            if any(dispute["status"] in DISPUTED for dispute in disputes):
                raise Rejected("A disputed charge can't be refunded.", code="charge_disputed")
            refunded = charge.data["amount_refunded"] + order.amount_cents
            if refunded > charge.data["amount"]:
                raise Rejected("That is more than is left.", code="charge_already_refunded")
            data = {
                "id": store.new_id(Kind.REFUND),
                "object": "refund",
                "amount": order.amount_cents,
                "currency": charge.data["currency"],
                "charge": charge.object_id,
                "payment_intent": order.payment_id,
                "status": "succeeded",
                "metadata": {"request_id": order.reference},
            }
            store.change(
                charge, amount_refunded=refunded, refunded=refunded == charge.data["amount"]
            )
            events.record("refund.created", data)
            events.record("charge.refunded", charge.data)
            return data, order.payment_id

        request = {"payment": order.payment_id, "amount": order.amount_cents}
        return shapes.refund(store.once(Kind.REFUND, key=key, request=request, make=make))

    def list_refunds(self, payment_id: str) -> list[RefundMade]:
        """Oldest first."""
        return [shapes.refund(data) for data in store.belonging(Kind.REFUND, payment_id)]

    def get_dispute(self, dispute_id: str) -> Dispute:
        """The dispute."""
        return shapes.dispute(store.fetch(Kind.DISPUTE, dispute_id).data)

    def recent_events(self, since: datetime, kinds: Sequence[str]) -> list[ProviderEvent]:
        """Oldest first."""
        rows = [shapes.event(data) for data in store.made_since(Kind.EVENT, since)]
        return [row for row in rows if row.kind in kinds]

    def create_connected_account(self, payee: Payee, *, key: str) -> ConnectedAccount:
        """Empty until its owner goes through the onboarding page."""

        def make() -> tuple[store.Data, str]:
            return {
                "id": store.new_id(Kind.ACCOUNT),
                "object": "account",
                "type": "express",
                "email": payee.email,
                "metadata": {"user_id": payee.user_id, "reference": payee.reference},
                **account_state(ready=False),
            }, payee.reference or payee.user_id

        request = {"user": payee.user_id}
        return shapes.connected_account(
            store.once(Kind.ACCOUNT, key=key, request=request, make=make)
        )

    def find_connected_account(self, reference: str, *, since: datetime) -> ConnectedAccount | None:
        """All are looked through, however old."""
        found = store.belonging(Kind.ACCOUNT, reference)
        return shapes.connected_account(found[-1]) if found else None

    def get_account(self, account_id: str) -> ConnectedAccount:
        """The account."""
        return shapes.connected_account(store.fetch(Kind.ACCOUNT, account_id).data)

    def create_onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """The page /local-payments/onboarding/; it sends its visitor back to ``return_url``."""
        with transaction.atomic():
            row = store.fetch(Kind.ACCOUNT, account_id, lock=True)
            store.change(row, _return_url=return_url, _refresh_url=refresh_url)
        return _page("local-onboarding", account_id)

    def create_login_link(self, account_id: str) -> str:
        """The page /local-payments/dashboard/."""
        if not store.fetch(Kind.ACCOUNT, account_id).data["details_submitted"]:
            raise Rejected("Onboarding is not done yet.", code="account_not_onboarded")
        return _page("local-dashboard", account_id)

    def create_transfer(self, order: TransferOrder, *, key: str) -> Transfer:
        """Takes effect at once."""

        def make() -> tuple[store.Data, str]:
            account = store.fetch(Kind.ACCOUNT, order.account_id).data
            if account["capabilities"]["transfers"] != "active":
                code = "insufficient_capabilities_for_transfer"
                raise Rejected("This account can't receive transfers.", code=code)
            data = {
                "id": store.new_id(Kind.TRANSFER),
                "object": "transfer",
                "amount": order.amount_cents,
                "amount_reversed": 0,
                "reversed": False,
                "currency": order.currency,
                "destination": order.account_id,
                "transfer_group": order.group,
                "metadata": order.metadata,
                "created": int(clock.now().timestamp()),
            }
            events.record("transfer.created", data)
            return data, order.group

        request = {
            "account": order.account_id,
            "amount": order.amount_cents,
            "currency": order.currency,
            "group": order.group,
        }
        return shapes.transfer(store.once(Kind.TRANSFER, key=key, request=request, make=make))

    def find_transfer(self, group: str) -> Transfer | None:
        """The newest of the group."""
        found = store.belonging(Kind.TRANSFER, group)
        return shapes.transfer(found[-1]) if found else None

    def reverse_transfer(
        self, transfer_id: str, *, amount_cents: int, reference: str, key: str
    ) -> TransferReversal:
        """Up to what is left of the transfer."""

        def make() -> tuple[store.Data, str]:
            row = store.fetch(Kind.TRANSFER, transfer_id, lock=True)
            taken = row.data["amount_reversed"] + amount_cents
            if taken > row.data["amount"] or amount_cents > balance_of(row.data["destination"]):
                raise Rejected("That is more than is left.", code="balance_insufficient")
            store.change(row, amount_reversed=taken, reversed=taken == row.data["amount"])
            events.record("transfer.reversed", row.data)
            return {
                "id": store.new_id(Kind.REVERSAL),
                "object": "transfer_reversal",
                "amount": amount_cents,
                "transfer": transfer_id,
                "metadata": {"reversal_id": reference},
            }, transfer_id

        request = {"transfer": transfer_id, "amount": amount_cents}
        return shapes.transfer_reversal(
            store.once(Kind.REVERSAL, key=key, request=request, make=make)
        )

    def find_reversal(self, transfer_id: str, reference: str) -> TransferReversal | None:
        """Among those of the transfer."""
        made = [shapes.transfer_reversal(d) for d in store.belonging(Kind.REVERSAL, transfer_id)]
        return next((one for one in made if one.reference == reference), None)

    def available_cents(self, account_id: str, currency: str) -> int:
        """All that lies there: nothing is pending here."""
        return balance_of(account_id)

    def book_page(
        self, kind: BookKind, *, since: datetime, until: datetime, after: str
    ) -> BookPage:
        """Newest first. Nothing is paid out to a bank of ours."""
        found = store.listed(kind, since=since, until=until, after=after, limit=LIST_LIMIT + 1)
        entries = [shapes.book_entry(kind, data) for data in found[:LIST_LIMIT]]
        return BookPage(tuple(entries), has_more=len(found) > LIST_LIMIT)


def balance_of(account_id: str) -> int:
    """What lies on an account: all that was sent to it, less what was taken back or paid out."""
    sent = LocalPaymentObject.objects.filter(kind=Kind.TRANSFER, data__destination=account_id)
    cents = sum(one.data["amount"] - one.data["amount_reversed"] for one in sent)
    return cents - int(store.fetch(Kind.ACCOUNT, account_id).data.get("_paid_out", 0))


def close_if_late(session_id: str) -> store.Data:
    """The session; an open one whose time is over is closed first."""
    row = store.fetch(Kind.CHECKOUT, session_id)
    if not is_late(row.data):
        return dict(row.data)
    with transaction.atomic():
        row = store.fetch(Kind.CHECKOUT, session_id, lock=True)
        if is_late(row.data):
            expire(row)
    return dict(row.data)


def _page(name: str, object_id: str) -> str:
    return settings.BASE_URL + reverse(name, args=[object_id])


def is_late(data: store.Data) -> bool:
    """Whether an open session should have closed."""
    return data["status"] == "open" and data["expires_at"] <= clock.now().timestamp()


def expire(row: Any) -> None:
    store.change(row, status="expired", url=None)
    events.record("checkout.session.expired", row.data)


def account_state(*, ready: bool) -> store.Data:
    """What a vendor says of an account before and after its owner filled the form."""
    missing = [] if ready else ["external_account", "individual.verification.document"]
    state = "active" if ready else "inactive"
    return {
        "details_submitted": ready,
        "charges_enabled": ready,
        "payouts_enabled": ready,
        "capabilities": {"transfers": state, "card_payments": state},
        "requirements": {
            "currently_due": missing,
            "past_due": [],
            "pending_verification": [],
            "disabled_reason": None if ready else "requirements.past_due",
        },
    }
