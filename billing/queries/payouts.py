"""What is owed to whom, for those who send it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from billing.models import BalanceAdjustment, PaymentSplit, Payout, Transaction
from peerloop.kit.paging import Page

Split = PaymentSplit.Status


@dataclass(frozen=True, slots=True)
class PendingRecipient:
    """Releasable rows of one member that are in no payout yet (rule OUT-8)."""

    recipient: User
    amount_cents: int
    rows: int
    oldest_at: datetime
    is_ready: bool


def pending_recipients(page: Page | None = None) -> list[PendingRecipient]:
    """Those who have releasable rows, the longest waiting first: all of them, or a page of them.

    Three statements, four for a page.
    """
    rows = PaymentSplit.objects.filter(status=Split.RELEASABLE)
    if page is not None:
        oldest = _oldest_of_each(rows)[page.start : page.stop]
        rows = rows.filter(recipient_id__in=list(oldest.values_list("recipient_id", flat=True)))
    sums = list(
        rows.values("recipient_id")
        .annotate(total=Sum("amount_cents"), rows=Count("pk"), oldest=Min("delivered_at"))
        .order_by("oldest", "recipient_id")
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


def _oldest_of_each(rows: "QuerySet[PaymentSplit]") -> "QuerySet[PaymentSplit]":
    """The row of each recipient that waits longest: read from an index as far as the page goes."""
    place = Q(delivered_at__lt=OuterRef("delivered_at")) | Q(
        delivered_at=OuterRef("delivered_at"), pk__lt=OuterRef("pk")
    )
    older = rows.filter(place, recipient=OuterRef("recipient"))
    return rows.filter(~Exists(older)).order_by("delivered_at", "recipient_id")


def pending_payouts() -> "QuerySet[Payout]":
    """Payouts that wait for an admin, or whose transfer has no answer yet, oldest first.

    Each has ``row_count`` and ``oldest_at`` of the splits behind it.
    """
    waiting = Payout.objects.filter(status__in=[Payout.Status.PENDING, Payout.Status.PROCESSING])
    behind = PaymentSplit.objects.filter(payout=OuterRef("pk")).order_by().values("payout")
    number = behind.annotate(value=Count("pk")).values("value")
    oldest = behind.annotate(value=Min("delivered_at")).values("value")
    return (
        waiting.select_related("recipient")
        .annotate(row_count=Coalesce(Subquery(number), 0), oldest_at=Subquery(oldest))
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
