"""Leaving a course: what comes back, and why, before and after the confirmation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.notices import notify
from billing.ledger import move_splits
from billing.models import PaymentSplit, RefundRequest, Transaction
from learning.actions.enrolling import close_enrollment
from learning.models import Enrollment
from peerloop.kit.formats import money_text
from peerloop.kit.refusals import Conflict, Invalid
from scheduling.actions.cancelling import cancel_future_sessions
from scheduling.models import Session

Policy = RefundRequest.Policy
Split = PaymentSplit.Status
GUARANTEE_DAYS = 7
GUARANTEES_A_YEAR = 2
UNPAID = (Split.HELD, Split.RELEASABLE, Split.FROZEN)


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """What would come back now. ``policy`` is empty for an enrollment without a payment."""

    policy: str
    amount_cents: int
    paid_cents: int
    currency: str
    parts: int
    delivered: int
    rows: tuple[PaymentSplit, ...]

    @property
    def kept_cents(self) -> int:
        """What stays with those who taught."""
        return self.paid_cents - self.amount_cents


def preview_cancellation(*, enrollment: Enrollment, at: datetime) -> RefundPreview:
    """The computed refund (rules REF-1 to REF-4); changes nothing.

    Nothing delivered: all. One session delivered, within seven days, no second one begun, and the
    guarantee not used up: all. Otherwise the rows of the parts that were not taught.
    """
    payment = _payment_of(enrollment)
    if payment is None:
        return RefundPreview("", 0, 0, "usd", enrollment.modules_paid, 0, ())
    rows = list(payment.splits.order_by("part_no", "share"))
    delivered = {row.part_no for row in rows if row.delivered_at}
    open_rows = [row for row in rows if row.status in UNPAID]
    if not delivered:
        policy, due = Policy.FULL, open_rows
    elif _guarantee_holds(enrollment, rows, at):
        policy, due = Policy.GUARANTEE, open_rows
    else:
        policy = Policy.PRO_RATA
        due = [row for row in open_rows if row.part_no not in delivered]
    return RefundPreview(
        policy=policy,
        amount_cents=sum(row.amount_cents for row in due),
        paid_cents=payment.amount_cents,
        currency=payment.currency,
        parts=max((row.part_no for row in rows), default=0),
        delivered=len(delivered),
        rows=tuple(due),
    )


def _payment_of(enrollment: Enrollment) -> Transaction | None:
    return Transaction.objects.filter(enrollment=enrollment, kind="course").first()


def _guarantee_holds(enrollment: Enrollment, rows: list[PaymentSplit], at: datetime) -> bool:
    """The first-session guarantee (rule REF-2): once per course, twice in twelve months."""
    delivered = [row for row in rows if row.delivered_at]
    first = min(row.delivered_at for row in delivered if row.delivered_at)
    if len({row.part_no for row in delivered}) > 1:
        return False
    if at > first + timedelta(days=GUARANTEE_DAYS):
        return False
    begun = Session.objects.filter(enrollment=enrollment, started_at__isnull=False).exclude(
        status__in=[Session.Status.CANCELLED, Session.Status.NO_SHOW]
    )
    if begun.count() > 1:
        return False
    used = Enrollment.objects.filter(student_id=enrollment.student_id).exclude(
        guarantee_used_at=None
    )
    if used.filter(course_id=enrollment.course_id).exists():
        return False
    return used.filter(guarantee_used_at__gt=at - timedelta(days=365)).count() < GUARANTEES_A_YEAR


@transaction.atomic
def cancel_enrollment(
    *, enrollment: Enrollment, by: User, reason: str, at: datetime
) -> RefundRequest | None:
    """End an enrollment at once (rule REF-5): future sessions cancelled, the rows due back frozen,
    a refund request with the computed amount made. The request, or None if nothing is due.

    Safe to repeat: a cancelled enrollment answers with the request that it has. Raises Conflict for
    a completed or disputed enrollment, Invalid for a reason that is too long.
    """
    if len(reason) > 2000:
        raise Invalid.field("reason", "Use at most 2,000 characters.")
    enrollment = Enrollment.objects.select_for_update(of=("self",), no_key=True).get(
        pk=enrollment.pk
    )
    if enrollment.status == Enrollment.Status.CANCELLED:
        return RefundRequest.objects.filter(enrollment=enrollment).order_by("-created_at").first()
    if not enrollment.is_active:
        raise Conflict(
            f"This enrollment is {enrollment.get_status_display().lower()}: it can't be cancelled.",
            code="wrong_moment",
        )
    cancel_future_sessions(
        enrollment=enrollment, by=by, reason=reason or "Enrollment cancelled", at=at
    )
    _lock_rows(enrollment)
    preview = preview_cancellation(enrollment=enrollment, at=at)
    if preview.policy == Policy.GUARANTEE:
        enrollment.guarantee_used_at = at
        enrollment.save(update_fields=["guarantee_used_at"])
    close_enrollment(enrollment=enrollment, by=by, reason=reason, at=at)
    if preview.amount_cents == 0:
        return None
    return _ask_refund(enrollment, preview, by=by, reason=reason, at=at)


def _lock_rows(enrollment: Enrollment) -> None:
    payment = _payment_of(enrollment)
    if payment is not None:
        Transaction.objects.select_for_update(of=("self",), no_key=True).get(pk=payment.pk)
        list(payment.splits.select_for_update(of=("self",), no_key=True).order_by("part_no", "pk"))


def _ask_refund(
    enrollment: Enrollment, preview: RefundPreview, *, by: User, reason: str, at: datetime
) -> RefundRequest:
    to_freeze = [row for row in preview.rows if row.status != Split.FROZEN]
    move_splits(to_freeze, Split.FROZEN, at=at, actor=by, reason="enrollment cancelled")
    request = RefundRequest.objects.create(
        enrollment=enrollment,
        transaction=preview.rows[0].transaction,
        requested_by=by,
        reason=reason,
        policy=preview.policy,
        policy_cents=preview.amount_cents,
        auto_approve_at=at + timedelta(hours=settings.REFUND_AUTO_HOURS),
    )
    amount = money_text(preview.amount_cents, preview.currency)
    notify(
        people=User.objects.active().filter(is_admin=True),
        kind="refund",
        title=f"Refund asked: {amount}",
        url="/admin/billing/refundrequest/",
        dedupe_key=f"refund-requested:{request.pk}",
        email="refund-requested",
        context={"amount": amount, "url": "/admin/billing/refundrequest/"},
        at=at,
    )
    notify(
        people=[enrollment.student],
        kind="refund",
        title=f"{amount} comes back to you",
        body="Approved within 72 hours, then your bank needs a few days.",
        url="/learn",
        dedupe_key=f"refund-due:{request.pk}",
        at=at,
    )
    return request
