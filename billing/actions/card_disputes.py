"""Card disputes: money is frozen while one is open, then it is won or lost (rule DISP-1)."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from billing.actions.locks import lock_payment, lock_splits
from billing.actions.payout_splits import cancel_payouts_holding
from billing.actions.refund_booking import PayoutUnderWay, end_enrollment, write_refund
from billing.actions.refund_differences import note_excess, replace_failed
from billing.ledger import lift_holds, place_holds
from billing.models import CardDispute, Hold, Refund, RefundRequest, Transaction
from billing.notifications.going_back import notify_dispute_closed, notify_dispute_opened
from billing.providers.base import Dispute
from learning.actions.disputes import dispute_enrollment, restore_enrollment
from learning.actions.enrolling import AlreadyEnrolled

Payment = Transaction.Status
Request = RefundRequest.Status
UNDECIDED = "under_review"


def sync_dispute(
    *, payment: Transaction, dispute: Dispute, at: datetime, event_id: str = ""
) -> CardDispute:
    """Bring a dispute to the state that the provider reports (rule DISP-1).

    Open: payment and enrollment are disputed, unpaid splits frozen, a pending payout with one of
    them is cancelled, admins are notified. Won: back to the state before. Lost: the enrollment is
    cancelled, unpaid splits are refunded, paid ones reversed (REF-9). An inquiry takes no money and
    is only stored. Safe to repeat and in any order. Raises PayoutUnderWay when it is lost while a
    share is being sent: it counts as open until that is settled.
    """
    try:
        return _follow(payment, dispute, at=at, event_id=event_id)
    except PayoutUnderWay:
        _follow(payment, replace(dispute, status=UNDECIDED), at=at, event_id=event_id)
        raise


@transaction.atomic
def _follow(payment: Transaction, dispute: Dispute, *, at: datetime, event_id: str) -> CardDispute:
    payment = lock_payment(payment)
    row = CardDispute.objects.filter(stripe_dispute_id=dispute.dispute_id).first()
    if row is not None and row.closed_at:
        return row
    if row is None:
        row = CardDispute(transaction=payment, stripe_dispute_id=dispute.dispute_id, opened_at=at)
    row.transaction = payment
    row.status = dispute.status[:40]
    row.amount_cents = dispute.amount_cents
    row.reason = dispute.reason[:100]
    if dispute.status == CardDispute.LOST:
        row.closed_at = at
        row.save()
        _lose(payment, row, at=at, event_id=event_id)
    elif dispute.status in CardDispute.WON:
        row.closed_at = at
        row.save()
        _win(payment, row, at=at, event_id=event_id)
    else:
        row.save()
        _open(payment, row, at=at, event_id=event_id)
    return row


def _open(payment: Transaction, dispute: CardDispute, *, at: datetime, event_id: str) -> None:
    notify_dispute_opened(dispute=dispute, at=at)
    if dispute.is_inquiry:
        return
    cancel_payouts_holding(payment, at=at, reason="A payment in it is disputed by the payer's bank")
    place_holds(
        lock_splits(payment),
        cause=Hold.Cause.CARD_DISPUTE,
        source_id=dispute.pk,
        at=at,
        event_id=event_id,
    )
    if payment.status == Payment.DISPUTE_LOST:
        return
    payment.follow(Payment.DISPUTED)
    payment.save(update_fields=["status"])
    if payment.enrollment is not None:
        dispute_enrollment(enrollment=payment.enrollment)


def _win(payment: Transaction, dispute: CardDispute, *, at: datetime, event_id: str) -> None:
    notify_dispute_closed(dispute=dispute, at=at)
    _lift(payment, dispute, "dispute won", at=at, event_id=event_id)
    if payment.status != Payment.DISPUTED or payment.disputes.taking_money().exists():
        return
    payment.follow(payment.status_by_refunds)
    payment.save(update_fields=["status"])
    if payment.enrollment is None:
        return
    try:
        restore_enrollment(enrollment=payment.enrollment, at=at)
    except AlreadyEnrolled:
        # The student bought the course again: that enrollment goes on, and what is left of this
        # payment is refunded (``refund_leftovers``).
        end_enrollment(payment, reason="The course was bought again", at=at)


def _lose(payment: Transaction, dispute: CardDispute, *, at: datetime, event_id: str) -> None:
    """The bank has the money: booked like a refund that the bank made."""
    _withdraw_requests(payment, at=at)
    payment.follow(Payment.DISPUTE_LOST)
    key, cents = dispute.stripe_dispute_id, dispute.amount_cents
    rest = replace_failed(payment, provider_id=key, amount_cents=cents, at=at)
    rest = note_excess(payment, provider_id=key, amount_cents=rest, at=at)
    if rest:
        taken = Refund(
            transaction=payment,
            amount_cents=rest,
            stripe_refund_id=dispute.stripe_dispute_id,
            origin=Refund.Origin.DISPUTE,
            booked_at=at,
        )
        write_refund(taken, event_id=event_id, at=at)
    else:
        payment.save(update_fields=["status"])
    # The dispute may be over a part of the payment: what was taught stays earned.
    _lift(payment, dispute, "dispute lost", at=at, event_id=event_id)
    end_enrollment(payment, reason="The card payment was taken back", at=at)
    notify_dispute_closed(dispute=dispute, at=at)


def _withdraw_requests(payment: Transaction, *, at: datetime) -> None:
    """A requested refund can't be sent any more; the holds of the cancellation are lifted."""
    asked = payment.refund_requests.filter(
        status__in=[Request.PENDING, Request.APPROVED, Request.FAILED]
    )
    for request in asked:
        request.transition_to(Request.WITHDRAWN)
        request.save(update_fields=["status"])
    if asked:
        lift_holds(
            lock_splits(payment), cause=Hold.Cause.CANCELLATION, reason="dispute lost", at=at
        )


def _lift(
    payment: Transaction, dispute: CardDispute, reason: str, *, at: datetime, event_id: str
) -> None:
    lift_holds(
        lock_splits(payment),
        cause=Hold.Cause.CARD_DISPUTE,
        source_id=dispute.pk,
        reason=reason,
        at=at,
        event_id=event_id,
    )
