"""The shares of a payment: to whom each cent belongs, and what became of it."""

from collections.abc import Mapping, Set
from typing import ClassVar

from django.db import models
from django.db.models import Q

from billing.models.payment import Transaction, splits_add_up
from billing.models.payout import payout_adds_up
from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import (
    Trigger,
    append_only,
    fixed,
    never_deleted,
    never_truncated,
    transitions,
)


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
            never_truncated("split_not_truncated"),
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
            splits_add_up("splits_add_up", payment="NEW.transaction_id"),
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
        constraints = [
            append_only("split_events_append_only"),
            never_truncated("split_events_not_truncated"),
        ]

    def __str__(self) -> str:
        return f"{self.from_status} to {self.to_status}"
