"""Money on its way back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.payment import Transaction
from peerloop.kit.rows import Moving, Row


class RefundRequest(Moving, Row):
    """What is due back after a cancellation, waiting for an admin or 72 hours (rule REF-6)."""

    class Policy(models.TextChoices):
        FULL = "full"
        GUARANTEE = "guarantee"
        PRO_RATA = "pro_rata"
        ADMIN = "admin"
        DUPLICATE = "duplicate"

    class Status(models.TextChoices):
        PENDING = "pending"
        APPROVED = "approved"
        PROCESSING = "processing"
        DONE = "done"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    MOVES: ClassVar = {
        Status.PENDING: {Status.APPROVED, Status.WITHDRAWN},
        Status.APPROVED: {Status.PROCESSING, Status.WITHDRAWN},
        Status.PROCESSING: {Status.DONE, Status.FAILED},
        Status.FAILED: {Status.APPROVED},
        Status.DONE: set(),
        Status.WITHDRAWN: set(),
    }

    enrollment = models.ForeignKey(
        "learning.Enrollment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="refund_requests"
    )
    requested_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.TextField(max_length=2000, blank=True)
    policy = models.CharField(max_length=10, choices=Policy.choices)
    policy_cents = models.PositiveIntegerField()
    approved_cents = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PENDING)
    auto_approve_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "refund_requests"
        constraints = [
            models.UniqueConstraint(
                fields=["transaction"],
                condition=Q(status__in=["pending", "approved", "processing"]),
                name="refund_request_one_open",
            ),
            models.CheckConstraint(
                condition=Q(approved_cents__isnull=True) | Q(approved_cents__gte=F("policy_cents")),
                name="refund_request_at_least_policy",
            ),
        ]

    def __str__(self) -> str:
        return f"refund request {self.pk}: {self.status}"


class Refund(Row):
    """Money that went back, once per refund of the provider (rule REF-7)."""

    class Origin(models.TextChoices):
        REQUEST = "request"
        CONSOLE = "console"
        DUPLICATE = "duplicate"
        DISPUTE = "dispute"

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="refunds")
    request = models.ForeignKey(
        RefundRequest, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds"
    )
    amount_cents = models.PositiveIntegerField()
    stripe_refund_id = models.CharField(max_length=255, unique=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    booked_at = models.DateTimeField()

    class Meta:
        db_table = "refunds"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_positive")
        ]

    def __str__(self) -> str:
        return f"refund of {self.amount_cents}"


class CardDispute(Row):
    """A payer's bank took the money back, for now or for good (rule DISP-1)."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=255, unique=True)
    amount_cents = models.PositiveIntegerField()
    reason = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "card_disputes"

    def __str__(self) -> str:
        return f"dispute {self.status}"
