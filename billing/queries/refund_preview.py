"""What a student gets back by leaving a course now (rules REF-1 to REF-4)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum

from billing.models import Hold, PaymentSplit, RefundRequest, Transaction
from learning.models import Enrollment
from peerloop.kit.predicates import Is
from scheduling.models import Session

Policy = RefundRequest.Policy
Status = Session.Status
# Splits that went back to the payer.
GONE = (PaymentSplit.Status.REFUNDED, PaymentSplit.Status.REVERSED)
GUARANTEE_DAYS = 7
GUARANTEES_A_YEAR = 2


@dataclass(frozen=True, slots=True)
class PreviewPart:
    """One session's part of the price: where it stands, and whether it would come back."""

    number: int
    amount_cents: int
    state: str  # taught, running, ahead, gone
    comes_back: bool

    is_taught = Is("state", "taught")
    is_running = Is("state", "running")
    is_gone = Is("state", "gone")


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

    is_full = Is("policy", RefundRequest.Policy.FULL)
    is_guarantee = Is("policy", RefundRequest.Policy.GUARANTEE)

    @property
    def kept_cents(self) -> int:
        """What stays with those who taught."""
        return self.paid_cents - self.refunded_cents - self.amount_cents


def preview_cancellation(*, enrollment: Enrollment, at: datetime) -> RefundPreview:
    """The refund by the rules; changes nothing.

    All of it before the first session, and within the first-session guarantee; otherwise the parts
    that were not taught. A session that is under way counts as held until it turns out that it was
    not; its part is refunded then (``refund_leftovers``).
    """
    payment = Transaction.objects.for_course_of(enrollment).first()
    if payment is None:
        return RefundPreview("", 0, 0, 0, "usd", 0, ())
    splits = list(payment.splits.order_by("part_no", "share"))
    running, undecided = _sessions_without_outcome(enrollment, at)
    states = _states(splits, running=running + undecided)
    taught = sum(state == "taught" for state in states.values())
    due = [number for number, state in states.items() if state != "gone"]
    if taught + running == 0:
        policy, amount = Policy.FULL, payment.left_cents
    elif _guarantee_holds(enrollment, splits, at):
        policy, amount = Policy.GUARANTEE, payment.left_cents
    else:
        due = [number for number, state in states.items() if state == "ahead"]
        policy, amount = Policy.PRO_RATA, min(_cents(splits, due), payment.left_cents)
    return RefundPreview(
        policy=policy,
        amount_cents=amount,
        paid_cents=payment.amount_cents,
        refunded_cents=payment.refunded_cents,
        currency=payment.currency,
        delivered=taught,
        parts=tuple(
            PreviewPart(number, _cents(splits, [number]), state, number in due)
            for number, state in states.items()
        ),
    )


def due_cents(enrollment: Enrollment) -> int:
    """What a cancelled enrollment still has to get back, whether it was asked for yet or not."""
    payment = Transaction.objects.for_course_of(enrollment).first()
    if payment is None or enrollment.status != Enrollment.Status.CANCELLED:
        return 0
    holds = Hold.objects.standing().filter(cause=Hold.Cause.CANCELLATION, source_id=enrollment.pk)
    held = holds.aggregate(cents=Sum("split__amount_cents", default=0))["cents"]
    return min(held, payment.left_cents)


def _cents(splits: Sequence[PaymentSplit], parts: Collection[int]) -> int:
    return sum(split.amount_cents for split in splits if split.part_no in parts)


def _sessions_without_outcome(enrollment: Enrollment, at: datetime) -> tuple[int, int]:
    """How many sessions are under way, and how many are over by the clock but not yet decided."""
    sessions = Session.objects.open().filter(enrollment=enrollment, kind=Session.Kind.COURSE)
    found = list(sessions.values_list("status", "scheduled_end"))
    running = sum(status == Status.IN_PROGRESS for status, _ in found)
    return running, sum(status == Status.SCHEDULED and end <= at for status, end in found)


def _states(splits: Sequence[PaymentSplit], *, running: int) -> dict[int, str]:
    """Where each part stands: taught, running, ahead, or gone with an earlier refund."""
    states: dict[int, str] = {}
    for split in splits:
        if split.delivered_at:
            states[split.part_no] = "taught"
        else:
            states[split.part_no] = "gone" if split.status in GONE else "ahead"
    ahead = [number for number, state in states.items() if state == "ahead"]
    return states | dict.fromkeys(ahead[:running], "running")


def _guarantee_holds(enrollment: Enrollment, splits: Sequence[PaymentSplit], at: datetime) -> bool:
    """The first-session guarantee (rule REF-2): once per course, twice in twelve months."""
    begun = Session.objects.filter(
        enrollment=enrollment, status__in=[Status.IN_PROGRESS, Status.COMPLETED]
    )
    delivered = {split.part_no: split.delivered_at for split in splits if split.delivered_at}
    if len(delivered) > 1 or begun.exclude(kind=Session.Kind.INTRO).count() > 1:
        return False
    if at > min(delivered.values(), default=at) + timedelta(days=GUARANTEE_DAYS):
        return False
    used = Enrollment.objects.filter(student_id=enrollment.student_id).exclude(
        guarantee_used_at=None
    )
    if used.filter(course_id=enrollment.course_id).exists():
        return False
    return used.filter(guarantee_used_at__gt=at - timedelta(days=365)).count() < GUARANTEES_A_YEAR
