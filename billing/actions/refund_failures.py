"""Refunds that came back: booked, sent, and then not taken by the payer's bank.

The books stay as they are, for the money is still the student's: what counts is that a second
refund goes out in its place, and is not booked as one more.
"""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.audit import record
from accounts.models import User
from billing.actions.money_letters import tell_refund_came_back
from billing.models import Refund, RefundFailure, Transaction
from billing.providers import payments
from billing.providers.base import RefundMade, RefundOrder
from peerloop.kit import clock
from peerloop.kit.providers import Rejected, Unavailable
from peerloop.kit.refusals import Conflict, Forbidden, OutsideDown


def explained(*, payment: Transaction, made: RefundMade, at: datetime) -> bool:
    """Whether nothing is left to book for a refund that the provider knows of.

    Notes one that failed after it was booked; takes one of the same amount that comes after as its
    replacement. Safe to repeat.
    """
    if made.has_failed:
        _note_failure(made, at=at)
        return True
    if Refund.objects.filter(stripe_refund_id=made.refund_id).exists():
        return True
    if RefundFailure.objects.filter(replaced_by=made.refund_id).exists():
        return True
    return _replaces(payment, made)


@transaction.atomic
def _note_failure(made: RefundMade, *, at: datetime) -> None:
    refund = Refund.objects.filter(stripe_refund_id=made.refund_id).first()
    if refund is None:
        earlier = RefundFailure.objects.filter(replaced_by=made.refund_id).first()
        refund = earlier.refund if earlier else None
    if refund is None:
        return
    _, is_new = RefundFailure.objects.get_or_create(
        stripe_refund_id=made.refund_id, defaults={"refund": refund, "failed_at": at}
    )
    if is_new:
        record(actor=None, action="refund.came_back", subject=refund, at=at)
        tell_refund_came_back(refund=refund, failed_id=made.refund_id, at=at)


def _replaces(payment: Transaction, made: RefundMade) -> bool:
    waiting = RefundFailure.objects.filter(
        refund__transaction=payment, refund__amount_cents=made.amount_cents, replaced_by=None
    )
    failure = waiting.order_by("failed_at").first()
    return failure is not None and _replace(failure, made.refund_id)


def _replace(failure: RefundFailure, refund_id: str) -> bool:
    """One conditional change: of two at once, one finds it done."""
    rows = RefundFailure.objects.filter(pk=failure.pk, replaced_by=None)
    try:
        with transaction.atomic():
            return bool(rows.update(replaced_by=refund_id, updated_at=clock.now()))
    except IntegrityError:
        return False


def send_again(*, failure: RefundFailure, by: User, at: datetime) -> RefundFailure:
    """An admin sends a refund that came back once more. Outside any transaction.

    Safe to repeat: the key is ``refund-again:<failure id>``. Raises Forbidden for anybody but
    another admin, OutsideDown without an answer, Conflict when the provider refuses.
    """
    refund = failure.refund
    payment = refund.transaction
    if not by.is_admin or by.pk == payment.payer_id:
        raise Forbidden("Another admin has to decide on this refund.", code="four_eyes")
    if failure.replaced_by:
        return failure
    order = RefundOrder(
        payment_id=payment.stripe_payment_intent_id or "",
        amount_cents=refund.amount_cents,
        reference=f"again:{failure.pk}",
    )
    try:
        made = payments().create_refund(order, key=f"refund-again:{failure.pk}")
    except Unavailable as error:
        raise OutsideDown("The payment provider does not answer. Try again soon.") from error
    except Rejected as error:
        raise Conflict(f"The payment provider refuses: {error}", code="refused") from error
    with transaction.atomic():
        _replace(failure, made.refund_id)
        record(actor=by, action="refund.send_again", subject=refund, at=at)
    failure.refresh_from_db()
    return failure
