"""What a teacher or creator has earned, and where it is now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from billing.models import BalanceAdjustment, Hold, PaymentSplit, Payout
from billing.roles import ACTIVE
from learning.models import Enrollment
from peerloop.kit.roles import roles_of
from peerloop.kit.statements import statement

Status = PaymentSplit.Status
# Shares that were paid or went back are in none of the sums, so that history is not read.
# The last: teaching shares of sessions to come are nobody's yet, most likely the present teacher's.
EARNINGS = statement(
    """
SELECT coalesce(sum(amount_cents) FILTER (WHERE status = 'releasable'), 0)::bigint,
    coalesce(sum(amount_cents) FILTER (
        WHERE status = 'held' AND delivered_at IS NOT NULL), 0)::bigint,
    coalesce(sum(amount_cents) FILTER (
        WHERE status = 'frozen' AND delivered_at IS NOT NULL), 0)::bigint,
    coalesce(sum(amount_cents) FILTER (
        WHERE status = 'held' AND delivered_at IS NULL), 0)::bigint,
    min(releasable_at) FILTER (WHERE status = 'held' AND delivered_at IS NOT NULL),
    (SELECT coalesce(sum(amount_cents), 0)::bigint FROM payouts
     WHERE recipient_id = %(user)s AND status IN ('pending', 'processing')),
    (SELECT coalesce(sum(amount_cents - reversed_cents), 0)::bigint FROM payouts
     WHERE recipient_id = %(user)s AND status = 'paid'),
    (SELECT coalesce(sum(amount_cents), 0)::bigint FROM balance_adjustments
     WHERE recipient_id = %(user)s AND payout_id IS NULL),
    (SELECT coalesce(sum(amount_cents), 0)::bigint FROM payment_splits
     WHERE share = 'teaching' AND delivered_at IS NULL AND status = 'held'
        AND enrollment_id IN (SELECT id FROM enrollments
            WHERE teacher_id = %(user)s AND {active}))
FROM payment_splits
WHERE recipient_id = %(user)s AND status IN ('held', 'frozen', 'releasable')
""",
    active=Enrollment.active_sql(),
)


@dataclass(frozen=True, slots=True)
class Earnings:
    """Cents by place (rule OUT-1). ``upcoming`` belongs to sessions not yet taught.

    What is in a payout is no longer available, but pending until it is paid. ``paid`` is what
    really went out: what was taken back of it is not in it.
    """

    available_cents: int
    held_cents: int
    frozen_cents: int
    queued_cents: int
    adjustment_cents: int
    paid_cents: int
    upcoming_cents: int
    next_release_at: datetime | None

    @property
    def pending_balance_cents(self) -> int:
        """Delivered and unpaid, with adjustments that no payout has settled."""
        return self.available_cents + self.held_cents + self.frozen_cents + self.queued_cents

    @property
    def total_earned_cents(self) -> int:
        """Pending and paid."""
        return self.pending_balance_cents + self.paid_cents


def earnings_of(user: User) -> Earnings:
    """The figures of the earnings page, in one statement.

    In SQL and not with the ORM: the dashboard asks too, and each statement that the ORM builds
    costs more than to run it.
    """
    with connection.cursor() as cursor:
        cursor.execute(EARNINGS, {"user": user.pk})
        row = cursor.fetchone()
    available, held, frozen, upcoming, next_release, queued, paid, adjusted, to_teach = row
    return Earnings(
        available_cents=available + adjusted,
        held_cents=held,
        frozen_cents=frozen,
        queued_cents=queued,
        adjustment_cents=adjusted,
        paid_cents=paid,
        upcoming_cents=upcoming + to_teach,
        next_release_at=next_release,
    )


def payout_least_cents(user: User) -> int:
    """The least that the member can ask for; none for who can't earn any more (rule OUT-2)."""
    return least_cents_of(roles_of(user))


def least_cents_of(roles: Iterable[str]) -> int:
    """The same, of somebody with these roles.

    For those who can't earn any more nothing would ever be added to a smaller rest, which also
    keeps an account open.
    """
    still_earns = not set(ACTIVE).isdisjoint(roles)
    return settings.PAYOUT_LEAST_CENTS if still_earns else 1


@dataclass(frozen=True, slots=True)
class CourseEarnings:
    """What one course brought a member, in cents: delivered shares that stand."""

    course_id: object
    title: str
    teaching_cents: int
    royalty_cents: int

    @property
    def cents(self) -> int:
        """Both shares."""
        return self.teaching_cents + self.royalty_cents


def earnings_by_course(user: User) -> list[CourseEarnings]:
    """Delivered shares by course, the largest first; one statement."""
    gone = (Status.REFUNDED, Status.REVERSED)
    rows = (
        PaymentSplit.objects.filter(recipient=user, delivered_at__isnull=False)
        .exclude(status__in=gone)
        .values("transaction__course_id", "transaction__course__title")
        .annotate(
            teaching=Sum("amount_cents", filter=Q(share="teaching"), default=0),
            royalty=Sum("amount_cents", filter=Q(share="royalty"), default=0),
        )
    )
    found = [
        CourseEarnings(
            course_id=row["transaction__course_id"],
            title=row["transaction__course__title"],
            teaching_cents=row["teaching"],
            royalty_cents=row["royalty"],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.cents, one.title))


def earned_rows(user: User) -> QuerySet[PaymentSplit]:
    """The member's delivered rows, newest first, with what each is for."""
    return (
        PaymentSplit.objects.filter(recipient=user, delivered_at__isnull=False)
        .select_related("transaction__course", "transaction__student", "session")
        .order_by("-delivered_at", "-pk")
    )


def payouts_of(user: User) -> QuerySet[Payout]:
    """The member's payouts, newest first."""
    return Payout.objects.filter(recipient=user).order_by("-created_at", "-pk")


def adjustments_of(user: User) -> QuerySet[BalanceAdjustment]:
    """Signed amounts beside the member's shares, newest first."""
    rows = BalanceAdjustment.objects.filter(recipient=user)
    return rows.select_related("split__transaction__course", "payout").order_by(
        "-created_at", "-pk"
    )


def rows_to_approve(creator: User, *, at: datetime) -> QuerySet[PaymentSplit]:
    """Teaching shares in the creator's own courses in their waiting days, and flagged ones (ESC-4).

    One row a session, the next to be released first. Their own teaching is not among them.
    """
    flag = Hold.objects.standing().filter(cause=Hold.Cause.FLAG, placed_by=creator)
    waiting = Q(status=Status.HELD, releasable_at__gt=at) | Exists(
        flag.filter(split=OuterRef("pk"))
    )
    return (
        PaymentSplit.objects.filter(
            waiting,
            transaction__course__creator=creator,
            # What has a standing hold is frozen: so the index of states leaves history aside.
            status__in=(Status.HELD, Status.FROZEN),
            share="teaching",
            delivered_at__isnull=False,
        )
        .exclude(recipient=creator)
        .select_related("transaction__course", "transaction__student", "recipient", "session")
        .order_by("releasable_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class SplitMilestone:
    """One thing that happened to a share, or will."""

    icon: str
    words: str
    at: datetime | None


WORDS = {
    Status.HELD: ("lock", "Held"),
    Status.FROZEN: ("snowflake", "Frozen until a question is answered"),
    Status.RELEASABLE: ("lock-open", "Released: it can be sent"),
    Status.QUEUED: ("send", "Asked for with a payout"),
    Status.PAID: ("circle-check", "Sent to your payout account"),
    Status.REFUNDED: ("undo-2", "Went back to the student"),
    Status.REVERSED: ("undo-2", "Went back to the student after it was paid"),
}


def milestones_of(row: PaymentSplit) -> list[SplitMilestone]:
    """What became of a share since it was taught, in words; what comes next while held."""
    events = row.events.filter(at__gte=row.delivered_at) if row.delivered_at else row.events.none()
    milestones = [
        SplitMilestone(*WORDS[Status(event.to_status)], event.at)
        for event in events.order_by("at", "pk")
        if event.to_status in WORDS
    ]
    if row.status == Status.HELD:
        milestones.append(
            SplitMilestone("hourglass", "Held until it is released", row.releasable_at)
        )
    return milestones
