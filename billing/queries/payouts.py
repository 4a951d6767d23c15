"""What is owed to whom, for those who send it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet, Sum

from accounts.models import User
from billing.models import BalanceAdjustment, PaymentSplit, Payout, Transaction

Split = PaymentSplit.Status


@dataclass(frozen=True, slots=True)
class PendingRecipient:
    """Releasable rows of one member that are in no payout yet (rule OUT-8)."""

    recipient: User
    amount_cents: int
    rows: int
    oldest_at: datetime
    is_ready: bool


def pending_recipients() -> list[PendingRecipient]:
    """Everybody who has releasable rows, the longest waiting first; three statements."""
    sums = list(
        PaymentSplit.objects.filter(status=Split.RELEASABLE)
        .values("recipient_id")
        .annotate(total=Sum("amount_cents"), rows=Count("pk"), oldest=Min("delivered_at"))
        .order_by("oldest")
    )
    ids = [row["recipient_id"] for row in sums]
    people = User.objects.in_bulk(ids)
    open_adjustments = dict(
        BalanceAdjustment.objects.filter(recipient_id__in=ids, payout=None)
        .values_list("recipient_id")
        .annotate(total=Sum("amount_cents"))
    )
    return [
        PendingRecipient(
            recipient=people[row["recipient_id"]],
            amount_cents=row["total"] + open_adjustments.get(row["recipient_id"], 0),
            rows=row["rows"],
            oldest_at=row["oldest"],
            is_ready=people[row["recipient_id"]].stripe_payouts_enabled,
        )
        for row in sums
    ]


def pending_payouts() -> list[Payout]:
    """Payouts that wait for an admin, or whose transfer has no answer yet, oldest first."""
    waiting = Payout.objects.filter(status__in=[Payout.Status.PENDING, Payout.Status.PROCESSING])
    return list(
        waiting.select_related("recipient")
        .annotate(row_count=Count("splits"), oldest_at=Min("splits__delivered_at"))
        .order_by("created_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class PayoutCheck:
    """A payout before it is sent: the sum of its rows, and what prevents it."""

    payout: Payout
    rows: int
    behind_cents: int
    obstacle: str

    @property
    def difference_cents(self) -> int:
        """What the ledger lacks; only a payout without a difference may be sent."""
        return self.payout.amount_cents - self.behind_cents


def checked_payouts(payouts: QuerySet[Payout], *, by: User) -> list[PayoutCheck]:
    """Those of the payouts that wait, compared with the rows behind them; three statements."""
    waiting = list(
        Payout.objects.filter(
            pk__in=payouts.values("pk"),
            status__in=[Payout.Status.PENDING, Payout.Status.PROCESSING],
        )
        .select_related("recipient")
        .order_by("created_at", "pk")
    )
    keys = [payout.pk for payout in waiting]
    rows = PaymentSplit.objects.filter(payout__in=keys).values_list("payout_id")
    behind = {
        key: (count, cents)
        for key, count, cents in rows.annotate(count=Count("pk"), cents=Sum("amount_cents"))
    }
    beside = dict(
        BalanceAdjustment.objects.filter(payout__in=keys)
        .values_list("payout_id")
        .annotate(cents=Sum("amount_cents"))
    )
    return [
        PayoutCheck(
            payout=payout,
            rows=behind.get(payout.pk, (0, 0))[0],
            behind_cents=behind.get(payout.pk, (0, 0))[1] + beside.get(payout.pk, 0),
            obstacle=_obstacle(payout, by),
        )
        for payout in waiting
    ]


def _obstacle(payout: Payout, by: User) -> str:
    if payout.recipient_id == by.pk:
        return "somebody else has to process yours"
    if payout.recipient.is_suspended:
        return "account suspended"
    return "" if payout.recipient.stripe_payouts_enabled else "payout account not ready"


@dataclass(frozen=True, slots=True)
class MonthSummary:
    """Money of a month in cents: what came in, what went back, and whose the rest is (OUT-10)."""

    gross_cents: int
    refunded_cents: int
    net_cents: int
    by_place: dict[str, int]
    by_share: dict[str, int]


def summary_of_month(*, start: datetime, end: datetime) -> MonthSummary:
    """Payments of [start, end): each row is in exactly one place; the six add up to gross."""
    paid = Transaction.objects.filter(paid_at__gte=start, paid_at__lt=end)
    totals = paid.aggregate(
        gross=Sum("amount_cents", default=0), refunded=Sum("refunded_cents", default=0)
    )
    rows = PaymentSplit.objects.filter(transaction__in=paid)
    unpaid = Q(status__in=[Split.HELD, Split.FROZEN, Split.RELEASABLE, Split.QUEUED])
    places = rows.aggregate(
        undelivered=Sum("amount_cents", filter=unpaid & Q(delivered_at=None), default=0),
        owed=Sum("amount_cents", filter=unpaid & Q(delivered_at__isnull=False), default=0),
        paid=Sum("amount_cents", filter=Q(status=Split.PAID), default=0),
        retained=Sum("amount_cents", filter=Q(status=Split.RETAINED), default=0),
        refunded=Sum("amount_cents", filter=Q(status=Split.REFUNDED), default=0),
        reversed=Sum("amount_cents", filter=Q(status=Split.REVERSED), default=0),
    )
    shares = dict(rows.values_list("share").annotate(total=Sum("amount_cents")))
    return MonthSummary(
        gross_cents=totals["gross"],
        refunded_cents=totals["refunded"],
        net_cents=totals["gross"] - totals["refunded"],
        by_place=places,
        by_share={str(share): int(total) for share, total in shares.items()},
    )
