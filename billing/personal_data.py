"""What the ledger holds of a member (PRI-3): exported whole, and kept as the law requires."""

from datetime import datetime

from django.db.models import Q

from billing.mirror import forget_person
from billing.models import Withdrawal
from billing.queries.leaving import obstacles
from peerloop.kit.personal_data import ClosedAccount, Exempt, Table

STAFF = "who of our staff decided is the staff's own data"
LEDGER = "the ledger: ids of the payment provider, and reasons why money was transferred"

REMOVED = "[removed]"


def empty_withdrawals_of(account: ClosedAccount, at: datetime) -> None:
    """Empty statements of the member, also those that name no payment of theirs.

    Safe to repeat.
    """
    mine = Q(email=account.email.lower()) | Q(transaction__student=account.user_id)
    rows = Withdrawal.objects.filter(mine)
    rows.exclude(answer="").update(answer=REMOVED)
    rows.update(name="", email="", order="")


OBSTACLES = (obstacles,)
ERASING_STEPS = (forget_person, empty_withdrawals_of)
TABLES: tuple[Table | Exempt, ...] = (
    Table(
        model="billing.BooksDifference",
        participated=("explained_by",),
        secret={"explained_by": STAFF},
        description="What the payment provider's books said otherwise",
        kept_because=LEDGER,
    ),
    Table(
        model="billing.Confirmation",
        description="Large amounts to you, which two admins send",
        owned=("recipient",),
        participated=("asked_by", "decided_by"),
        secret={"asked_by": STAFF, "decided_by": STAFF, "reason": STAFF},
        kept_because=LEDGER,
    ),
    Exempt("billing.ProviderEntry", "the payment provider's list of ids and amounts"),
    Exempt("billing.BooksLook", "when the payment provider's books were read"),
    Exempt("billing.MoneyDay", "sums of the whole ledger"),
    Table(
        model="billing.WeeklyPayout",
        description="That you chose to be paid each week",
        owned=("member",),
        deleted=("member",),
    ),
    Table(
        model="billing.CheckoutSession",
        description="Checkouts that you began",
        owned=("student", "payer"),
        participated=("teacher",),
        secret={"customer_id": "names the payer at the payment provider"},
        blanked={"payer": ("customer_id",)},
        kept_because=LEDGER,
    ),
    Table(
        model="billing.Transaction",
        description="Payments of yours",
        owned=("student", "payer"),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.PaymentSplit",
        description="Your shares of payments",
        owned=("recipient",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.Hold",
        description="What held your shares back",
        owned=("split__recipient",),
        participated=("placed_by", "lifted_by"),
        secret={"lifted_by": STAFF},
        blanked={"placed_by": ("reason",)},
        kept_because=LEDGER,
    ),
    Table(
        model="billing.MoneyMark",
        description="Cards you paid with and accounts you are paid to, by their fingerprints",
        owned=("user",),
        secret={"mark": "the provider's own number, which would help to get around rule GW-7"},
        deleted=("user",),
    ),
    Table(
        model="billing.SplitEvent",
        description="What became of your shares",
        owned=("split__recipient",),
        participated=("actor",),
        secret={"actor": STAFF},
        kept_because=LEDGER,
    ),
    Table(
        model="billing.Payout",
        description="Payouts to you",
        owned=("recipient",),
        participated=("approved_by", "cancelled_by"),
        secret={
            "approved_by": STAFF,
            "cancelled_by": STAFF,
            "failure_reason": "what the payment provider says of the platform's account",
        },
        kept_because=LEDGER,
    ),
    Table(
        model="billing.BalanceAdjustment",
        description="Corrections of your balance",
        owned=("recipient",),
        participated=("created_by",),
        secret={"created_by": STAFF},
        kept_because=LEDGER,
    ),
    Table(
        model="billing.TransferReversal",
        description="Shares that were taken back",
        owned=("payout__recipient",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.PayoutAccount",
        description="What the payment provider says of your payout account",
        owned=("user",),
        blanked={"user": ("missing", "disabled_reason")},
    ),
    Table(
        model="billing.Payer",
        description="That the payment provider may keep how you pay",
        owned=("user",),
        secret={"customer_id": "names you at the payment provider"},
        deleted=("user",),
    ),
    Table(
        model="billing.RefundRequest",
        description="Refunds that were asked for",
        owned=("transaction__student", "requested_by"),
        participated=("decided_by",),
        secret={"decided_by": STAFF},
        blanked={"requested_by": ("reason",), "transaction__student": ("reason",)},
        kept_because=LEDGER,
    ),
    Table(
        model="billing.Refund",
        description="Refunds to you",
        owned=("transaction__student",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.RefundFailure",
        description="Refunds that came back",
        owned=("transaction__student",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.RefundReplacement",
        description="Refunds that went out again",
        owned=("transaction__student",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.ExcessRefund",
        description="Money that went back beyond a payment of yours",
        owned=("transaction__student",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.CardDispute",
        description="Payments that a bank took back",
        owned=("transaction__student",),
        kept_because=LEDGER,
    ),
    Table(
        model="billing.BillingDetails",
        description="What you want on receipts",
        owned=("user",),
        deleted=("user",),
    ),
    Table(
        model="billing.Paper",
        description="Your receipts and credit notes",
        owned=("transaction__payer",),
        participated=("transaction__student",),
        kept_because="papers of sales, which the law wants unchanged for years",
    ),
    Table(
        model="billing.Withdrawal",
        description="Your statements of withdrawal",
        owned=("transaction__student",),
        by_address=("email",),
        participated=("answered_by",),
        secret={"answered_by": STAFF},
        kept_because="`empty_withdrawals_of` empties them, also those found by address alone",
    ),
    Exempt(
        "billing.LocalPaymentObject",
        "stands in for what a payment provider keeps on its own side",
    ),
)
