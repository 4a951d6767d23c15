"""What was paid, and how much of it went back."""

from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.checkout import CheckoutSession
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.triggers import Trigger, fixed, never_deleted, never_truncated, transitions

if TYPE_CHECKING:
    from learning.models import Enrollment


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


def splits_add_up(name: str, *, payment: str) -> Trigger:
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
            never_truncated("transaction_not_truncated"),
            splits_add_up("transaction_is_split", payment="NEW.id"),
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
            models.Index(fields=["payer", "-paid_at", "-id"], name="transaction_of_payer"),
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
