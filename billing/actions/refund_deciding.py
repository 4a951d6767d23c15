"""Deciding on refunds: an admin approves, raises or grants one; time approves the rest."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.audit.log import record
from accounts.models import User
from billing.actions.money_letters import tell_refund_refused
from billing.actions.refunds import OPEN
from billing.models import RefundRequest, Transaction
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Conflict, Forbidden, Invalid, WrongMoment
from peerloop.kit.retries import retried

logger = logging.getLogger(__name__)

Status = RefundRequest.Status


class RefundOpen(Conflict):
    """One refund request of a payment at a time."""

    code = "refund_open"
    message = "A refund of this payment is open already. Decide on that one first."


@retried
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
    admin, Invalid naming ``amount_cents`` or ``reason``, RefundOpen.
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
        if payment.refund_requests.filter(status__in=OPEN).exists():
            raise RefundOpen
        request.attempt += 1
    request.transition_to(Status.APPROVED)
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


@retried
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
