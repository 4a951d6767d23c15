"""Refunds on their way: approved by an admin or by time, sent once, booked once."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.audit import record
from accounts.models import User
from billing.actions.money_letters import tell_refund_refused
from billing.actions.refund_booking import book_refund
from billing.actions.refund_failures import explained
from billing.models import Refund, RefundRequest, Transaction
from billing.providers import payments
from billing.providers.base import RefundMade, RefundOrder, has_answered
from peerloop.kit.formats import money_text
from peerloop.kit.providers import ProviderError, Rejected, Unavailable
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, OutsideDown, WrongMoment

logger = logging.getLogger(__name__)

Status = RefundRequest.Status
OPEN = (Status.PENDING, Status.APPROVED, Status.PROCESSING)
IN_WORK = "idempotency_key_in_use"


class RefundOpen(Conflict):
    """One refund request of a payment at a time."""

    code = "refund_open"
    message = "A refund of this payment is open already. Decide on that one first."


@transaction.atomic
def approve_refund(
    *,
    request: RefundRequest,
    by: User | None,
    at: datetime,
    amount_cents: int | None = None,
    reason: str = "",
) -> RefundRequest:
    """Approve a request (rule REF-6): at least the policy's amount, more only with a reason.

    Also one that the provider refused, to be tried again under another key. ``by`` None is the
    approval by itself after 72 hours. Safe to repeat. Raises Forbidden for anybody but another
    admin, Invalid naming ``amount_cents`` or ``reason``.
    """
    payment = _locked_payment(request.transaction)
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if request.status not in (Status.PENDING, Status.FAILED):
        return request
    _check_decider(by, payment)
    amount = request.policy_cents if amount_cents is None else amount_cents
    left = payment.amount_cents - payment.refunded_cents
    if not request.policy_cents <= amount <= left:
        raise Invalid.field(
            "amount_cents",
            f"From {money_text(request.policy_cents)} to {money_text(left)} can go back.",
        )
    if amount > request.policy_cents and not reason.strip():
        raise Invalid.field("reason", "Say why more goes back than the rules ask for.")
    if request.status == Status.FAILED:
        request.attempt += 1
    request.move(Status.APPROVED)
    request.approved_cents, request.decided_by = amount, by
    request.save(update_fields=["status", "approved_cents", "decided_by", "attempt"])
    record(
        actor=by,
        action="refund.approve",
        subject=request,
        after={"approved_cents": amount, "policy_cents": request.policy_cents},
        reason=reason,
        at=at,
    )
    return request


@transaction.atomic
def grant_refund(
    *, payment: Transaction, amount_cents: int, reason: str, by: User, at: datetime
) -> RefundRequest:
    """An admin sends back any amount up to what is left of a payment, approved at once (REF-4).

    Raises Forbidden for anybody but another admin, Invalid naming ``amount_cents`` or ``reason``,
    RefundOpen, WrongMoment while the payment is disputed.
    """
    payment = _locked_payment(payment)
    _check_decider(by, payment)
    left = payment.amount_cents - payment.refunded_cents
    if not 1 <= amount_cents <= left:
        raise Invalid.field("amount_cents", f"At most {money_text(left)} can go back.")
    if not reason.strip():
        raise Invalid.field("reason", "Say why it goes back.")
    if payment.status in (Transaction.Status.DISPUTED, Transaction.Status.DISPUTE_LOST):
        raise WrongMoment("A disputed payment can't be refunded: answer the dispute instead.")
    try:
        with transaction.atomic():
            request = RefundRequest.objects.create(
                enrollment=payment.enrollment,
                transaction=payment,
                requested_by=by,
                decided_by=by,
                reason=reason,
                policy=RefundRequest.Policy.ADMIN,
                policy_cents=amount_cents,
                approved_cents=amount_cents,
                status=Status.APPROVED,
                auto_approve_at=at + timedelta(hours=settings.REFUND_AUTO_HOURS),
                created_at=at,
                updated_at=at,
            )
    except IntegrityError:
        raise RefundOpen from None
    record(
        actor=by,
        action="refund.grant",
        subject=request,
        after={"approved_cents": amount_cents},
        reason=reason,
        at=at,
    )
    return request


def _locked_payment(payment: Transaction) -> Transaction:
    rows = Transaction.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("enrollment").get(pk=payment.pk)


def _check_decider(by: User | None, payment: Transaction) -> None:
    if by is None:
        return
    if not by.is_admin or by.pk in (payment.payer_id, payment.student_id):
        raise Forbidden("Another admin has to decide on this refund.", code="four_eyes")


def approve_overdue(*, at: datetime) -> int:
    """Approve requests that waited 72 hours (rule REF-6); how many."""
    overdue = RefundRequest.objects.filter(status=Status.PENDING, auto_approve_at__lte=at)
    approved = 0
    for request in overdue.select_related("transaction").order_by("auto_approve_at"):
        try:
            approve_refund(request=request, by=None, at=at)
        except Invalid as error:
            # Less is left than was computed: something went back meanwhile. A person has to look.
            logger.warning("refund request %s can't be approved by itself: %s", request.pk, error)
            tell_refund_refused(request=request, reason=error.message, at=at)
            continue
        approved += 1
    return approved


def send_approved(*, at: datetime) -> int:
    """Send approved refunds, and again those whose call had no answer; how many were booked.

    Those of a disputed payment wait: the provider would refuse them.
    """
    waiting = RefundRequest.objects.filter(status__in=[Status.APPROVED, Status.PROCESSING])
    waiting = waiting.exclude(transaction__status=Transaction.Status.DISPUTED)
    sent = 0
    for key in list(waiting.order_by("created_at").values_list("pk", flat=True)):
        try:
            sent += send_refund(request_id=key, at=at) is not None
        except (OutsideDown, Unavailable) as error:
            logger.info("refund %s waits: %s", key, error)
    return sent


def send_refund(*, request_id: UUID | str, at: datetime) -> Refund | None:
    """One refund at the provider with key ``refund:<request id>`` (rule REF-7), then booked.

    Safe to repeat and to run at once, also after a lost answer: the same key gives the same refund.
    Raises OutsideDown when the provider gives no answer; a final no makes the request failed.
    """
    request = _claim(request_id)
    if request is None:
        return None
    order = RefundOrder(
        payment_id=request.transaction.stripe_payment_intent_id or "",
        amount_cents=request.approved_cents or request.policy_cents,
        reference=str(request.pk),
    )
    try:
        made = payments().create_refund(order, key=_key_of(request))
    except Unavailable as error:
        found = _without_outcome(request, error)
        if found is None:
            return None
        made = found
    except Rejected as error:
        _mark_failed(request, str(error), at=at)
        return None
    if made.has_failed:
        _mark_failed(request, "the bank did not take it", at=at)
        return None
    return book_refund(
        payment=request.transaction,
        refund_id=made.refund_id,
        amount_cents=made.amount_cents,
        request=request,
        at=at,
    )


def _key_of(request: RefundRequest) -> str:
    again = f":{request.attempt}" if request.attempt > 1 else ""
    return f"refund:{request.pk}{again}"


@transaction.atomic
def _claim(request_id: UUID | str) -> RefundRequest | None:
    rows = RefundRequest.objects.select_for_update(of=("self",), no_key=True)
    request = rows.select_related("transaction").get(pk=request_id)
    if request.status == Status.APPROVED:
        request.move(Status.PROCESSING)
        request.save(update_fields=["status"])
    return request if request.status == Status.PROCESSING else None


def _without_outcome(request: RefundRequest, error: Unavailable) -> RefundMade | None:
    """No refund was reported; it may stand all the same: look, before another key is used.

    As for transfers: only an answered error is repeated for ever under its key.
    """
    if error.code == IN_WORK:
        return None
    if has_answered(error):
        found = _made_for(request)
        if found is not None:
            return found
        same = RefundRequest.objects.filter(pk=request.pk, attempt=request.attempt)
        same.filter(status=Status.PROCESSING).update(attempt=F("attempt") + 1)
    raise OutsideDown(
        "The payment provider does not answer. The refund goes on by itself."
    ) from error


def _made_for(request: RefundRequest) -> RefundMade | None:
    try:
        found = payments().list_refunds(request.transaction.stripe_payment_intent_id or "")
    except ProviderError as error:
        raise OutsideDown(
            "The payment provider does not answer. The refund goes on by itself."
        ) from error
    own = [one for one in found if one.reference == str(request.pk) and not one.has_failed]
    return own[0] if own else None


@transaction.atomic
def _mark_failed(request: RefundRequest, reason: str, *, at: datetime) -> None:
    request = RefundRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    if request.status != Status.PROCESSING:
        return
    request.move(Status.FAILED)
    request.save(update_fields=["status"])
    record(actor=None, action="refund.failed", subject=request, reason=reason, at=at)
    tell_refund_refused(request=request, reason=reason, at=at)


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
        if explained(payment=payment, made=made, at=at):
            continue
        book_refund(
            payment=payment,
            refund_id=made.refund_id,
            amount_cents=made.amount_cents,
            request=requests.get(made.reference),
            origin=Refund.Origin.CONSOLE,
            event_id=event_id,
            at=at,
        )
    return len(found)
