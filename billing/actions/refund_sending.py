"""Refunds, second part: an approved request goes to the payment provider (rule REF-7).

Sent once whatever is repeated or lost; what the provider says went back is booked, also when it
was done in its console. No call stands inside a transaction.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from accounts.audit.log import record
from accounts.models import User
from billing.actions.refund_booking import book_refund
from billing.actions.refund_differences import book_failure, outstanding_cents
from billing.actions.refunds import check_four_eyes
from billing.models import Refund, RefundFailure, RefundRequest, Transaction
from billing.notifications.going_back import notify_refund_refused, notify_refund_waits
from billing.providers import payments
from billing.providers.base import RefundMade, RefundOrder, has_answered, is_not_covered
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Conflict, OutsideDown
from peerloop.kit.rows import locked
from peerloop.kit.sweeps import one_by_one

logger = logging.getLogger(__name__)

Status = RefundRequest.Status
IN_WORK = "idempotency_key_in_use"


def send_approved(*, at: datetime) -> int:
    """Send approved refunds, and again those whose call had no answer; how many were booked.

    Those of a disputed payment wait: the provider would refuse them.
    """
    waiting = RefundRequest.objects.filter(status__in=[Status.APPROVED, Status.PROCESSING])
    waiting = waiting.exclude(transaction__status=Transaction.Status.DISPUTED)

    def send(key: UUID) -> bool:
        try:
            return send_refund(request_id=key, at=at)
        except (OutsideDown, Unavailable) as error:
            logger.info("refund %s waits: %s", key, error)
            return False

    return one_by_one(list(waiting.order_by("created_at").values_list("pk", flat=True)), send)


def send_refund(*, request_id: UUID | str, at: datetime) -> bool:
    """Make one refund at the provider with the key ``refund:<request id>``, then book it.

    Returns whether this call finished it. Safe to repeat and to run at once: after a lost answer
    the refund is looked up, and the same key gives the same refund. Raises OutsideDown when the
    provider gives no answer, PayoutUnderWay; a final refusal makes the request failed.
    """
    request, is_first = _claim(request_id)
    if request.status != Status.PROCESSING:
        return False
    try:
        made = (None if is_first else _find(request)) or _make(request, at=at)
    except Rejected as error:
        _fail(request, str(error), at=at)
        return False
    if made is None:
        return False
    if made.has_failed:
        _fail(request, "the bank did not take it", at=at)
        return False
    book_refund(
        payment=request.transaction,
        refund_id=made.refund_id,
        amount_cents=made.amount_cents,
        request=request,
        at=at,
    )
    return True


@transaction.atomic
def _claim(request_id: UUID | str) -> tuple[RefundRequest, bool]:
    """The request, and whether this call is the first to send it."""
    rows = RefundRequest.objects.select_related("transaction")
    request = locked(rows).get(pk=request_id)
    if request.status != Status.APPROVED:
        return request, False
    request.transition_to(Status.PROCESSING)
    request.save(update_fields=["status"])
    return request, True


def _make(request: RefundRequest, *, at: datetime) -> RefundMade | None:
    """Ask the provider for the refund; None while a copy of this call is running.

    No answer does not mean no refund. As for transfers, another key is right only where the
    provider keeps repeating an error and knows of no refund. One that our balance there does not
    cover waits for the sweep, and admins are told once a day.
    """
    order = RefundOrder(
        payment_id=request.transaction.stripe_payment_intent_id or "",
        amount_cents=request.approved_cents or request.policy_cents,
        reference=_reference(request),
    )
    try:
        return payments().create_refund(order, key=f"refund:{order.reference}")
    except Unavailable as error:
        if error.code == IN_WORK:
            return None
        if has_answered(error):
            found = _find(request)
            if found is not None:
                return found
            _use_another_key(request)
        raise _no_answer() from error
    except Rejected as error:
        if not is_not_covered(error):
            raise
        with transaction.atomic():
            _use_another_key(request)
            notify_refund_waits(request=request, at=at)
        raise OutsideDown("Our balance does not cover the refund yet. It waits.") from error


def _use_another_key(request: RefundRequest) -> None:
    same = RefundRequest.objects.filter(pk=request.pk, attempt=request.attempt)
    same.filter(status=Status.PROCESSING).update(attempt=F("attempt") + 1)


def _reference(request: RefundRequest) -> str:
    """The request's id, and from the second attempt on its number."""
    return f"{request.pk}:{request.attempt}" if request.attempt > 1 else str(request.pk)


def _find(request: RefundRequest) -> RefundMade | None:
    """The refund that this attempt made, as it stands now; it may have failed since."""
    try:
        found = payments().list_refunds(request.transaction.stripe_payment_intent_id or "")
    except ProviderError as error:
        raise _no_answer() from error
    return next((one for one in found if one.reference == _reference(request)), None)


def _no_answer() -> OutsideDown:
    return OutsideDown("The payment provider does not answer. The refund goes on by itself.")


@transaction.atomic
def _fail(request: RefundRequest, reason: str, *, at: datetime) -> None:
    request = locked(RefundRequest.objects.all()).get(pk=request.pk)
    if request.status != Status.PROCESSING:
        return
    request.transition_to(Status.FAILED)
    request.save(update_fields=["status"])
    record(actor=None, action="refund.failed", subject=request, reason=reason, at=at)
    notify_refund_refused(request=request, reason=reason, at=at)


def sync_refunds(*, payment: Transaction, at: datetime, event_id: str = "") -> int:
    """Book what the provider says went back, also from its console; how many refunds it knows.

    One that failed after it was booked is noted, and one that replaces it is not booked again.
    Raises Unavailable, also for a payment of ours that the provider does not know.
    """
    try:
        found = payments().list_refunds(payment.stripe_payment_intent_id or "")
    except Rejected as error:
        raise Unavailable(str(error)) from error
    requests = {str(request.pk): request for request in payment.refund_requests.all()}
    for made in found:
        if made.has_failed:
            book_failure(payment=payment, made=made, at=at)
            continue
        book_refund(
            payment=payment,
            refund_id=made.refund_id,
            amount_cents=made.amount_cents,
            request=requests.get(made.reference.partition(":")[0]),
            origin=Refund.Origin.CONSOLE,
            event_id=event_id,
            at=at,
        )
    return len(found)


def send_again(*, failure: RefundFailure, by: User, at: datetime) -> bool:
    """An admin sends what came back once more, as far as it is still owed; whether it was.

    Safe to repeat: the key is ``refund-again:<failure id>:<attempt>``. Raises Forbidden for anybody
    but another admin, OutsideDown without an answer, Conflict when the provider refuses.
    """
    payment = failure.transaction
    check_four_eyes(payment, by)
    owed = min(failure.amount_cents, outstanding_cents(payment))
    if owed <= 0:
        return False
    order = RefundOrder(
        payment_id=payment.stripe_payment_intent_id or "",
        amount_cents=owed,
        reference=f"again:{failure.pk}" + (f":{failure.attempt}" if failure.attempt > 1 else ""),
    )
    try:
        made = _make_again(failure, order)
    except Unavailable as error:
        raise OutsideDown("The payment provider does not answer. Try again soon.") from error
    except Rejected as error:
        raise Conflict(f"The payment provider refuses: {error}", code="refused") from error
    with transaction.atomic():
        record(actor=by, action="refund.send_again", subject=failure, at=at)
        book_refund(
            payment=payment,
            refund_id=made.refund_id,
            amount_cents=made.amount_cents,
            origin=Refund.Origin.CONSOLE,
            at=at,
        )
    return True


def _make_again(failure: RefundFailure, order: RefundOrder) -> RefundMade:
    """Ask for what is sent again; an error that the provider keeps is looked behind (see _make)."""
    key = order.reference.removeprefix("again:")
    try:
        return payments().create_refund(order, key=f"refund-again:{key}")
    except Unavailable as error:
        if not has_answered(error):
            raise
        made = payments().list_refunds(order.payment_id)
        found = next((one for one in made if one.reference == order.reference), None)
        if found is None:
            same = RefundFailure.objects.filter(pk=failure.pk, attempt=failure.attempt)
            same.update(attempt=F("attempt") + 1)
            raise
        return found
