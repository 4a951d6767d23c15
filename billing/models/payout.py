"""Money on its way to a teacher or creator."""

from collections.abc import Mapping, Set
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import (
    Trigger,
    fixed,
    never_deleted,
    never_truncated,
    refusal,
    transitions,
)


def payout_adds_up(name: str, *payouts: str, on: str, condition: str = "") -> Trigger:
    """At the end of a transaction a payout is the sum of its splits and adjustments (I3).

    ``payouts`` say in SQL which ones are looked at. One that did not go out needs nothing behind.
    """
    return Trigger(
        name=name,
        on=on,
        condition=condition,
        is_deferred=True,
        declare=f"""
            asked uuid[] := ARRAY[{", ".join(payouts)}];
            payout payouts%ROWTYPE;
            behind bigint;
        """,
        body="""
            FOR payout IN SELECT * FROM payouts
                WHERE id = ANY (asked) AND status NOT IN ('failed', 'cancelled')
            LOOP
                SELECT coalesce((SELECT sum(amount_cents) FROM payment_splits
                                 WHERE payout_id = payout.id), 0)
                     + coalesce((SELECT sum(amount_cents) FROM balance_adjustments
                                 WHERE payout_id = payout.id), 0) INTO behind;
                IF behind <> payout.amount_cents THEN
                    RAISE EXCEPTION 'payout % is %, its rows add up to %',
                        payout.id, payout.amount_cents, behind
                        USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME;
                END IF;
            END LOOP;
            RETURN NULL;
        """,
    )


NOT_EDITED = "a payout is not edited"


class PayoutStatus(StatusChoices):
    """Where a payout is on its way (rule OUT-4)."""

    PENDING = "pending", State("warn", "hourglass", "Pending")
    PROCESSING = "processing", State("info", "refresh-cw", "Processing")
    PAID = "paid", State("ok", "circle-check", "Paid")
    FAILED = "failed", State("danger", "circle-alert", "Failed")
    CANCELLED = "cancelled", State("neutral", "undo-2", "Withdrawn")


PAYOUT_TRANSITIONS: Mapping[str, Set[str]] = {
    PayoutStatus.PENDING: {PayoutStatus.PROCESSING, PayoutStatus.CANCELLED},
    # Back to pending: the platform's balance does not cover it yet.
    PayoutStatus.PROCESSING: {PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.PENDING},
    PayoutStatus.FAILED: {PayoutStatus.PENDING},
    PayoutStatus.PAID: set(),
    PayoutStatus.CANCELLED: set(),
}


class Payout(HasStatus, Row):
    """Whole splits and adjustments of one recipient, sent as one transfer (rules OUT-2..6)."""

    Status = PayoutStatus
    TRANSITIONS: ClassVar = PAYOUT_TRANSITIONS

    recipient = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    status = models.CharField(max_length=10, choices=PayoutStatus.choices, default=Status.PENDING)
    attempt = models.PositiveSmallIntegerField(default=1)
    stripe_transfer_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    reversed_cents = models.PositiveIntegerField(default=0)
    approved_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    processed_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    # What the provider says, for admins: it can be about the platform's books.
    failure_reason = models.TextField(max_length=2000, blank=True)
    # What the recipient reads instead.
    failure_words = models.CharField(max_length=200, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    is_pending = Is("status", PayoutStatus.PENDING)
    is_processing = Is("status", PayoutStatus.PROCESSING)
    is_failed = Is("status", PayoutStatus.FAILED)

    class Meta:
        db_table = "payouts"
        constraints = [
            models.UniqueConstraint(
                fields=["recipient"],
                condition=Q(status__in=["pending", "processing"]),
                name="payout_one_open",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("recipient")),
                name="payout_four_eyes",
            ),
            models.CheckConstraint(
                condition=~Q(status="paid")
                | Q(stripe_transfer_id__isnull=False, paid_at__isnull=False),
                name="payout_paid_is_whole",
            ),
            listed("status", PayoutStatus, name="payout_status"),
            models.CheckConstraint(
                condition=Q(reversed_cents__lte=F("amount_cents")),
                name="payout_reversed_at_most_all",
            ),
            transitions("payout_transitions", PAYOUT_TRANSITIONS, what="a payout"),
            fixed("payout_not_edited", "recipient_id", "currency", message=NOT_EDITED),
            refusal(
                "payout_amount_not_edited",
                on="BEFORE UPDATE",
                condition="NEW.amount_cents <> OLD.amount_cents AND OLD.status <> 'failed'",
                message=NOT_EDITED,
            ),
            never_deleted("payout_not_deleted"),
            never_truncated("payout_not_truncated"),
            payout_adds_up(
                "payout_adds_up", "NEW.id", on="AFTER INSERT OR UPDATE OF amount_cents, status"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "-created_at"], name="payout_recipient"),
            models.Index(fields=["created_at"], condition=Q(status="failed"), name="payout_failed"),
            models.Index(
                fields=["created_at", "id"],
                condition=Q(status__in=["pending", "processing"]),
                name="payout_open_oldest",
            ),
            models.Index(
                fields=["recipient"],
                include=["amount_cents", "reversed_cents"],
                condition=Q(status="paid"),
                name="payout_paid_of",
            ),
            models.Index(
                fields=["recipient"],
                include=["amount_cents"],
                condition=Q(status__in=["pending", "processing"]),
                name="payout_open_of",
            ),
        ]

    def __str__(self) -> str:
        return f"payout {self.pk}: {self.status}"


class BalanceAdjustment(Row):
    """A signed amount beside the splits; without recipient it is carried by the platform."""

    class Reason(models.TextChoices):
        CLAWBACK = "clawback"
        CHARGEBACK = "chargeback"
        CORRECTION = "correction"
        BONUS = "bonus"

    recipient = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    amount_cents = models.IntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    split = models.ForeignKey(
        "billing.PaymentSplit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    session = models.ForeignKey(
        "scheduling.Session", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refund = models.ForeignKey(
        "billing.Refund", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    payout = models.ForeignKey(
        Payout, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments"
    )
    created_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(max_length=2000, blank=True)

    is_clawback = Is("reason", Reason.CLAWBACK)
    is_chargeback = Is("reason", Reason.CHARGEBACK)
    is_correction = Is("reason", Reason.CORRECTION)

    class Meta:
        db_table = "balance_adjustments"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="adjustment_not_zero"),
            refusal(
                "adjustment_not_edited",
                on="BEFORE UPDATE",
                condition="""(to_jsonb(NEW) - 'payout_id' - 'updated_at') IS DISTINCT FROM
                    (to_jsonb(OLD) - 'payout_id' - 'updated_at')""",
                message="an adjustment is not edited, only bound to a payout",
            ),
            never_deleted("adjustment_not_deleted"),
            never_truncated("adjustment_not_truncated"),
            payout_adds_up(
                "payout_adjustments_add_up",
                "OLD.payout_id",
                "NEW.payout_id",
                on="AFTER UPDATE",
                condition="OLD.payout_id IS DISTINCT FROM NEW.payout_id",
            ),
            payout_adds_up(
                "payout_new_adjustments_add_up",
                "NEW.payout_id",
                on="AFTER INSERT",
                condition="NEW.payout_id IS NOT NULL",
            ),
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=Q(payout__isnull=True),
                name="adjustment_open_by_recipient",
            ),
            models.Index(fields=["recipient", "-created_at", "-id"], name="adjustment_newest"),
            GinIndex(fields=["note"], opclasses=["gin_trgm_ops"], name="adjustment_note_trgm"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_cents}"


class TransferReversal(HasStatus, Row):
    """An attempt to take a paid share back at the provider (rule REF-9).

    The claw-back is in the ledger already. A reversal that succeeds is offset by a
    correction of the same amount; a refused one leaves the claw-back to later payouts.
    """

    class Status(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    TRANSITIONS: ClassVar = {
        Status.WAITING: {Status.DONE, Status.REFUSED},
        Status.DONE: set(),
        Status.REFUSED: set(),
    }

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="reversals")
    clawback = models.OneToOneField(
        BalanceAdjustment, on_delete=models.PROTECT, related_name="reversal"
    )
    amount_cents = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    # How many keys were used for it; 0 before the first try.
    attempt = models.PositiveSmallIntegerField(default=0)
    stripe_reversal_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    error = models.TextField(max_length=2000, blank=True)

    class Meta:
        db_table = "transfer_reversals"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="reversal_positive"),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(stripe_reversal_id__isnull=False),
                name="reversal_done_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["waiting", "done", "refused"]), name="reversal_status"
            ),
            never_deleted("reversal_not_deleted"),
            never_truncated("reversal_not_truncated"),
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status="waiting"), name="reversal_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"reversal of {self.amount_cents}: {self.status}"
