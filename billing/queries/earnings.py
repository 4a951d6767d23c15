"""What a teacher or creator has earned, and where it is now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q, QuerySet, Sum

from accounts.models import User
from billing.models import BalanceAdjustment, PaymentSplit, Payout

Status = PaymentSplit.Status
WAITING = (Status.HELD, Status.FROZEN, Status.RELEASABLE, Status.QUEUED)


@dataclass(frozen=True, slots=True)
class Earnings:
    """Cents by place (rule OUT-1). ``upcoming`` belongs to sessions not yet taught."""

    available_cents: int
    held_cents: int
    frozen_cents: int
    queued_cents: int
    adjustment_cents: int
    paid_cents: int
    upcoming_cents: int
    next_release_at: datetime | None

    @property
    def pending_balance_cents(self) -> int:
        """Delivered and unpaid, with open adjustments."""
        return self.available_cents + self.held_cents + self.frozen_cents + self.queued_cents

    @property
    def total_earned_cents(self) -> int:
        """Pending and paid."""
        return self.pending_balance_cents + self.paid_cents


def earnings_of(user: User) -> Earnings:
    """The figures of the earnings page, in three statements."""
    own = Q(recipient=user, delivered_at__isnull=False)
    figures = PaymentSplit.objects.filter(
        Q(recipient=user) | Q(recipient=None, share="teaching", enrollment__teacher=user)
    ).aggregate(
        releasable=Sum("amount_cents", filter=own & Q(status=Status.RELEASABLE), default=0),
        held=Sum("amount_cents", filter=own & Q(status=Status.HELD), default=0),
        frozen=Sum("amount_cents", filter=own & Q(status=Status.FROZEN), default=0),
        queued=Sum("amount_cents", filter=own & Q(status=Status.QUEUED), default=0),
        paid=Sum("amount_cents", filter=own & Q(status=Status.PAID), default=0),
        upcoming=Sum("amount_cents", filter=Q(delivered_at=None, status=Status.HELD), default=0),
        next_release=Min("releasable_at", filter=own & Q(status=Status.HELD)),
    )
    adjustments = BalanceAdjustment.objects.filter(recipient=user).aggregate(
        open=Sum("amount_cents", filter=Q(payout=None), default=0),
        queued=Sum(
            "amount_cents", filter=Q(payout__status__in=["pending", "processing"]), default=0
        ),
        paid=Sum("amount_cents", filter=Q(payout__status="paid"), default=0),
    )
    return Earnings(
        available_cents=figures["releasable"] + adjustments["open"],
        held_cents=figures["held"],
        frozen_cents=figures["frozen"],
        queued_cents=figures["queued"] + adjustments["queued"],
        adjustment_cents=adjustments["open"],
        paid_cents=figures["paid"] + adjustments["paid"],
        upcoming_cents=figures["upcoming"],
        next_release_at=figures["next_release"],
    )


def earned_rows(user: User) -> QuerySet[PaymentSplit]:
    """The member's delivered rows, newest first, with what each is for."""
    return (
        PaymentSplit.objects.filter(recipient=user, delivered_at__isnull=False)
        .select_related("transaction__course", "transaction__student", "session")
        .order_by("-delivered_at", "-pk")
    )


def payouts_of(user: User) -> QuerySet[Payout]:
    """The member's payouts, newest first."""
    return Payout.objects.filter(recipient=user).order_by("-created_at", "-pk")
