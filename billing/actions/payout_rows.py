"""What a payout holds: its rows and adjustments, given back when it does not go out."""

from datetime import datetime

from accounts.models import User
from billing.ledger import place_holds, transition_splits
from billing.models import BalanceAdjustment, CardDispute, Hold, PaymentSplit, Payout, Transaction
from billing.notifications.sending import notify_payout_cancelled
from peerloop.kit.rows import locked

Split = PaymentSplit.Status
Status = Payout.Status
OPEN = (Status.PENDING, Status.PROCESSING)


def rows_of(payout: Payout) -> list[PaymentSplit]:
    """The queued rows of a locked payout, locked."""
    queued = PaymentSplit.objects.filter(payout=payout, status=Split.QUEUED)
    return list(locked(queued).order_by("pk"))


def give_back(payout: Payout, *, at: datetime, actor: User | None, reason: str) -> None:
    """Rows of a locked payout can be asked for again; those of a disputed payment freeze (DISP-1).

    A dispute that is being opened right now waits for the payout's lock, and finds them after us.
    """
    rows = transition_splits(
        rows_of(payout), Split.RELEASABLE, at=at, actor=actor, reason=reason, payout=None
    )
    BalanceAdjustment.objects.filter(payout=payout).update(payout=None)
    disputes = CardDispute.objects.taking_money()
    for dispute in disputes.filter(transaction__in={row.transaction_id for row in rows}):
        disputed = [row for row in rows if row.transaction_id == dispute.transaction_id]
        place_holds(disputed, cause=Hold.Cause.CARD_DISPUTE, source_id=dispute.pk, at=at)


def free_rows(payment: Transaction, *, at: datetime, reason: str) -> None:
    """Cancel pending payouts that hold rows of a locked payment, and lock those under way.

    What such a payout holds besides can be asked for again at once; its recipient hears of it.
    """
    holding = PaymentSplit.objects.filter(transaction=payment, status=Split.QUEUED)
    payouts = Payout.objects.filter(pk__in=holding.values("payout_id"), status__in=OPEN)
    for payout in locked(payouts.select_related("recipient")).order_by("pk"):
        if payout.status != Status.PENDING:
            continue
        payout.transition_to(Status.CANCELLED)
        payout.save(update_fields=["status"])
        give_back(payout, at=at, actor=None, reason=reason)
        notify_payout_cancelled(payout=payout, reason=reason, at=at)
