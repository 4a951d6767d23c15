"""Large amounts that leave: one admin asks, another one confirms."""

from collections.abc import Mapping, Set
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from peerloop.kit.rows import HasStatus, Row, listed
from peerloop.kit.states import State, StatusChoices
from peerloop.kit.triggers import fixed, never_deleted, never_truncated, transitions


class OutgoingKind(models.TextChoices):
    """What leaves; ``subject_id`` is the row named in brackets."""

    PAYOUT = "payout", "Payout"  # (payout)
    REFUND = "refund", "Refund"  # (refund request)
    GRANT = "grant", "Refund out of goodwill"  # (payment)


class ConfirmationStatus(StatusChoices):
    """Where it stands."""

    WAITING = "waiting", State("warn", "hourglass", "Waits for another admin")
    CONFIRMED = "confirmed", State("ok", "circle-check", "Confirmed")
    DECLINED = "declined", State("neutral", "undo-2", "Declined")


CONFIRMATION_TRANSITIONS: Mapping[str, Set[str]] = {
    ConfirmationStatus.WAITING: {ConfirmationStatus.CONFIRMED, ConfirmationStatus.DECLINED},
    ConfirmationStatus.CONFIRMED: set(),
    ConfirmationStatus.DECLINED: set(),
}


class Confirmation(HasStatus, Row):
    """An admin asked to send an amount above the limit; whether another one confirmed it."""

    Kind = OutgoingKind
    Status = ConfirmationStatus
    TRANSITIONS: ClassVar = CONFIRMATION_TRANSITIONS

    kind = models.CharField(max_length=6, choices=OutgoingKind.choices)
    subject_id = models.UUIDField()
    recipient = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    amount_cents = models.PositiveIntegerField()
    reason = models.TextField(max_length=2000, blank=True)
    status = models.CharField(
        max_length=9, choices=ConfirmationStatus.choices, default=Status.WAITING
    )
    asked_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "confirmations"
        constraints = [
            listed("kind", OutgoingKind, name="confirmation_kind"),
            listed("status", ConfirmationStatus, name="confirmation_status"),
            models.UniqueConstraint(
                fields=["kind", "subject_id"],
                condition=Q(status="waiting"),
                name="confirmation_one_waits",
            ),
            models.CheckConstraint(condition=Q(amount_cents__gt=0), name="confirmation_positive"),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(decided_by__isnull=False) & ~Q(decided_by=F("asked_by")),
                name="confirmation_four_eyes",
            ),
            transitions("confirmation_transitions", CONFIRMATION_TRANSITIONS, what="it"),
            fixed(
                "confirmation_not_edited",
                *("kind", "subject_id", "recipient_id", "amount_cents", "asked_by_id", "asked_at"),
                message="what was asked for is not edited",
            ),
            never_deleted("confirmation_not_deleted"),
            never_truncated("confirmations_not_truncated"),
        ]
        indexes = [
            models.Index(fields=["kind", "subject_id"], name="confirmation_subject"),
            models.Index(fields=["-asked_at"], name="confirmation_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.amount_cents}: {self.status}"
