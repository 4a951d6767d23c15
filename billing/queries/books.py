"""How the payment provider's books stand beside ours: for admins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from billing.models import (
    BooksDifference,
    BooksLook,
    CardDispute,
    MoneyDay,
    Payout,
    ProviderEntry,
    Refund,
    RefundReplacement,
    Transaction,
)
from billing.models.books import EntryKind

SHOWN_DAYS = timedelta(days=30)
OVERDUE = timedelta(hours=36)


@dataclass(frozen=True, slots=True)
class BooksState:
    """The last look, the last check, and what they found."""

    look: BooksLook | None
    finished_at: datetime | None
    unexplained: int
    day: MoneyDay | None
    is_overdue: bool

    @property
    def is_well(self) -> bool:
        """Whether both were made lately and nothing differs that nobody explained."""
        found = self.day.found if self.day else 0
        return not (self.is_overdue or self.unexplained or found)


def books_state(*, at: datetime) -> BooksState:
    """How it stands, in four statements."""
    looks = BooksLook.objects.order_by("-began_at")
    done = looks.exclude(finished_at=None).values_list("finished_at", flat=True).first()
    day = MoneyDay.objects.first()
    return BooksState(
        look=looks.first(),
        finished_at=done,
        unexplained=BooksDifference.objects.unexplained().count(),
        day=day,
        is_overdue=done is None or done < at - OVERDUE,
    )


@dataclass(frozen=True, slots=True)
class Beside:
    """One kind of the books of the last days: number and cents there, and here."""

    what: str
    theirs: int
    theirs_cents: int
    ours: int | None
    ours_cents: int | None


def books_beside(*, at: datetime) -> list[Beside]:
    """What was made in the last 30 days, there and here; six statements.

    Refunds that failed are left out there, and those that replaced one count here as well.
    """
    since = at - SHOWN_DAYS
    entries = ProviderEntry.objects.filter(made_at__gte=since)
    entries = entries.exclude(kind=EntryKind.REFUND, status__in=["failed", "canceled"])
    entries = entries.exclude(kind=EntryKind.CHARGE, status="failed")
    theirs: dict[str, Mapping[str, Any]] = {
        row["kind"]: row
        for row in entries.values("kind").annotate(
            number=Count("pk"), cents=Sum("amount_cents", default=0)
        )
    }
    refunds = _totals(Refund.objects.filter(booked_at__gte=since).exclude(origin="dispute"))
    again = _totals(RefundReplacement.objects.filter(created_at__gte=since))
    ours: Mapping[str, Mapping[str, Any]] = {
        EntryKind.CHARGE: _totals(
            Transaction.objects.filter(paid_at__gte=since).exclude(stripe_charge_id=None)
        ),
        EntryKind.REFUND: {key: refunds[key] + again[key] for key in NOTHING},
        EntryKind.TRANSFER: _totals(Payout.objects.filter(status="paid", paid_at__gte=since)),
        EntryKind.DISPUTE: _totals(CardDispute.objects.filter(opened_at__gte=since)),
    }
    return [
        Beside(
            what=EntryKind(kind).label,
            theirs=theirs.get(kind, NOTHING)["number"],
            theirs_cents=theirs.get(kind, NOTHING)["cents"],
            ours=ours[kind]["number"] if kind in ours else None,
            ours_cents=ours[kind]["cents"] if kind in ours else None,
        )
        for kind in EntryKind.values
    ]


NOTHING = {"number": 0, "cents": 0}


def _totals(rows: QuerySet[Any]) -> dict[str, int]:
    return rows.aggregate(number=Count("pk"), cents=Sum("amount_cents", default=0))
