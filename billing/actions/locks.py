"""Locks on money, taken in one order: enrollment, payment, payouts, splits."""

from uuid import UUID

from billing.models import PaymentSplit, Payout, Transaction
from learning.actions.locks import lock_enrollment
from peerloop.kit.refusals import Missing
from peerloop.kit.rows import locked


def lock_payment(payment: Transaction) -> Transaction:
    """The payment as it is now, locked after the enrollment that it opened."""
    if payment.enrollment is not None:
        lock_enrollment(payment.enrollment)
    rows = Transaction.objects.select_related("course", "payer", "enrollment")
    return locked(rows).get(pk=payment.pk)


def lock_payout(payout_id: UUID) -> Payout:
    """The payout as it is now, locked, with its recipient; raises Missing."""
    rows = Payout.objects.select_related("recipient")
    payout = locked(rows).filter(pk=payout_id).first()
    if payout is None:
        raise Missing
    return payout


def lock_splits(payment: Transaction) -> list[PaymentSplit]:
    """The splits of a locked payment, locked, by part."""
    return list(locked(payment.splits.all()).order_by("part_no", "share"))
