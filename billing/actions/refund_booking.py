"""Refunds in the books: each of the provider's once, whole parts first (rules REF-7, REF-8)."""

from datetime import datetime

from django.db import transaction

from billing.actions.clawbacks import claw_back
from billing.actions.money_letters import tell_refund_processed
from billing.actions.payout_rows import free_rows
from billing.actions.refund_failures import is_known, make_good
from billing.actions.refund_plan import GONE, cents, parts_to_take
from billing.actions.refunds import Policy, lock_rows
from billing.ledger import transition_splits
from billing.models import BalanceAdjustment, Hold, PaymentSplit, Refund, RefundRequest, Transaction
from learning.actions.enrolling import close_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.providers import Unavailable
from scheduling.actions.cancelling import cancel_future_sessions

Split = PaymentSplit.Status
Status = RefundRequest.Status
TAKEN_BACK = (Split.PAID, Split.RETAINED)
# A dispute's word stands above what refunds say.
DISPUTE = (Transaction.Status.DISPUTED, Transaction.Status.DISPUTE_LOST)


class PayoutUnderWay(Unavailable):
    """A share that has to go back is being sent right now: booked once that is settled."""


def book_refund(
    *,
    payment: Transaction,
    refund_id: str,
    amount_cents: int,
    at: datetime,
    request: RefundRequest | None = None,
    origin: str = Refund.Origin.REQUEST,
    event_id: str = "",
) -> Refund | None:
    """Write down money that went back, once per refund of the provider (rules REF-7, REF-8).

    Whole parts go back from the last undelivered one backwards, then delivered unpaid ones, then
    paid ones (REF-9); the platform carries the rest as an adjustment. A full refund ends the
    enrollment. What makes good a refund that came back is no new one: None if that is all of it.
    Safe to repeat. Raises PayoutUnderWay while a row that has to go back is being sent.
    """
    with transaction.atomic():
        payment = locked_with_enrollment(payment)
        if is_known(refund_id):
            return Refund.objects.filter(stripe_refund_id=refund_id).first()
        rest = make_good(payment, refund_id=refund_id, amount_cents=amount_cents)
        if not rest:
            if request is not None:
                _close_request(request)
            return None
        refund = write_refund(
            payment,
            refund_id=refund_id,
            amount_cents=rest,
            request=request,
            origin=_origin_of(request) if request else origin,
            event_id=event_id,
            at=at,
        )
        if payment.refunded_cents >= payment.amount_cents:
            end_enrollment(payment, reason="Refunded in full", at=at)
        return refund


def locked_with_enrollment(payment: Transaction) -> Transaction:
    """The payment, locked after its enrollment (data-model.md, locking)."""
    if payment.enrollment_id:
        lock_enrollment(Enrollment.objects.get(pk=payment.enrollment_id))
    rows = Transaction.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("course", "payer", "enrollment").get(pk=payment.pk)


def write_refund(
    payment: Transaction,
    *,
    refund_id: str,
    amount_cents: int,
    request: RefundRequest | None,
    origin: str,
    event_id: str,
    at: datetime,
) -> Refund:
    """The refund, its rows and adjustments, of a payment that is locked with its enrollment."""
    free_rows(payment, at=at, reason="A payment in it goes back to a student")
    rows = lock_rows(payment)
    refund = Refund.objects.create(
        transaction=payment,
        request=request,
        amount_cents=amount_cents,
        stripe_refund_id=refund_id,
        origin=origin,
        booked_at=at,
    )
    payment.refunded_cents += amount_cents
    _take_back(payment, rows, refund, at=at, event_id=event_id)
    if payment.status not in DISPUTE:
        payment.follow(payment.status_by_refunds)
    payment.save(update_fields=["refunded_cents", "status"])
    if request is not None:
        _close_request(request)
    _fit_open_requests(payment, rows)
    if origin != Refund.Origin.DISPUTE:
        tell_refund_processed(payment=payment, refund=refund, at=at)
    return refund


def end_enrollment(payment: Transaction, *, reason: str, at: datetime) -> None:
    """The payment is gone: the enrollment behind it ends with its sessions ahead (REF-8, DISP-1).

    Under the enrollment's lock. Safe to repeat.
    """
    if payment.enrollment is None:
        return
    enrollment = payment.enrollment
    lock_enrollment(enrollment)
    if enrollment.status == Enrollment.Status.CANCELLED:
        return
    cancel_future_sessions(enrollment=enrollment, by=payment.payer, reason=reason, at=at)
    close_enrollment(enrollment=enrollment, by=None, reason=reason, at=at)


def _origin_of(request: RefundRequest) -> str:
    duplicate = request.policy == RefundRequest.Policy.DUPLICATE
    return Refund.Origin.DUPLICATE if duplicate else Refund.Origin.REQUEST


def _close_request(request: RefundRequest) -> None:
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    for step in (Status.APPROVED, Status.PROCESSING, Status.DONE):
        if request.can_transition_to(step):
            request.transition_to(step)
    request.save(update_fields=["status"])


def _fit_open_requests(payment: Transaction, rows: list[PaymentSplit]) -> None:
    """What waits to be sent is never more than what is left; with nothing left it is withdrawn.

    One that is being sent right now is left alone: the provider decides.
    """
    left = payment.amount_cents - payment.refunded_cents
    waiting = payment.refund_requests.select_for_update(of=("self",), no_key=True)
    for request in waiting.filter(status__in=[Status.PENDING, Status.APPROVED, Status.FAILED]):
        due = min(_still_due(request, rows, left), left)
        if due <= 0:
            request.transition_to(Status.WITHDRAWN)
        else:
            request.policy_cents = due
            if request.approved_cents is not None:
                request.approved_cents = max(due, min(request.approved_cents, left))
        request.save(update_fields=["status", "policy_cents", "approved_cents"])


def _still_due(request: RefundRequest, rows: list[PaymentSplit], left: int) -> int:
    if request.policy == Policy.ADMIN:
        return request.policy_cents
    if request.policy == Policy.PRO_RATA:
        holds = Hold.objects.standing().filter(split__in=rows, cause=Hold.Cause.CANCELLATION)
        waiting = set(holds.values_list("split_id", flat=True))
        due = [row for row in rows if row.pk in waiting and not row.delivered_at]
        return min(cents(due), request.policy_cents)
    return left


def _take_back(
    payment: Transaction, rows: list[PaymentSplit], refund: Refund, *, at: datetime, event_id: str
) -> None:
    """Move rows so that they and what the platform carries add up to all that was refunded (I1).

    Counted over all refunds of the payment: what the platform carried of an earlier one is given
    back to it once a whole part fits.
    """
    gone_before = cents([row for row in rows if row.status in GONE])
    carried_before = payment.refunded_cents - refund.amount_cents - gone_before
    budget = payment.refunded_cents - gone_before
    taken = [row for part in parts_to_take(rows, budget) for row in part]
    if any(row.status == Split.QUEUED for row in taken):
        raise PayoutUnderWay("a share that has to go back is being sent right now")
    _move_back(taken, refund, at=at, event_id=event_id)
    more = budget - cents(taken) - carried_before
    if more:
        BalanceAdjustment.objects.create(
            recipient=None,
            amount_cents=-more,
            reason=BalanceAdjustment.Reason.CORRECTION,
            refund=refund,
            note="the part of refunds that is no sum of whole parts is carried by the platform",
        )


def _move_back(rows: list[PaymentSplit], refund: Refund, *, at: datetime, event_id: str) -> None:
    note = f"refund {refund.stripe_refund_id}"
    unpaid = [row for row in rows if row.status not in TAKEN_BACK]
    gone = [row for row in rows if row.status in TAKEN_BACK]
    owed_again = [row for row in gone if row.status == Split.PAID]
    transition_splits(unpaid, Split.REFUNDED, at=at, event_id=event_id, reason=note, refund=refund)
    transition_splits(gone, Split.REVERSED, at=at, event_id=event_id, reason=note, refund=refund)
    claw_back(owed_again, refund=refund, note=note, at=at)
