"""Money on its way back."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.payment import Transaction, refunds_add_up
from peerloop.kit.rows import HasStatus, Row
from peerloop.kit.triggers import append_only, fixed, never_deleted, never_truncated


class RefundRequestQuerySet(models.QuerySet["RefundRequest"]):
    """Filters of refund requests."""

    def open(self) -> "RefundRequestQuerySet":
        """Those that are decided on or sent; a payment has one at a time."""
        return self.filter(status__in=RefundRequest.OPEN)

    def undone(self) -> "RefundRequestQuerySet":
        """Those that still may send money back: open, or failed and to be tried again."""
        return self.filter(status__in=[*RefundRequest.OPEN, RefundRequest.Status.FAILED])

    def of_all(self) -> "RefundRequestQuerySet":
        """Those by which the whole payment goes back, what was taught included."""
        return self.filter(policy__in=[RefundRequest.Policy.FULL, RefundRequest.Policy.GUARANTEE])


class RefundRequest(HasStatus, Row):
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

    TRANSITIONS: ClassVar = {
        Status.PENDING: {Status.APPROVED, Status.WITHDRAWN},
        Status.APPROVED: {Status.PROCESSING, Status.WITHDRAWN},
        Status.PROCESSING: {Status.DONE, Status.FAILED},
        Status.FAILED: {Status.APPROVED, Status.WITHDRAWN},
        Status.DONE: set(),
        Status.WITHDRAWN: set(),
    }
    OPEN: ClassVar = (Status.PENDING, Status.APPROVED, Status.PROCESSING)

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
    attempt = models.PositiveSmallIntegerField(default=1)
    auto_approve_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RefundRequestQuerySet.as_manager()

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
            never_deleted("refund_request_not_deleted"),
            never_truncated("refund_request_not_truncated"),
        ]
        indexes = [
            models.Index(
                fields=["transaction"],
                condition=Q(status__in=["pending", "approved", "processing", "failed"]),
                name="refund_request_unsettled",
            ),
            models.Index(
                fields=["auto_approve_at"],
                condition=Q(status__in=["pending", "approved", "processing"]),
                name="refund_request_open",
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
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="refund_positive"),
            append_only("refunds_append_only"),
            never_truncated("refunds_not_truncated"),
            refunds_add_up("refunds_add_up", on="AFTER INSERT", payment="NEW.transaction_id"),
        ]

    def __str__(self) -> str:
        return f"refund of {self.amount_cents}"


class RefundFailure(Row):
    """A refund that failed after it was booked: the payer's bank did not take it.

    The ledger keeps the refund: the money is still the student's and has to be sent again.
    """

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="refund_failures"
    )
    stripe_refund_id = models.CharField(max_length=255, unique=True)
    amount_cents = models.PositiveIntegerField()
    # Part of the key under which it is sent again: an error is kept under the earlier one.
    attempt = models.PositiveSmallIntegerField(default=1)
    failed_at = models.DateTimeField()

    class Meta:
        db_table = "refund_failures"
        indexes = [models.Index(fields=["failed_at"], name="refund_failure_failed")]
        constraints = [
            never_deleted("refund_failure_not_deleted"),
            never_truncated("refund_failure_not_truncated"),
        ]

    def __str__(self) -> str:
        return f"failed refund {self.stripe_refund_id}"


class RefundReplacement(Row):
    """A refund, or a part of one, that replaces one that came back: not booked again."""

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="refund_replacements"
    )
    stripe_refund_id = models.CharField(max_length=255, unique=True)
    amount_cents = models.PositiveIntegerField()

    class Meta:
        db_table = "refund_replacements"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_cents__gt=0), name="refund_replacement_positive"
            ),
            append_only("refund_replacements_append_only"),
            never_truncated("refund_replacements_not_truncated"),
        ]

    def __str__(self) -> str:
        return f"replacement {self.stripe_refund_id}"


class ExcessRefund(Row):
    """Money that left beyond what was left of its payment: the platform carries it.

    As when a refund and a lost dispute take the same payment. Once per refund or dispute of the
    provider; ``came_back_at`` is set if its bank did not take it.
    """

    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, related_name="excess_refunds"
    )
    provider_id = models.CharField(max_length=255, unique=True)
    amount_cents = models.PositiveIntegerField()
    seen_at = models.DateTimeField()
    came_back_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "excess_refunds"
        indexes = [models.Index(fields=["seen_at"], name="excess_refund_seen")]
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="excess_refund_positive"),
            fixed(
                "excess_refund_not_edited",
                *("transaction_id", "provider_id", "amount_cents"),
                message="an excess refund is not edited",
            ),
            never_deleted("excess_refund_not_deleted"),
            never_truncated("excess_refund_not_truncated"),
        ]

    def __str__(self) -> str:
        return f"excess of {self.amount_cents}"


class CardDisputeQuerySet(models.QuerySet["CardDispute"]):
    """Filters of card disputes."""

    def taking_money(self) -> "CardDisputeQuerySet":
        """Those that are open, and more than a question of the bank."""
        return self.filter(closed_at=None).exclude(status__startswith=CardDispute.INQUIRY)


class CardDispute(Row):
    """A payer's bank took the money back, for now or for good (rule DISP-1)."""

    # The provider's words. An inquiry ("warning_...") is a question; no money is taken.
    LOST: ClassVar = "lost"
    WON: ClassVar = ("won", "prevented", "warning_closed", "charge_refunded")
    INQUIRY: ClassVar = "warning_"

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="disputes")
    stripe_dispute_id = models.CharField(max_length=255, unique=True)
    amount_cents = models.PositiveIntegerField()
    reason = models.CharField(max_length=100, blank=True)
    status = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CardDisputeQuerySet.as_manager()

    class Meta:
        db_table = "card_disputes"
        constraints = [
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="card_dispute_positive"),
            never_deleted("card_dispute_not_deleted"),
            never_truncated("card_dispute_not_truncated"),
        ]
        indexes = [
            models.Index(
                fields=["opened_at"], condition=Q(closed_at=None), name="card_dispute_open"
            ),
            models.Index(fields=["opened_at"], name="card_dispute_opened"),
            models.Index(fields=["status"], name="card_dispute_status"),
        ]

    def __str__(self) -> str:
        return f"dispute {self.status}"

    @property
    def is_inquiry(self) -> bool:
        """Whether the bank only asks so far: no money was taken."""
        return self.status.startswith(self.INQUIRY)
