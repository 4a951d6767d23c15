"""Reasons of money that keep an account from being closed (rule ROLE-13)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.urls import reverse

from billing.models import BalanceAdjustment, CardDispute, PaymentSplit, Payout, RefundRequest
from peerloop.kit.formats import money_text
from peerloop.kit.personal_data import Obstacle

UNPAID = ("held", "frozen", "releasable", "queued")


def obstacles(user_id: UUID, at: datetime) -> Iterator[Obstacle]:
    """Money owed either way, and what is still open about it. Five queries."""
    splits = PaymentSplit.objects.filter(recipient=user_id, status__in=UNPAID)
    adjustments = BalanceAdjustment.objects.filter(recipient=user_id, payout=None)
    owed = _sum(splits) + _sum(adjustments)
    if owed > 0:
        words = f"{money_text(owed)} of yours is not paid out yet."
        yield Obstacle("unpaid_balance", words, reverse("payout-settings"))
    if owed < 0:
        words = f"{money_text(-owed)} is owed to us. Our support settles it with you."
        yield Obstacle("debt", words, reverse("payout-settings"))
    elif owed == 0 and (splits.exists() or adjustments.exists()):
        yield Obstacle(
            "unpaid_balance", "Your balance is being settled.", reverse("payout-settings")
        )
    if Payout.objects.filter(recipient=user_id, status__in=["pending", "processing"]).exists():
        yield Obstacle("open_payout", "A payout to you is under way.", reverse("payout-settings"))
    if _refunds(user_id).exists():
        yield Obstacle("open_refund", "A refund to you is under way.", reverse("dashboard"))
    disputes = CardDispute.objects.filter(
        Q(transaction__student=user_id) | Q(transaction__payer=user_id), closed_at=None
    )
    if disputes.exists():
        words = "Your bank still decides about a payment of yours."
        yield Obstacle("open_dispute", words, reverse("dashboard"))


def _refunds(user_id: UUID) -> QuerySet[RefundRequest]:
    return RefundRequest.objects.filter(
        Q(transaction__student=user_id) | Q(transaction__payer=user_id),
        status__in=["pending", "approved", "processing", "failed"],
    )


def _sum(rows: QuerySet[Any]) -> int:
    return int(rows.aggregate(total=Sum("amount_cents"))["total"] or 0)
