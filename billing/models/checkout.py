"""A started payment: a page at the provider, with price and length frozen."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from peerloop.kit.predicates import Is
from peerloop.kit.rows import HasStatus, Row


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
    # The time chosen before paying, with that teacher; the payment books it (rule HOLD-2).
    starts_at = models.DateTimeField(null=True, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.COURSE)
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3, default="usd")
    modules_paid = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=20, choices=Status.choices, default=Status.OPEN)
    stripe_session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    url = models.TextField(blank=True)
    # Under which the provider knows the payer: kept here, since a repeated request must not differ.
    customer_id = models.CharField(max_length=255, blank=True)
    # Part of the key under which the page is asked for: an error is kept under the earlier one.
    attempt = models.PositiveSmallIntegerField(default=1)
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
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(teacher__isnull=False),
                name="checkout_time_has_teacher",
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
