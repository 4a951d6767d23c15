"""What PeerLoop asks of a payment provider, in its own words.

Every call may raise ``Unavailable`` (no answer or "later": the effect may or may not have happened,
repeat with the same key) or ``Rejected`` (a final no). None of them runs inside a transaction. Keys
are made from ids of ours, so that a repeated task or click has the effect of one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from peerloop.kit.providers import ProviderError, Rejected, Unavailable

__all__ = [
    "BookEntry",
    "BookKind",
    "BookPage",
    "Charge",
    "CheckoutOrder",
    "ConnectedAccount",
    "Dispute",
    "HostedCheckout",
    "Payee",
    "PaymentProvider",
    "ProviderEvent",
    "ProviderPayment",
    "RefundMade",
    "RefundOrder",
    "Rejected",
    "Transfer",
    "TransferOrder",
    "TransferReversal",
    "Unavailable",
    "has_answered",
    "is_not_covered",
    "is_unknown",
    "is_without_account",
]

# How adapters mark the one error that the provider keeps under its key and gives again.
ANSWERED = "http_500"


def has_answered(error: Unavailable) -> bool:
    """Whether the provider answered with an error of its own, so that nothing is under way.

    Such an answer is kept under the key and given again; without an answer the effect may yet come.
    """
    return error.code == ANSWERED


# The payee disconnected the account, or it never was one of ours at this provider.
WITHOUT_ACCOUNT = {"account_invalid", "resource_missing"}


# Our own balance at the provider does not cover it yet, or a payee's does not cover a reversal.
NOT_COVERED = "balance_insufficient"


def is_not_covered(error: Rejected) -> bool:
    """Whether the provider refused because a balance is too small now."""
    return error.code == NOT_COVERED


def is_without_account(error: ProviderError) -> bool:
    """Whether a call about a payee's account was refused because we have no such account."""
    return isinstance(error, Rejected) and error.code in WITHOUT_ACCOUNT


def is_unknown(error: ProviderError) -> bool:
    """Whether the provider refused because it has no such object (any more)."""
    return isinstance(error, Rejected) and error.code == "resource_missing"


@dataclass(frozen=True, slots=True)
class CheckoutOrder:
    """What is to be paid on the provider's page. ``reference`` is our checkout row's id.

    ``customer_id``: under which the provider knows the payer and keeps cards; empty for the first
    time. Whether a card is kept is asked on the provider's page.
    """

    reference: str
    title: str
    amount_cents: int
    currency: str
    email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    metadata: dict[str, str] = field(default_factory=dict)
    customer_id: str = ""


@dataclass(frozen=True, slots=True)
class HostedCheckout:
    """The provider's page and how far the payer got on it."""

    session_id: str
    status: str
    payment_status: str
    amount_cents: int
    currency: str
    reference: str = ""
    url: str = ""
    payment_id: str = ""
    charge_id: str = ""
    customer_id: str = ""

    @property
    def is_paid(self) -> bool:
        """Whether money arrived: the page is done and the payment is not on its way any more."""
        return self.status == "complete" and self.payment_status == "paid"

    @property
    def is_expired(self) -> bool:
        """Whether nobody can pay here any more."""
        return self.status == "expired"


@dataclass(frozen=True, slots=True)
class ProviderPayment:
    """A payment (Stripe: PaymentIntent). The charge is empty until somebody tried to pay."""

    payment_id: str
    status: str
    amount_cents: int
    currency: str
    charge_id: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """Money taken from a card, and how much of it went back."""

    charge_id: str
    payment_id: str
    amount_cents: int
    refunded_cents: int
    currency: str
    is_disputed: bool = False


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Send part or all of a payment back. ``reference`` is our refund request's id."""

    payment_id: str
    amount_cents: int
    reference: str


@dataclass(frozen=True, slots=True)
class RefundMade:
    """A refund at the provider; status pending, succeeded, failed, canceled, requires_action."""

    refund_id: str
    payment_id: str
    charge_id: str
    amount_cents: int
    currency: str
    status: str
    reference: str = ""

    @property
    def has_failed(self) -> bool:
        """Whether the money is back with us instead of the payer."""
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class Dispute:
    """A payer's bank took the money back, for now or for good."""

    dispute_id: str
    payment_id: str
    charge_id: str
    amount_cents: int
    currency: str
    status: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Payee:
    """A member who is to be paid. ``reference`` is their how-manieth account of ours this is."""

    user_id: str
    email: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ConnectedAccount:
    """A payee's account. Transfers need ``can_receive``; the bank gets money if ``can_pay_out``.

    ``marks``: fingerprints of the bank accounts and cards that it pays out to.
    """

    account_id: str
    details_submitted: bool
    can_receive: bool
    can_pay_out: bool
    missing: tuple[str, ...] = ()
    disabled_reason: str = ""
    is_checking: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TransferOrder:
    """Send money from the platform to a payee. ``group`` finds it again (``payout:<id>``)."""

    account_id: str
    amount_cents: int
    currency: str
    group: str
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money that went to a payee's account at once, and how much of it was taken back."""

    transfer_id: str
    account_id: str
    amount_cents: int
    currency: str
    group: str = ""
    reversed_cents: int = 0


@dataclass(frozen=True, slots=True)
class TransferReversal:
    """Part or all of a transfer taken back. ``reference`` is our reversal row's id."""

    reversal_id: str
    transfer_id: str
    amount_cents: int
    reference: str = ""


class BookKind(StrEnum):
    """What the provider's books list. A bank payout is what leaves our balance for our own bank."""

    CHARGE = "charge"
    REFUND = "refund"
    TRANSFER = "transfer"
    DISPUTE = "dispute"
    BANK_PAYOUT = "payout"


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One object in the provider's books, as it stood when it was listed.

    ``back_cents``: what was refunded of a charge or reversed of a transfer. ``fee_cents``: what the
    provider took of a charge, in its currency; None while it is not known.
    """

    kind: str
    object_id: str
    made_at: datetime
    amount_cents: int
    currency: str
    status: str
    payment_id: str = ""
    charge_id: str = ""
    group: str = ""
    back_cents: int = 0
    fee_cents: int | None = None


@dataclass(frozen=True, slots=True)
class BookPage:
    """Some entries, the newest first, and whether older ones of the span follow."""

    entries: tuple[BookEntry, ...]
    has_more: bool


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something that happened at the provider, as it reports it to our webhook."""

    event_id: str
    kind: str
    payload: dict[str, Any]


class PaymentProvider(Protocol):
    """Adapters: ``local`` and ``stripe``; the same signatures and the same contract test."""

    name: str

    def signing_secrets(self) -> list[str]:
        """Secrets with which a true event of this provider may be signed."""
        ...

    def create_checkout_session(self, order: CheckoutOrder, *, key: str) -> HostedCheckout:
        """Open a page to pay on. The same key gives the same page."""
        ...

    def get_checkout_session(self, session_id: str) -> HostedCheckout:
        """The page as it stands now, with payment and charge once paid."""
        ...

    def find_checkout_session(self, reference: str, *, since: datetime) -> HostedCheckout | None:
        """The newest page opened since then for a checkout of ours: one whose answer was lost."""
        ...

    def expire_checkout_session(self, session_id: str) -> HostedCheckout:
        """Close an open page. Rejected if it was paid or closed meanwhile: look at it then."""
        ...

    def forget_customer(self, customer_id: str) -> None:
        """Delete a payer with all cards kept. Rejected (``is_unknown``) if there is none."""
        ...

    def get_payment(self, payment_id: str) -> ProviderPayment:
        """The payment as it stands now."""
        ...

    def get_charge(self, charge_id: str) -> Charge:
        """The charge as it stands now."""
        ...

    def create_refund(self, order: RefundOrder, *, key: str) -> RefundMade:
        """Send money back to the payer; reverses no transfer."""
        ...

    def list_refunds(self, payment_id: str) -> list[RefundMade]:
        """All refunds of a payment, whoever made them, oldest first."""
        ...

    def get_dispute(self, dispute_id: str) -> Dispute:
        """The dispute as it stands now."""
        ...

    def recent_events(self, since: datetime, kinds: Sequence[str]) -> list[ProviderEvent]:
        """Every event of these kinds since then, oldest first: some may never have reached us."""
        ...

    def create_connected_account(self, payee: Payee, *, key: str) -> ConnectedAccount:
        """An account for a payee, empty at first. Keep its id at once."""
        ...

    def find_connected_account(self, reference: str, *, since: datetime) -> ConnectedAccount | None:
        """The newest account opened since then under ``Payee.reference``."""
        ...

    def get_account(self, account_id: str) -> ConnectedAccount:
        """The account as it stands now."""
        ...

    def create_onboarding_link(self, account_id: str, *, return_url: str, refresh_url: str) -> str:
        """A page for the payee to give what is missing: used once, within minutes."""
        ...

    def create_login_link(self, account_id: str) -> str:
        """The payee's own page at the provider: used once. Rejected before onboarding is done."""
        ...

    def create_transfer(self, order: TransferOrder, *, key: str) -> Transfer:
        """Transfer money to a payee, at once."""
        ...

    def find_transfer(self, group: str) -> Transfer | None:
        """The newest transfer of a group: look here before sending again under another key."""
        ...

    def reverse_transfer(
        self, transfer_id: str, *, amount_cents: int, reference: str, key: str
    ) -> TransferReversal:
        """Take money back from a payee. Rejected (``is_not_covered``) if their balance is less."""
        ...

    def find_reversal(self, transfer_id: str, reference: str) -> TransferReversal | None:
        """The reversal made for a row of ours: look here before asking under another key."""
        ...

    def available_cents(self, account_id: str, currency: str) -> int:
        """What lies on a payee's account and can be taken back now."""
        ...

    def book_page(
        self, kind: BookKind, *, since: datetime, until: datetime, after: str
    ) -> BookPage:
        """Up to 100 objects made from ``since`` up to ``until``, those older than ``after`` (empty:
        from the newest), by the provider's order."""
        ...
