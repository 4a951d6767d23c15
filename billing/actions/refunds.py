"""Leaving a course: what comes back, and why, before and after the confirmation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet, Sum

from accounts.models import User
from billing.actions.money_letters import tell_refund_requested
from billing.actions.payout_rows import free_rows
from billing.actions.refund_plan import GONE
from billing.ledger import place_holds
from billing.models import Hold, PaymentSplit, RefundRequest, Transaction
from learning.actions.enrolling import close_enrollment
from learning.actions.locks import lock_enrollment
from learning.models import Enrollment
from peerloop.kit.refusals import Conflict, Invalid
from peerloop.kit.retries import retried
from scheduling.actions.cancelling import cancel_future_sessions
from scheduling.models import Session

Policy = RefundRequest.Policy
OPEN = (
    RefundRequest.Status.PENDING,
    RefundRequest.Status.APPROVED,
    RefundRequest.Status.PROCESSING,
)
GUARANTEE_DAYS = 7
GUARANTEES_A_YEAR = 2
LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One session's part of the price: where it stands, and whether it would come back."""

    number: int
    amount_cents: int
    state: str  # taught, running, ahead, gone
    comes_back: bool


@dataclass(frozen=True, slots=True)
class RefundPreview:
    """What would come back now. ``policy`` is empty for an enrollment without a payment."""

    policy: str
    amount_cents: int
    paid_cents: int
    refunded_cents: int
    currency: str
    delivered: int
    parts: tuple[PreviewPart, ...]

    @property
    def kept_cents(self) -> int:
        """What stays with those who taught."""
        return self.paid_cents - self.refunded_cents - self.amount_cents


@retried
@transaction.atomic
def cancel_enrollment(
    *, enrollment: Enrollment, by: User, reason: str, at: datetime
) -> RefundRequest | None:
    """End an enrollment at once (rule REF-5): future sessions cancelled, the rows due back frozen,
    a refund request with the computed amount made. The request, or None if nothing is due; also
    while another refund of the payment is on its way: then it is asked for after that
    (``refund_leftovers``), see ``due_cents``.

    Locks enrollment, sessions, payment, rows. Safe to repeat: a cancelled enrollment answers with
    the request that it has. Raises Conflict for a completed or disputed enrollment, Invalid for a
    reason that is too long.
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
    payment = lock_payment(enrollment)
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
    numbers = {part.number for part in preview.parts if part.comes_back}
    return ask_refund(
        enrollment=enrollment,
        payment=payment,
        parts=numbers,
        policy=preview.policy,
        amount_cents=preview.amount_cents,
        by=by,
        reason=reason,
        at=at,
    )


def lock_payment(enrollment: Enrollment) -> Transaction | None:
    """The payment behind an enrollment, locked; its rows come after it."""
    rows = Transaction.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(enrollment=enrollment, kind="course").first()


def lock_rows(payment: Transaction) -> list[PaymentSplit]:
    """The rows of a locked payment, locked, by part."""
    rows = payment.splits.select_for_update(of=("self",), no_key=True)
    return list(rows.order_by("part_no", "share"))


def ask_refund(
    *,
    enrollment: Enrollment,
    payment: Transaction,
    parts: set[int],
    policy: str,
    amount_cents: int,
    by: User | None,
    reason: str,
    at: datetime,
) -> RefundRequest | None:
    """Freeze the parts that are due back and ask for the refund (rule REF-5).

    None while another request of the payment is open: one at a time. Under the locks of enrollment
    and payment. Rows in a payout that waits leave it; those that are paid already are taken back
    when the refund is booked (REF-9).
    """
    if policy in (Policy.FULL, Policy.GUARANTEE):
        free_rows(payment, at=at, reason="A student left and their payment goes back")
    due = [row for row in lock_rows(payment) if row.part_no in parts]
    place_holds(due, cause=Hold.Cause.CANCELLATION, source_id=enrollment.pk, at=at, by=by)
    if payment.refund_requests.filter(status__in=OPEN).exists():
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
    tell_refund_requested(request=request, enrollment=enrollment, at=at)
    return request


def preview_cancellation(*, enrollment: Enrollment, at: datetime) -> RefundPreview:
    """The computed refund (rules REF-1 to REF-4); changes nothing.

    Nothing held: all. The first session held, within seven days, no second one begun, and the
    guarantee not used up: all. Otherwise the parts that were not taught. A session that is under
    way counts as held until it turns out that it was not; then its part follows
    (``refund_leftovers``).
    """
    payment = Transaction.objects.filter(enrollment=enrollment, kind="course").first()
    if payment is None:
        return RefundPreview("", 0, 0, 0, "usd", 0, ())
    rows = list(payment.splits.order_by("part_no", "share"))
    running, undecided = _running(enrollment), _undecided(enrollment, at)
    states = _states(rows, running=running + undecided)
    taught = sum(state == "taught" for state in states.values())
    left = payment.amount_cents - payment.refunded_cents
    due = [number for number, state in states.items() if state == "ahead"]
    policy, amount = Policy.PRO_RATA, min(_sum(rows, due), left)
    if taught + running == 0:
        due = [number for number, state in states.items() if state != "gone"]
        policy, amount = Policy.FULL, left
    elif _guarantee_holds(enrollment, rows, at):
        due = [number for number, state in states.items() if state != "gone"]
        policy, amount = Policy.GUARANTEE, left
    return RefundPreview(
        policy=policy,
        amount_cents=amount,
        paid_cents=payment.amount_cents,
        refunded_cents=payment.refunded_cents,
        currency=payment.currency,
        delivered=taught,
        parts=tuple(
            PreviewPart(number, _sum(rows, [number]), state, number in due)
            for number, state in states.items()
        ),
    )


def _sum(rows: list[PaymentSplit], numbers: list[int]) -> int:
    return sum(row.amount_cents for row in rows if row.part_no in numbers)


def _running(enrollment: Enrollment) -> int:
    """How many sessions of the enrollment are under way: they end after the enrollment does."""
    return _of_course(enrollment).filter(status=Session.Status.IN_PROGRESS).count()


def _undecided(enrollment: Enrollment, at: datetime) -> int:
    """How many are over by the clock, and nobody said yet whether they were held."""
    open_ones = _of_course(enrollment).filter(status=Session.Status.SCHEDULED)
    return open_ones.filter(scheduled_end__lte=at).count()


def _of_course(enrollment: Enrollment) -> QuerySet[Session]:
    return Session.objects.filter(enrollment=enrollment, kind=Session.Kind.COURSE)


def _states(rows: list[PaymentSplit], *, running: int) -> dict[int, str]:
    """Where each part stands: taught, running, ahead, or gone with an earlier refund."""
    states: dict[int, str] = {}
    for row in rows:
        if row.delivered_at:
            states[row.part_no] = "taught"
        elif row.status in GONE:
            states[row.part_no] = "gone"
        else:
            states[row.part_no] = "ahead"
    ahead = [number for number, state in states.items() if state == "ahead"]
    for number in ahead[:running]:
        states[number] = "running"
    return states


def _guarantee_holds(enrollment: Enrollment, rows: list[PaymentSplit], at: datetime) -> bool:
    """The first-session guarantee (rule REF-2): once per course, twice in twelve months."""
    held = {Session.Status.IN_PROGRESS, Session.Status.COMPLETED}
    begun = Session.objects.filter(enrollment=enrollment, status__in=held)
    delivered = {row.part_no: row.delivered_at for row in rows if row.delivered_at}
    if len(delivered) > 1 or begun.exclude(kind=Session.Kind.INTRO).count() > 1:
        return False
    first = min((moment for moment in delivered.values() if moment), default=at)
    if at > first + timedelta(days=GUARANTEE_DAYS):
        return False
    others = Enrollment.objects.filter(student_id=enrollment.student_id)
    used = others.exclude(guarantee_used_at=None)
    if used.filter(course_id=enrollment.course_id).exists():
        return False
    return used.filter(guarantee_used_at__gt=at - timedelta(days=365)).count() < GUARANTEES_A_YEAR


def due_cents(enrollment: Enrollment) -> int:
    """What a cancelled enrollment waits to get back and was not asked for yet."""
    waiting = Hold.objects.standing().filter(cause=Hold.Cause.CANCELLATION, source_id=enrollment.pk)
    payment = Transaction.objects.filter(enrollment=enrollment, kind="course").first()
    if payment is None or enrollment.status != Enrollment.Status.CANCELLED:
        return 0
    left = payment.amount_cents - payment.refunded_cents
    return min(waiting.aggregate(cents=Sum("split__amount_cents", default=0))["cents"], left)
