"""Refunds, third part: what went back is written to the ledger (rules REF-7, REF-8).

Each refund of the provider once, whole parts first; the platform carries what is no whole part.
Shares that were paid already are taken back from their recipients (``clawbacks``). What is no
refund of its own, because it replaces one that came back or is more than was left, is noted by
``refund_differences``.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from billing.actions.clawbacks import claw_back
from billing.actions.locks import lock_payment, lock_splits
from billing.actions.payout_splits import cancel_payouts_holding
from billing.actions.refund_differences import is_booked, note_excess, replace_failed
from billing.ledger import transition_splits
from billing.models import (
    BalanceAdjustment,
    Hold,
    PaymentSplit,
    Refund,
    RefundRequest,
    Transaction,
)
from billing.notifications.going_back import notify_refund_processed
from learning.actions.enrolling import close_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.providers import Unavailable
from peerloop.kit.rows import locked
from peerloop.kit.tasks import enqueue
from scheduling.actions.cancelling import cancel_future_sessions

Status = RefundRequest.Status
Policy = RefundRequest.Policy
Split = PaymentSplit.Status


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

    A full refund ends the enrollment. What nobody requested replaces a refund that came back before
    it is a new one, and what is more than was left is carried by the platform: None if that is all
    of it. Safe to repeat. Raises PayoutUnderWay while a share that has to go back is being sent.
    """
    with transaction.atomic():
        payment = lock_payment(payment)
        if is_booked(refund_id):
            return Refund.objects.filter(stripe_refund_id=refund_id).first()
        rest = amount_cents
        if request is None:
            rest = replace_failed(payment, provider_id=refund_id, amount_cents=rest, at=at)
        rest = note_excess(payment, provider_id=refund_id, amount_cents=rest, at=at)
        if not rest:
            _finish(request)
            return None
        if request is not None:
            is_duplicate = request.policy == Policy.DUPLICATE
            origin = Refund.Origin.DUPLICATE if is_duplicate else Refund.Origin.REQUEST
        refund = Refund(
            transaction=payment,
            request=request,
            amount_cents=rest,
            stripe_refund_id=refund_id,
            origin=origin,
            booked_at=at,
        )
        write_refund(refund, event_id=event_id, at=at)
        if payment.left_cents <= 0:
            end_enrollment(payment, reason="Refunded in full", at=at)
        return refund


def write_refund(refund: Refund, *, event_id: str, at: datetime) -> None:
    """Save a new refund with its splits and adjustments; its payment is locked by ``lock_payment``.

    Raises PayoutUnderWay.
    """
    payment = refund.transaction
    cancel_payouts_holding(payment, at=at, reason="A payment in it goes back to a student")
    splits = lock_splits(payment)
    refund.save()
    enqueue("billing.issue_papers")
    payment.refunded_cents += refund.amount_cents
    _take_back(payment, splits, refund, at=at, event_id=event_id)
    if not payment.is_in_dispute:
        payment.follow(payment.status_by_refunds)
    payment.save(update_fields=["refunded_cents", "status"])
    _finish(refund.request)
    _fit_open_requests(payment, splits)
    if refund.origin != Refund.Origin.DISPUTE:
        notify_refund_processed(payment=payment, refund=refund, at=at)


def end_enrollment(payment: Transaction, *, reason: str, at: datetime) -> None:
    """The payment is gone: the enrollment behind it ends with its sessions ahead (REF-8, DISP-1).

    Under the enrollment's lock. Safe to repeat.
    """
    enrollment = payment.enrollment
    if enrollment is None:
        return
    lock_enrollment(enrollment)
    if enrollment.status == Enrollment.Status.CANCELLED:
        return
    cancel_future_sessions(enrollment=enrollment, by=payment.payer, reason=reason, at=at)
    close_enrollment(enrollment=enrollment, by=None, reason=reason, at=at)


# Which splits go back.


def parts_to_take(splits: Iterable[PaymentSplit], budget_cents: int) -> list[list[PaymentSplit]]:
    """Whole parts that fit into the sum, in the order of rule REF-8.

    Undelivered ones from the last backwards, then delivered unpaid ones, then paid ones. It stops
    at the first that does not fit, so that no cheaper, later one in that order pays for it.
    """
    parts: dict[int, list[PaymentSplit]] = {}
    for split in splits:
        if split.status not in (Split.REFUNDED, Split.REVERSED):
            parts.setdefault(split.part_no, []).append(split)
    taken = []
    for part in sorted(parts.values(), key=_turn):
        budget_cents -= _cents(part)
        if budget_cents < 0:
            break
        taken.append(part)
    return taken


def _turn(part: list[PaymentSplit]) -> tuple[bool, bool, int]:
    is_paid = any(split.status == Split.PAID for split in part)
    is_delivered = any(split.delivered_at for split in part)
    return is_paid, is_delivered, -part[0].part_no


def _cents(splits: Iterable[PaymentSplit]) -> int:
    return sum(split.amount_cents for split in splits)


def _take_back(
    payment: Transaction,
    splits: list[PaymentSplit],
    refund: Refund,
    *,
    at: datetime,
    event_id: str,
) -> None:
    """Bring splits back so that they and what the platform carries are all that was refunded (I1).

    Counted over all refunds of the payment: what the platform carried of an earlier one is given
    back to it once a whole part fits.
    """
    gone = _cents(split for split in splits if split.status in (Split.REFUNDED, Split.REVERSED))
    carried = payment.refunded_cents - refund.amount_cents - gone
    budget = payment.refunded_cents - gone
    taken = [split for part in parts_to_take(splits, budget) for split in part]
    if any(split.status == Split.QUEUED for split in taken):
        raise PayoutUnderWay("a share that has to go back is being sent right now")
    note = f"refund {refund.stripe_refund_id}"
    to_reverse = [split for split in taken if split.status in (Split.PAID, Split.RETAINED)]
    to_refund = [split for split in taken if split not in to_reverse]
    paid = [split for split in to_reverse if split.status == Split.PAID]
    for chosen, status in ((to_refund, Split.REFUNDED), (to_reverse, Split.REVERSED)):
        transition_splits(chosen, status, at=at, event_id=event_id, reason=note, refund=refund)
    claw_back(paid, refund=refund, note=note)
    more = budget - _cents(taken) - carried
    if more:
        BalanceAdjustment.objects.create(
            recipient=None,
            amount_cents=-more,
            reason=BalanceAdjustment.Reason.CORRECTION,
            refund=refund,
            note="the part of refunds that is no sum of whole parts is carried by the platform",
        )


# What became of requests.


def _finish(request: RefundRequest | None) -> None:
    """The request's refund is booked, wherever the request stood."""
    if request is None:
        return
    request = locked(RefundRequest.objects.all()).get(pk=request.pk)
    for status in (Status.APPROVED, Status.PROCESSING, Status.DONE):
        if request.can_transition_to(status):
            request.transition_to(status)
    request.save(update_fields=["status"])


def _fit_open_requests(payment: Transaction, splits: Sequence[PaymentSplit]) -> None:
    """What waits to be sent is never more than what is left; with nothing left it is withdrawn.

    One that is being sent right now is left alone: the provider decides.
    """
    waiting = locked(payment.refund_requests.all())
    for request in waiting.filter(status__in=[Status.PENDING, Status.APPROVED, Status.FAILED]):
        due = min(_still_due(request, splits, payment.left_cents), payment.left_cents)
        if due <= 0:
            request.transition_to(Status.WITHDRAWN)
        else:
            request.policy_cents = due
            if request.approved_cents is not None:
                request.approved_cents = max(due, min(request.approved_cents, payment.left_cents))
        request.save(update_fields=["status", "policy_cents", "approved_cents"])


def _still_due(request: RefundRequest, splits: Sequence[PaymentSplit], left_cents: int) -> int:
    if request.policy == Policy.ADMIN:
        return request.policy_cents
    if request.policy != Policy.PRO_RATA:
        return left_cents
    holds = Hold.objects.standing().filter(split__in=splits, cause=Hold.Cause.CANCELLATION)
    untaught = holds.filter(split__delivered_at=None)
    due = untaught.aggregate(cents=Sum("split__amount_cents", default=0))["cents"]
    return min(int(due), request.policy_cents)
