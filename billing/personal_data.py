"""What the books hold of a member (PRI-3): told in full, and kept, for the law asks for them."""

from billing.mirror import forget_person
from billing.queries.leaving import obstacles
from peerloop.kit.personal_data import Exempt, Table

STAFF = "who of our staff decided is the staff's own data"
BOOKS = "the books: ids of the payment provider, and reasons that say why money moved"

OBSTACLES = (obstacles,)
ERASING_STEPS = (forget_person,)
TABLES: tuple[Table | Exempt, ...] = (
    Table(
        model="billing.CheckoutSession",
        says="Checkouts that you began",
        of=("student", "payer"),
        acted=("teacher",),
        stays=BOOKS,
    ),
    Table(
        model="billing.Transaction",
        says="Payments of yours",
        of=("student", "payer"),
        stays=BOOKS,
    ),
    Table(
        model="billing.PaymentSplit",
        says="Your shares of payments",
        of=("recipient",),
        stays=BOOKS,
    ),
    Table(
        model="billing.Hold",
        says="What held your shares back",
        of=("split__recipient",),
        acted=("placed_by", "lifted_by"),
        secret={"lifted_by": STAFF},
        emptied={"placed_by": ("reason",)},
        stays=BOOKS,
    ),
    Table(
        model="billing.SplitEvent",
        says="What became of your shares",
        of=("split__recipient",),
        acted=("actor",),
        secret={"actor": STAFF},
        stays=BOOKS,
    ),
    Table(
        model="billing.Payout",
        says="Payouts to you",
        of=("recipient",),
        acted=("approved_by", "cancelled_by"),
        secret={"approved_by": STAFF, "cancelled_by": STAFF},
        stays=BOOKS,
    ),
    Table(
        model="billing.BalanceAdjustment",
        says="Corrections of your balance",
        of=("recipient",),
        acted=("created_by",),
        secret={"created_by": STAFF},
        stays=BOOKS,
    ),
    Table(
        model="billing.TransferReversal",
        says="Shares that were taken back",
        of=("payout__recipient",),
        stays=BOOKS,
    ),
    Table(
        model="billing.PayoutAccount",
        says="What the payment provider says of your payout account",
        of=("user",),
        emptied={"user": ("missing", "disabled_reason")},
    ),
    Table(
        model="billing.RefundRequest",
        says="Refunds that were asked for",
        of=("transaction__student", "requested_by"),
        acted=("decided_by",),
        secret={"decided_by": STAFF},
        emptied={"requested_by": ("reason",), "transaction__student": ("reason",)},
        stays=BOOKS,
    ),
    Table(model="billing.Refund", says="Refunds to you", of=("transaction__student",), stays=BOOKS),
    Table(
        model="billing.RefundFailure",
        says="Refunds that came back",
        of=("transaction__student",),
        stays=BOOKS,
    ),
    Table(
        model="billing.RefundReplacement",
        says="Refunds that went out again",
        of=("transaction__student",),
        stays=BOOKS,
    ),
    Table(
        model="billing.CardDispute",
        says="Payments that a bank took back",
        of=("transaction__student",),
        stays=BOOKS,
    ),
    Exempt(
        "billing.LocalPaymentObject",
        "stands in for what a payment provider keeps on its own side",
    ),
)
