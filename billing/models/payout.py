"""Money on its way to a teacher or creator."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import HasStatus, Row
from peerloop.kit.states import State, StatusChoices


class Payout(HasStatus, Row):
    """Whole splits and adjustments of one recipient, sent as one transfer (rules OUT-2..6)."""

    class Status(StatusChoices):
        PENDING = "pending", State("warn", "hourglass", "Pending")
        PROCESSING = "processing", State("info", "refresh-cw", "Processing")
        PAID = "paid", State("ok", "circle-check", "Paid")
        FAILED = "failed", State("danger", "circle-alert", "Failed")
        CANCELLED = "cancelled", State("neutral", "undo-2", "Withdrawn")

    TRANSITIONS: ClassVar = {
        Status.PENDING: {Status.PROCESSING, Status.CANCELLED},
        Status.PROCESSING: {Status.PAID, Status.FAILED},
        Status.FAILED: {Status.PENDING},
        Status.PAID: set(),
        Status.CANCELLED: set(),
    }

    recipient = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    attempt = models.PositiveSmallIntegerField(default=1)
    stripe_transfer_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    reversed_cents = models.PositiveIntegerField(default=0)
    approved_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    processed_at = models.DateTimeField(null=True, blank=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    failure_reason = models.TextField(max_length=2000, blank=True)
    cancelled_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

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
            models.CheckConstraint(
                condition=Q(status__in=["pending", "processing", "paid", "failed", "cancelled"]),
                name="payout_status",
            ),
            models.CheckConstraint(
                condition=Q(reversed_cents__lte=F("amount_cents")),
                name="payout_reversed_at_most_all",
            ),
        ]
        indexes = [models.Index(fields=["recipient", "-created_at"], name="payout_recipient")]

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

    class Meta:
        db_table = "balance_adjustments"
        constraints = [
            models.CheckConstraint(condition=~Q(amount_cents=0), name="adjustment_not_zero")
        ]
        indexes = [
            models.Index(
                fields=["recipient"],
                condition=Q(payout__isnull=True),
                name="adjustment_open_by_recipient",
            )
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.amount_cents}"


class TransferReversal(HasStatus, Row):
    """A try to take a paid share back at the provider (rule REF-9).

    The claw-back stands in the books already. A reversal that succeeds is neutralised by a
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
        ]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(status="waiting"), name="reversal_waiting"
            )
        ]

    def __str__(self) -> str:
        return f"reversal of {self.amount_cents}: {self.status}"
