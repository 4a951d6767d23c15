"""The splits and adjustments of a payout, and their return when it is not sent."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from billing.actions.second_eyes import drop_wish
from billing.ledger import place_holds, transition_splits
from billing.models import (
    BalanceAdjustment,
    CardDispute,
    Confirmation,
    Hold,
    PaymentSplit,
    Payout,
    RefundRequest,
    Transaction,
)
from billing.notifications.sending import notify_payout_cancelled
from peerloop.kit.rows import locked

Split = PaymentSplit.Status
Status = Payout.Status
OPEN = (Status.PENDING, Status.PROCESSING)


def rows_of(payout: Payout) -> list[PaymentSplit]:
    """The queued splits of a locked payout, locked."""
    queued = PaymentSplit.objects.filter(payout=payout, status=Split.QUEUED)
    return list(locked(queued).order_by("pk"))


def return_splits(payout: Payout, *, at: datetime, actor: User | None, reason: str) -> None:
    """Take the splits and adjustments out of a locked payout: they are payable again.

    Those of a disputed payment (DISP-1), or of one that goes back whole (REF-5), are frozen. A
    dispute or refund that is begun concurrently waits for the payout's lock and finds them
    afterwards.
    """
    rows = transition_splits(
        rows_of(payout), Split.RELEASABLE, at=at, actor=actor, reason=reason, payout=None
    )
    BalanceAdjustment.objects.filter(payout=payout).update(payout=None)
    drop_wish(kind=Confirmation.Kind.PAYOUT, subject_id=payout.pk, at=at)
    disputes = CardDispute.objects.taking_money()
    for dispute in disputes.filter(transaction__in={row.transaction_id for row in rows}):
        disputed = [row for row in rows if row.transaction_id == dispute.transaction_id]
        place_holds(disputed, cause=Hold.Cause.CARD_DISPUTE, source_id=dispute.pk, at=at)
    for request in _going_back(row.transaction_id for row in rows):
        back = [row for row in rows if row.transaction_id == request.transaction_id]
        if request.enrollment_id is not None:
            cause, source_id = Hold.Cause.CANCELLATION, request.enrollment_id
            place_holds(back, cause=cause, source_id=source_id, at=at)


def holds_what_goes_back(payout: Payout) -> bool:
    """Whether a payment behind a locked payout goes back whole, so that it must not be sent."""
    return _going_back(row.transaction_id for row in rows_of(payout)).exists()


def _going_back(payments: Iterable[UUID]) -> QuerySet[RefundRequest]:
    return RefundRequest.objects.undone().of_all().filter(transaction__in=set(payments))


def cancel_payouts_holding(payment: Transaction, *, at: datetime, reason: str) -> None:
    """Cancel pending payouts with splits of a locked payment, and lock those under way.

    What else is in such a payout is payable again at once; its recipient is notified.
    """
    holding = PaymentSplit.objects.filter(transaction=payment, status=Split.QUEUED)
    payouts = Payout.objects.filter(pk__in=holding.values("payout_id"), status__in=OPEN)
    for payout in locked(payouts.select_related("recipient")).order_by("pk"):
        if payout.status == Status.PENDING:
            cancel_locked(payout, at=at, reason=reason)


def cancel_locked(payout: Payout, *, at: datetime, reason: str) -> None:
    """Cancel a locked pending payout because of what is in it; its recipient is notified."""
    payout.transition_to(Status.CANCELLED)
    payout.save(update_fields=["status"])
    return_splits(payout, at=at, actor=None, reason=reason)
    notify_payout_cancelled(payout=payout, reason=reason, at=at)
