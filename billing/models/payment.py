"""What was paid, and to whom each cent belongs."""

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.payout import payout_adds_up
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import Trigger, append_only, fixed, never_deleted, transitions

if TYPE_CHECKING:
    from learning.models import Enrollment


class CheckoutSession(HasStatus, Row):
    """A started payment. Nothing is enrolled before it is paid (rule ENR-3)."""

    class Kind(models.TextChoices):
        COURSE = "course"
        EXTRA = "extra"
        SPONSOR = "sponsor"

    class Status(models.TextChoices):
        OPEN = "open"
        PAID = "paid"
        EXPIRED = "expired"
        FAILED = "failed"
        REFUNDED_DUPLICATE = "refunded_duplicate"

    TRANSITIONS: ClassVar = {
        Status.OPEN: {Status.PAID, Status.EXPIRED, Status.FAILED, Status.REFUNDED_DUPLICATE},
        Status.EXPIRED: {Status.PAID, Status.REFUNDED_DUPLICATE},
        Status.FAILED: {Status.PAID, Status.REFUNDED_DUPLICATE},
        Status.PAID: set(),
        Status.REFUNDED_DUPLICATE: set(),
    }

    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    payer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COURSE)
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    modules_paid = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    stripe_session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.TextField(blank=True)
    expires_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)

    is_paid = Is("status", Status.PAID)
    is_duplicate = Is("status", Status.REFUNDED_DUPLICATE)

    class Meta:
        db_table = "checkout_sessions"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "course", "kind"],
                condition=Q(status="open"),
                name="checkout_one_open",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gte=50), name="checkout_least"),
            models.CheckConstraint(condition=Q(modules_paid__gte=1), name="checkout_modules"),
            models.CheckConstraint(
                condition=Q(status__in=["open", "paid", "expired", "failed", "refunded_duplicate"]),
                name="checkout_status",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(status="open"), name="checkout_open_expires"
            )
        ]

    def __str__(self) -> str:
        return f"checkout {self.pk}: {self.status}"


class TransactionStatus(models.TextChoices):
    """How much of a payment went back, and whether the payer's bank disputes it."""

    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute_lost"


# A dispute that is won goes back to what the refunds alone say; one that is lost is the end.
TRANSACTION_TRANSITIONS: Mapping[str, Set[str]] = {
    TransactionStatus.PAID: {
        TransactionStatus.PARTIALLY_REFUNDED,
        TransactionStatus.REFUNDED,
        TransactionStatus.DISPUTED,
        TransactionStatus.DISPUTE_LOST,
    },
    TransactionStatus.PARTIALLY_REFUNDED: {
        TransactionStatus.REFUNDED,
        TransactionStatus.DISPUTED,
        TransactionStatus.DISPUTE_LOST,
    },
    TransactionStatus.REFUNDED: {TransactionStatus.DISPUTED, TransactionStatus.DISPUTE_LOST},
    TransactionStatus.DISPUTED: {
        TransactionStatus.PAID,
        TransactionStatus.PARTIALLY_REFUNDED,
        TransactionStatus.REFUNDED,
        TransactionStatus.DISPUTE_LOST,
    },
    TransactionStatus.DISPUTE_LOST: set(),
}


def _splits_add_up(name: str, *, payment: str) -> Trigger:
    """At the end of a transaction the splits of a new payment are all of it (rule SPLIT-7)."""
    return Trigger(
        name=name,
        on="AFTER INSERT",
        is_deferred=True,
        declare=f"payment uuid := {payment}; paid bigint; divided bigint;",
        body="""
            SELECT amount_cents INTO paid FROM transactions WHERE id = payment;
            SELECT coalesce(sum(amount_cents), 0) INTO divided
                FROM payment_splits WHERE transaction_id = payment;
            IF paid IS DISTINCT FROM divided THEN
                RAISE EXCEPTION 'splits of payment % add up to %, paid were %',
                    payment, divided, paid
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        """,
    )


def refunds_add_up(name: str, *, on: str, payment: str, condition: str = "") -> Trigger:
    """At the end of a transaction ``refunded_cents`` is the sum of the refunds (rule REF-7)."""
    return Trigger(
        name=name,
        on=on,
        condition=condition,
        is_deferred=True,
        declare=f"payment uuid := {payment}; noted bigint; booked bigint;",
        body="""
            SELECT refunded_cents INTO noted FROM transactions WHERE id = payment;
            SELECT coalesce(sum(amount_cents), 0) INTO booked
                FROM refunds WHERE transaction_id = payment;
            IF noted IS DISTINCT FROM booked THEN
                RAISE EXCEPTION 'refunds of payment % add up to %, noted are %',
                    payment, booked, noted
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        """,
    )


class TransactionQuerySet(models.QuerySet["Transaction"]):
    """Filters of payments."""

    def for_course_of(self, enrollment: "Enrollment") -> "TransactionQuerySet":
        """The payment that opened an enrollment; none if it was given away."""
        return self.filter(enrollment=enrollment, kind="course")


class Transaction(HasStatus, Row):
    """A payment that arrived. Amounts in cents; never edited but for what was refunded."""

    Status = TransactionStatus
    TRANSITIONS: ClassVar = TRANSACTION_TRANSITIONS

    checkout = models.OneToOneField(
        CheckoutSession, on_delete=models.PROTECT, null=True, related_name="transaction"
    )
    payer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    student = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    course = models.ForeignKey("catalog.Course", on_delete=models.PROTECT, related_name="+")
    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=8, default="course")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.PAID)
    stripe_payment_intent_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    stripe_charge_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    fee_cents = models.PositiveIntegerField(null=True, blank=True)
    refunded_cents = models.PositiveIntegerField(default=0)
    paid_at = models.DateTimeField()

    objects = TransactionQuerySet.as_manager()

    class Meta:
        db_table = "transactions"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="transaction_positive"),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("amount_cents")),
                name="transaction_refunded_at_most_all",
            ),
            models.CheckConstraint(
                condition=~Q(status="refunded") | Q(refunded_cents=F("amount_cents")),
                name="transaction_refunded_is_all",
            ),
            listed("status", TransactionStatus, name="transaction_status"),
            transitions("transaction_transitions", TRANSACTION_TRANSITIONS, what="a payment"),
            fixed(
                "transaction_not_edited",
                *("amount_cents", "currency", "payer_id", "student_id", "course_id", "checkout_id"),
                message="a payment is not edited",
            ),
            never_deleted("transaction_not_deleted"),
            _splits_add_up("transaction_is_split", payment="NEW.id"),
            refunds_add_up(
                "transaction_refunds_add_up",
                on="AFTER UPDATE",
                payment="NEW.id",
                condition="OLD.refunded_cents IS DISTINCT FROM NEW.refunded_cents",
            ),
            refunds_add_up(
                "transaction_new_refunds_add_up",
                on="AFTER INSERT",
                payment="NEW.id",
                condition="NEW.refunded_cents <> 0",
            ),
        ]
        indexes = [
            models.Index(fields=["paid_at"], name="transaction_paid_at"),
            models.Index(fields=["course", "paid_at"], name="transaction_course_paid_at"),
            models.Index(fields=["enrollment"], name="transaction_enrollment"),
        ]

    def __str__(self) -> str:
        return f"payment {self.pk}: {self.status}"

    @property
    def left_cents(self) -> int:
        """What did not go back of it."""
        return self.amount_cents - self.refunded_cents

    @property
    def is_in_dispute(self) -> bool:
        """Whether the payer's bank disputes it or took it back, whatever was refunded besides."""
        return self.status in (self.Status.DISPUTED, self.Status.DISPUTE_LOST)

    @property
    def status_by_refunds(self) -> str:
        """What the payment is by its refunds alone."""
        if self.refunded_cents >= self.amount_cents:
            return self.Status.REFUNDED
        return self.Status.PARTIALLY_REFUNDED if self.refunded_cents else self.Status.PAID

    def follow(self, status: str) -> None:
        """Bring it to a status, unsaved; where it is there already nothing happens.

        Raises WrongMoment for a transition that its table does not have.
        """
        if self.status != status:
            self.transition_to(status)


class SplitStatus(StatusChoices):
    """Where a share is on its way from the payer to its recipient (rule ESC-3)."""

    HELD = "held", State("info", "hourglass", "Releasing")
    FROZEN = "frozen", State("warn", "snowflake", "Frozen")
    RELEASABLE = "releasable", State("brand", "lock-open", "Available")
    QUEUED = "queued", State("info", "send", "In a payout")
    PAID = "paid", State("ok", "circle-check", "Paid")
    RETAINED = "retained", State("neutral", "receipt", "Kept")
    REFUNDED = "refunded", State("neutral", "undo-2", "Refunded")
    REVERSED = "reversed", State("danger", "undo-2", "Reversed")


SPLIT_TRANSITIONS: Mapping[str, Set[str]] = {
    SplitStatus.HELD: {
        SplitStatus.RELEASABLE,
        SplitStatus.RETAINED,
        SplitStatus.FROZEN,
        SplitStatus.REFUNDED,
    },
    SplitStatus.RELEASABLE: {
        SplitStatus.QUEUED,
        SplitStatus.RETAINED,
        SplitStatus.FROZEN,
        SplitStatus.REFUNDED,
    },
    SplitStatus.QUEUED: {SplitStatus.PAID, SplitStatus.RELEASABLE},
    SplitStatus.FROZEN: {SplitStatus.HELD, SplitStatus.RELEASABLE, SplitStatus.REFUNDED},
    SplitStatus.PAID: {SplitStatus.REVERSED},
    SplitStatus.RETAINED: {SplitStatus.REVERSED},
    SplitStatus.REFUNDED: set(),
    SplitStatus.REVERSED: set(),
}


def frozen_means_held(name: str, *, split: str, on: str, condition: str = "") -> Trigger:
    """At the end of a transaction a split is frozen exactly while a hold stands on it."""
    return Trigger(
        name=name,
        on=on,
        condition=condition,
        is_deferred=True,
        declare=f"asked uuid := {split}; stands text; is_held boolean;",
        body="""
            SELECT status INTO stands FROM payment_splits WHERE id = asked;
            is_held := EXISTS (SELECT FROM holds WHERE split_id = asked AND lifted_at IS NULL);
            IF (stands = 'frozen') <> is_held THEN
                RAISE EXCEPTION 'split % is %, but a hold stands on it: %', asked, stands, is_held
                    USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
            END IF;
            RETURN NULL;
        """,
    )


class SplitShare(models.TextChoices):
    """Whose share it is."""

    PLATFORM = "platform"
    ROYALTY = "royalty"
    TEACHING = "teaching"


class PaymentSplit(HasStatus, Row):
    """One share of one part of a payment (rule SPLIT-6): 3 rows for each paid module."""

    Share = SplitShare
    Status = SplitStatus
    TRANSITIONS: ClassVar = SPLIT_TRANSITIONS

    class RecipientType(models.TextChoices):
        PLATFORM = "platform"
        CREATOR = "creator"
        STUDENT_TEACHER = "student_teacher"

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="splits")
    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    part_no = models.PositiveSmallIntegerField()
    share = models.CharField(max_length=8, choices=Share.choices)
    recipient = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    recipient_type = models.CharField(max_length=15, choices=RecipientType.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2)
    amount_cents = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=SplitStatus.choices, default=Status.HELD)
    session = models.ForeignKey(
        "scheduling.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    releasable_at = models.DateTimeField(null=True, blank=True)
    payout = models.ForeignKey(
        "billing.Payout", on_delete=models.PROTECT, null=True, blank=True, related_name="splits"
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    stripe_transfer_id = models.CharField(max_length=255, blank=True)
    refund = models.ForeignKey(
        "billing.Refund", on_delete=models.PROTECT, null=True, blank=True, related_name="splits"
    )

    is_held = Is("status", SplitStatus.HELD)
    is_for_teaching = Is("share", SplitShare.TEACHING)

    class Meta:
        db_table = "payment_splits"
        constraints = [
            models.UniqueConstraint(fields=["transaction", "part_no", "share"], name="split_once"),
            models.CheckConstraint(condition=Q(part_no__gte=1), name="split_part_from_1"),
            models.CheckConstraint(
                condition=~Q(share="platform") | Q(recipient__isnull=True),
                name="split_platform_has_no_recipient",
            ),
            models.CheckConstraint(
                condition=~Q(share="teaching", status__in=["releasable", "queued", "paid"])
                | Q(recipient__isnull=False, session__isnull=False),
                name="split_teaching_needs_session",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["queued", "paid"]) | Q(payout__isnull=False),
                name="split_queued_needs_payout",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid") | Q(paid_at__isnull=False), name="split_paid_at"
            ),
            models.CheckConstraint(
                condition=~Q(status="retained") | Q(share="platform"), name="split_retained_share"
            ),
            listed("status", SplitStatus, name="split_status"),
            listed("share", SplitShare, name="split_share"),
            transitions("split_transitions", SPLIT_TRANSITIONS, what="a split"),
            fixed(
                "split_not_edited",
                *("transaction_id", "part_no", "share", "amount_cents", "percent"),
                message="a split is not edited: only its status and its recipient change",
            ),
            never_deleted("split_not_deleted"),
            frozen_means_held(
                "split_is_held",
                split="NEW.id",
                on="AFTER UPDATE",
                condition="OLD.status <> NEW.status AND 'frozen' IN (OLD.status, NEW.status)",
            ),
            frozen_means_held(
                "new_split_is_held",
                split="NEW.id",
                on="AFTER INSERT",
                condition="NEW.status = 'frozen'",
            ),
            _splits_add_up("splits_add_up", payment="NEW.transaction_id"),
            payout_adds_up(
                "payout_splits_add_up",
                "OLD.payout_id",
                "NEW.payout_id",
                on="AFTER UPDATE",
                condition="OLD.payout_id IS DISTINCT FROM NEW.payout_id",
            ),
            payout_adds_up(
                "payout_new_splits_add_up",
                "NEW.payout_id",
                on="AFTER INSERT",
                condition="NEW.payout_id IS NOT NULL",
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "status"], name="split_recipient_status"),
            models.Index(fields=["status", "releasable_at"], name="split_status_releasable"),
            models.Index(fields=["session"], name="split_session"),
            models.Index(
                fields=["delivered_at", "recipient"],
                condition=Q(status="releasable"),
                name="split_releasable_oldest",
            ),
            models.Index(
                fields=["recipient", "delivered_at", "id"],
                condition=Q(status="releasable"),
                name="split_releasable_of",
            ),
            models.Index(
                fields=["recipient", "-delivered_at", "-id"],
                condition=Q(delivered_at__isnull=False),
                name="split_recipient_delivered",
            ),
        ]

    def __str__(self) -> str:
        return f"part {self.part_no} {self.share}: {self.status}"


class SplitEvent(Row):
    """A transition of a split: who, from, to, why, by which event (ESC-6). Append-only."""

    split = models.ForeignKey(PaymentSplit, on_delete=models.PROTECT, related_name="events")
    from_status = models.CharField(max_length=10, blank=True)
    to_status = models.CharField(max_length=10)
    actor = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    event_id = models.CharField(max_length=255, blank=True)
    reason = models.TextField(max_length=2000, blank=True)
    at = models.DateTimeField()

    class Meta:
        db_table = "split_events"
        constraints = [append_only("split_events_append_only")]

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"
