"""Statements by which consumers withdraw from what they bought, without signing in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from billing.models.payment import Transaction
from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.triggers import fixed, never_deleted, never_truncated

LONGEST_NAME, LONGEST_ORDER, LONGEST_ANSWER = 100, 300, 2_000


class WithdrawalStatus(models.TextChoices):
    """Whether a statement took effect by itself, waits for a person, or was answered by one."""

    DONE = "done"
    WAITING = "waiting"
    ANSWERED = "answered"


class Withdrawal(HasStatus, Row):
    """One statement, kept as it was given; ``received_at`` is the time that the receipt names."""

    Status = WithdrawalStatus
    TRANSITIONS: ClassVar = {
        Status.WAITING: {Status.ANSWERED},
        Status.DONE: set(),
        Status.ANSWERED: set(),
    }

    name = models.CharField(max_length=LONGEST_NAME)
    # In small letters, so that it is found.
    email = models.EmailField(max_length=254)
    # What was typed: the number of a receipt, or words by which a person finds the payment.
    order = models.CharField(max_length=LONGEST_ORDER)
    # The payment, if number and address are those of a receipt.
    transaction = models.ForeignKey(
        Transaction, on_delete=models.PROTECT, null=True, blank=True, related_name="withdrawals"
    )
    refund_cents = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status.choices)
    received_at = models.DateTimeField()
    answer = models.TextField(max_length=LONGEST_ANSWER, blank=True)
    answered_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "withdrawals"
        constraints = [
            listed("status", WithdrawalStatus, name="withdrawal_status"),
            models.UniqueConstraint(
                fields=["transaction"], condition=Q(status="done"), name="withdrawal_done_once"
            ),
            models.CheckConstraint(
                condition=~Q(status="done") | Q(transaction__isnull=False),
                name="withdrawal_done_of_payment",
            ),
            models.CheckConstraint(
                condition=Q(status="answered", answered_by__isnull=False) & ~Q(answer="")
                | ~Q(status="answered") & Q(answer="", answered_by=None),
                name="withdrawal_answered_by",
            ),
            fixed(
                "withdrawal_not_edited",
                *("transaction_id", "refund_cents", "received_at"),
                message="a withdrawal is not edited",
            ),
            never_deleted("withdrawal_not_deleted"),
            never_truncated("withdrawal_not_truncated"),
        ]
        indexes = [
            models.Index(F("received_at").desc(), name="withdrawal_newest"),
            models.Index(
                fields=["received_at"], condition=Q(status="waiting"), name="withdrawal_waiting"
            ),
            models.Index(fields=["email"], name="withdrawal_email"),
        ]

    def __str__(self) -> str:
        return f"withdrawal {self.pk}: {self.status}"
