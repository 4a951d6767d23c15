"""Refunds, first part: a student leaves, what comes back is asked for, and an admin decides.

What the rules give back is computed in ``queries.refund_preview``. An approved request is sent by
``refund_sending`` and written to the ledger by ``refund_booking``.
"""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q

from accounts.audit.log import record
from accounts.four_eyes import require_another_admin
from accounts.models import User
from billing.actions.locks import lock_payment, lock_splits
from billing.actions.payout_splits import cancel_payouts_holding
from billing.actions.second_eyes import SecondAdminNeeded, drop_wish, may_leave
from billing.ledger import place_holds
from billing.models import Confirmation, Hold, PaymentSplit, RefundRequest, Transaction
from billing.notifications.going_back import (
    notify_refund_refused,
    notify_refund_requested,
    notify_refund_stuck,
)
from billing.queries.refund_preview import preview_cancellation
from learning.actions.enrolling import close_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Conflict, Invalid, WrongMoment
from peerloop.kit.retries import retried
from peerloop.kit.rows import locked
from peerloop.kit.sweeps import one_by_one
from scheduling.actions.cancelling import cancel_future_sessions
from scheduling.models import Session

logger = logging.getLogger(__name__)

Policy = RefundRequest.Policy
Status = RefundRequest.Status
LONGEST_REASON = 2000


class RefundOpen(Conflict):
    """One refund request of a payment at a time."""

    code = "refund_open"
    message = "A refund of this payment is open already. Decide on that one first."


# Asking.


@retried
@transaction.atomic
def cancel_enrollment(
    *, enrollment: Enrollment, by: User, reason: str, at: datetime
) -> RefundRequest | None:
    """End an enrollment at once (rule REF-5): future sessions are cancelled, the splits due back
    frozen, and a refund of the computed amount requested.

    Returns the request; None if nothing is due, or while another refund of the payment is under
    way: then it is requested after that one (``request_leftovers``; see ``due_cents``). Locks
    enrollment, sessions, payment, splits. Safe to repeat: a cancelled enrollment answers with its
    request. Raises Conflict for a completed or disputed enrollment, Invalid for a long reason.
    """
    if len(reason) > LONGEST_REASON:
        raise Invalid.field("reason", f"Use at most {LONGEST_REASON:,} characters.")
    lock_enrollment(enrollment)
    if enrollment.status == Enrollment.Status.CANCELLED:
        asked = RefundRequest.objects.filter(enrollment=enrollment).exclude(policy=Policy.ADMIN)
        return asked.order_by("-created_at").first()
    if not enrollment.is_active:
        raise Conflict(
            f"This enrollment is {enrollment.get_status_display().lower()}: it can't be cancelled.",
            code="wrong_moment",
        )
    cancel_future_sessions(
        enrollment=enrollment, by=by, reason=reason or "Enrollment cancelled", at=at
    )
    close_enrollment(enrollment=enrollment, by=by, reason=reason, at=at)
    payment = locked(Transaction.objects.for_course_of(enrollment)).first()
    if payment is None:
        return None
    # Guarantees are counted per student: two courses left at once must see each other.
    User.objects.select_for_update(no_key=True).only("pk").get(pk=enrollment.student_id)
    preview = preview_cancellation(enrollment=enrollment, at=at)
    if preview.policy == Policy.GUARANTEE:
        enrollment.guarantee_used_at = at
        enrollment.save(update_fields=["guarantee_used_at"])
    if preview.amount_cents == 0:
        return None
    return _request_refund(
        payment,
        enrollment,
        parts={part.number for part in preview.parts if part.comes_back},
        policy=preview.policy,
        amount_cents=preview.amount_cents,
        by=by,
        reason=reason,
        at=at,
    )


def _request_refund(
    payment: Transaction,
    enrollment: Enrollment,
    *,
    parts: Collection[int],
    policy: str,
    amount_cents: int,
    by: User | None,
    reason: str,
    at: datetime,
) -> RefundRequest | None:
    """Freeze the parts that are due back and request their refund, under the locks of both.

    None while another request of the payment is open: one at a time; or while a bank disputes the
    payment or took it back: the provider would refuse. Splits in a payout that waits
    leave it; those that are paid already are taken back when the refund is booked (REF-9).
    """
    if policy in (Policy.FULL, Policy.GUARANTEE):
        cancel_payouts_holding(payment, at=at, reason="A student left and their payment goes back")
    due = [split for split in lock_splits(payment) if split.part_no in parts]
    place_holds(due, cause=Hold.Cause.CANCELLATION, source_id=enrollment.pk, at=at, by=by)
    if payment.refund_requests.open().exists() or payment.is_in_dispute:
        return None
    request = RefundRequest.objects.create(
        enrollment=enrollment,
        transaction=payment,
        requested_by=by,
        reason=reason,
        policy=policy,
        policy_cents=amount_cents,
        auto_approve_at=at + timedelta(hours=settings.REFUND_AUTO_HOURS),
        created_at=at,
        updated_at=at,
    )
    notify_refund_requested(request=request, enrollment=enrollment, at=at)
    return request


def refund_leftovers(*, at: datetime) -> int:
    """Request what a cancelled enrollment still holds and nobody asked for (rule REF-3).

    A session that was under way when the student left kept its part; if it was not held after all,
    the part goes back too. So does what could not be requested because another refund was under
    way. What the provider can't send, since a bank took the payment back, is left to admins.
    Returns how many requests were made. Safe to repeat.
    """
    left_over = PaymentSplit.objects.filter(
        _is_due_back(), enrollment=OuterRef("pk"), transaction__kind="course"
    )
    cancelled = Enrollment.objects.filter(Exists(left_over), status=Enrollment.Status.CANCELLED)
    found = list(cancelled.order_by("pk"))
    return one_by_one(found, lambda enrollment: _request_leftovers(enrollment, at=at))


def _is_due_back() -> Q:
    """Splits of a cancelled enrollment that have to go back: never taught, or held for that.

    Not while a card dispute holds them too: the provider would refuse the refund.
    """
    standing = Hold.objects.standing().filter(split=OuterRef("pk"))
    return Q(status=PaymentSplit.Status.HELD, delivered_at=None) | Q(
        Exists(standing.filter(cause=Hold.Cause.CANCELLATION)),
        ~Exists(standing.filter(cause=Hold.Cause.CARD_DISPUTE)),
    )


@transaction.atomic
def _request_leftovers(enrollment: Enrollment, *, at: datetime) -> bool:
    lock_enrollment(enrollment)
    payment = locked(Transaction.objects.for_course_of(enrollment)).first()
    sessions = Session.objects.filter(enrollment=enrollment, kind=Session.Kind.COURSE)
    if payment is None or sessions.open().exists():
        return False
    if payment.refund_requests.undone().exists():
        return False
    parts = set(payment.splits.filter(_is_due_back()).values_list("part_no", flat=True))
    due = sum(split.amount_cents for split in lock_splits(payment) if split.part_no in parts)
    amount = min(due, payment.left_cents)
    if payment.status == Transaction.Status.DISPUTE_LOST and amount > 0:
        # The provider sends nothing of such a payment: nobody is promised anything.
        notify_refund_stuck(payment=payment, amount_cents=amount, at=at)
        return False
    # The rule that held when the student left.
    is_guarantee = enrollment.guarantee_used_at == enrollment.cancelled_at
    return amount > 0 and bool(
        _request_refund(
            payment,
            enrollment,
            parts=parts,
            policy=Policy.GUARANTEE if is_guarantee else Policy.PRO_RATA,
            amount_cents=amount,
            by=None,
            reason="Asked for later: see the enrollment",
            at=at,
        )
    )


# Deciding.


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
    admin, Invalid naming ``amount_cents`` or ``reason``, RefundOpen, SecondAdminNeeded (above the
    limit: the first admin only asks, see ``second_eyes``).
    """
    approved = _approve(request, by, at, amount_cents, reason)
    if approved is None:
        raise SecondAdminNeeded
    return approved


@retried
@transaction.atomic
def _approve(
    request: RefundRequest, by: User | None, at: datetime, amount_cents: int | None, reason: str
) -> RefundRequest | None:
    """The request as it stands now; None where the admin only asked."""
    payment = lock_payment(request.transaction)
    request = locked(RefundRequest.objects.all()).get(pk=request.pk)
    if request.status not in (Status.PENDING, Status.FAILED):
        return request
    if by is not None:
        check_four_eyes(payment, by)
    amount = request.policy_cents if amount_cents is None else amount_cents
    if not request.policy_cents <= amount <= payment.left_cents:
        raise Invalid.field(
            "amount_cents",
            f"From {money_text(request.policy_cents)} to {money_text(payment.left_cents)} "
            "can go back.",
        )
    if amount > request.policy_cents and not reason.strip():
        raise Invalid.field("reason", "Say why more goes back than the rules ask for.")
    if request.status == Status.FAILED and payment.refund_requests.open().exists():
        raise RefundOpen
    if by is not None and not may_leave(
        kind=Confirmation.Kind.REFUND,
        subject_id=request.pk,
        recipient_id=payment.payer_id,
        amount_cents=amount,
        by=by,
        reason=reason,
        at=at,
    ):
        return None
    if by is None:
        drop_wish(kind=Confirmation.Kind.REFUND, subject_id=request.pk, at=at)
    if request.status == Status.FAILED:
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


def approve_overdue(*, at: datetime) -> int:
    """Approve requests that waited 72 hours (rule REF-6); how many."""
    overdue = RefundRequest.objects.filter(status=Status.PENDING, auto_approve_at__lte=at)

    def approve(request: RefundRequest) -> bool:
        try:
            approve_refund(request=request, by=None, at=at)
        except Invalid as error:
            # Less is left than was computed: something went back meanwhile. A person has to look.
            logger.warning("refund request %s can't be approved by itself: %s", request.pk, error)
            notify_refund_refused(request=request, reason=error.message, at=at)
            return False
        return True

    return one_by_one(overdue.select_related("transaction").order_by("auto_approve_at"), approve)


def grant_refund(
    *, payment: Transaction, amount_cents: int, reason: str, by: User, at: datetime
) -> RefundRequest:
    """An admin sends back any amount up to what is left of a payment, approved at once (REF-4).

    Raises Forbidden for anybody but another admin, Invalid naming ``amount_cents`` or ``reason``,
    RefundOpen, WrongMoment while the payment is disputed, SecondAdminNeeded (above the limit: the
    first admin only asks, see ``second_eyes``).
    """
    granted = _grant(payment, amount_cents, reason, by, at)
    if granted is None:
        raise SecondAdminNeeded
    return granted


@retried
@transaction.atomic
def _grant(
    payment: Transaction, amount_cents: int, reason: str, by: User, at: datetime
) -> RefundRequest | None:
    """The approved request; None where the admin only asked."""
    payment = lock_payment(payment)
    check_four_eyes(payment, by)
    if not 1 <= amount_cents <= payment.left_cents:
        raise Invalid.field(
            "amount_cents", f"At most {money_text(payment.left_cents)} can go back."
        )
    if not reason.strip():
        raise Invalid.field("reason", "Say why it goes back.")
    if payment.is_in_dispute:
        raise WrongMoment("A disputed payment can't be refunded: answer the dispute instead.")
    if payment.refund_requests.open().exists():
        raise RefundOpen
    if not may_leave(
        kind=Confirmation.Kind.GRANT,
        subject_id=payment.pk,
        recipient_id=payment.payer_id,
        amount_cents=amount_cents,
        by=by,
        reason=reason,
        at=at,
    ):
        return None
    try:
        with transaction.atomic():
            request = RefundRequest.objects.create(
                enrollment=payment.enrollment,
                transaction=payment,
                requested_by=by,
                decided_by=by,
                reason=reason,
                policy=Policy.ADMIN,
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


def check_four_eyes(payment: Transaction, by: User) -> None:
    """Raises Forbidden for anybody but an admin who neither paid nor studies (rule ROLE-10)."""
    require_another_admin(by, payment.payer_id, payment.student_id)
